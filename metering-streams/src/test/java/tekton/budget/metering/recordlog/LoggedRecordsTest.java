package tekton.budget.metering.recordlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.event.Fingerprint;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.RecordFilter;
import tekton.budget.metering.query.RecordQueries.NumberedPage;
import tekton.budget.metering.query.RecordQueries.RecordPage;
import tekton.budget.metering.query.local.IdShard.FindIds;
import tekton.budget.metering.query.local.IdShard.FindInEveryContext;
import tekton.budget.metering.query.local.IdShard.Ids;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.remote.Instance;
import tekton.budget.metering.query.remote.TestCluster;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists and look-ups of single records: a {@link RecordWalk} over each partition's {@link
 * BackwardLog}s, with a {@link DedupLookup} at the owner of its ids, who is another instance.
 */
class LoggedRecordsTest {

    private static final Consistency NOW = Consistency.NOTHING;
    private static final int PARTITIONS = 2;

    @TempDir Path directory;

    private final LogInMemory log =
            new LogInMemory(Topics.USAGE_REPORTED.name(), PARTITIONS, Topics.USAGE_STRAYS.name());
    private final LogReader reader = new LogReader(() -> log);
    private final Map<IdKey, FirstOccurrence> remembered = new LinkedHashMap<>();
    private boolean away;
    private String here;
    private String there;
    private Instance first;
    private Instance second;
    private TestCluster cluster;
    private LoggedRecords records;

    @BeforeEach
    void open() throws IOException {
        here = contextIn(0);
        there = contextIn(1);
        first = new Instance(this::ids);
        second = new Instance(this::ids);
        cluster = new TestCluster(directory, PARTITIONS, first, second);
        records = new LoggedRecords(cluster.gather(), reader);
    }

    @AfterEach
    void close() {
        reader.close();
        cluster.close();
        first.close();
        second.close();
    }

    @Test
    void shouldListTheNewestFirstWhereverTheyStand() {
        report("a", here, 1);
        report("b", there, 2);
        report("c", here, 3);
        report("d", there, 4);

        assertThat(ids(page(RecordFilter.ANY, null, 10))).containsExactly("d", "c", "b", "a");
        assertThat(ids(page(RecordFilter.ofContext(here), null, 10))).containsExactly("c", "a");
    }

    @Test
    void shouldGoOnWhereThePageBeforeHasEnded() {
        for (int i = 0; i < 5; i++) {
            report("r" + i, i % 2 == 0 ? here : there, i);
        }

        RecordPage page = page(RecordFilter.ANY, null, 2);
        List<String> seen = new ArrayList<>(ids(page));
        while (page.next() != null) {
            page = page(RecordFilter.ANY, page.next(), 2);
            seen.addAll(ids(page));
        }

        assertThat(seen).containsExactly("r4", "r3", "r2", "r1", "r0");
    }

    /** The log has it twice; counted is the one to which its id points. */
    @Test
    void shouldShowWhatWasCountedOnly() {
        report("twice", here, 1);
        append(usage(0), "twice", here, 2, LogInMemory.none());
        append(usage(0), "never", here, 3, LogInMemory.none());

        assertThat(page(RecordFilter.ANY, null, 10).items())
                .extracting(CountedRecord::offset)
                .containsExactly(0L);
    }

    /** It went to the partition of its context, and is shown with where it came in. */
    @Test
    void shouldShowAMovedRecordOnce() {
        append(usage(0), "moved", there, 1, LogInMemory.none());
        append(strays(1), "moved", there, 2, new Origin(0, 0, 1).toHeaders());
        remember("moved", there, new FirstOccurrence(0, 0, 9));

        assertThat(page(RecordFilter.ANY, null, 10).items())
                .singleElement()
                .satisfies(
                        record -> {
                            assertThat(record.usage().recordId()).isEqualTo("moved");
                            assertThat(record.partition()).isZero();
                            assertThat(record.offset()).isZero();
                            assertThat(record.timestampMs()).isEqualTo(1);
                        });
    }

    @Test
    void shouldCountAllWhereAPageIsAskedForByItsNumber() {
        for (int i = 0; i < 5; i++) {
            report("r" + i, here, i);
        }

        NumberedPage page = found(records.page(RecordFilter.ANY, 2, 2, NOW));

        assertThat(ids(page.page())).containsExactly("r2", "r1");
        assertThat(page.total()).isEqualTo(5);
        assertThat(page.exact()).isTrue();
    }

    @Test
    void shouldFindARecordByItsId() {
        report("same", here, 1);
        report("same", there, 2);

        assertThat(found(records.byId("same", there, NOW)))
                .extracting(record -> record.usage().contextId())
                .containsExactly(there);
        assertThat(found(records.byId("same", null, NOW)))
                .extracting(record -> record.usage().contextId())
                .containsExactlyInAnyOrder(here, there);
        assertThat(records.byId("other", here, NOW)).isEqualTo(new Unknown<>());
    }

    @Test
    void shouldNotFindWhatTheLogNoLongerHas() {
        report("old", here, 1);
        report("new", here, 2);
        log.deleteBefore(usage(0), 1);

        assertThat(records.byId("old", here, NOW)).isEqualTo(new Unknown<>());
        assertThat(ids(page(RecordFilter.ANY, null, 10))).containsExactly("new");
    }

    /** Whether a record was counted only its owner knows: a list without it would be wrong. */
    @Test
    void shouldNotListWhileAnOwnerIsAway() {
        report("a", here, 1);
        away = true;

        assertThat(records.list(RecordFilter.ANY, null, 10, NOW))
                .isInstanceOfSatisfying(
                        NotReady.class,
                        answer -> assertThat(answer.missing()).startsWith("usage [0]: localhost:"));
    }

    @Test
    void shouldNotListWhenAnOwnerGoesAwayUnderWay() {
        RecordWalk walk =
                new RecordWalk(cluster.gather(), reader, List.of(0), RecordFilter.ANY, null);
        assertThat(walk.next()).isNull();

        report("a", here, 1);
        away = true;
        RecordWalk later =
                new RecordWalk(cluster.gather(), reader, List.of(0), RecordFilter.ANY, null);
        assertThatThrownBy(later::next)
                .isInstanceOfSatisfying(
                        IdsAwayException.class,
                        e -> assertThat(e.missing()).startsWith("usage [0]: localhost:"));
    }

    @Test
    void shouldRefuseACursorOfSomethingElse() {
        for (String cursor : List.of("", "p0", "p0u1s1", "p0u1s1.p2u1s1")) {
            assertThatThrownBy(() -> records.list(RecordFilter.ANY, cursor, 10, NOW))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("cursor: not one of ours");
        }
    }

    private Answer<?> ids(Question<?> question) {
        if (away) {
            return new NotReady<>("restoring");
        }
        return new Found<>(
                new Ids(
                        switch (question) {
                            case FindIds q ->
                                    q.keys().stream()
                                            .map(key -> remembered.get(new IdKey(key)))
                                            .toList();
                            case FindInEveryContext q -> everywhere(q);
                            default -> throw new IllegalArgumentException(question.toString());
                        }));
    }

    private List<FirstOccurrence> everywhere(FindInEveryContext q) {
        return remembered.entrySet().stream()
                .filter(
                        entry ->
                                q.of().contains(entry.getValue().partition())
                                        && Arrays.equals(
                                                Arrays.copyOf(
                                                        entry.getKey().bytes(),
                                                        Fingerprint.RECORD_ID_BYTES),
                                                q.recordIdHash()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Stands in the log and was counted. */
    private void report(String id, String context, long atMs) {
        int partition = partitionOf(context);
        long offset = append(usage(partition), id, context, atMs, LogInMemory.none());
        remember(id, context, new FirstOccurrence(partition, offset, 9));
    }

    private void remember(String id, String context, FirstOccurrence where) {
        remembered.put(new IdKey(new Fingerprint().key(id, context)), where);
    }

    private long append(TopicPartition to, String id, String context, long atMs, Headers headers) {
        String json =
                "{\"record_id\":\"%s\",\"context_id\":\"%s\",\"component\":\"x\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":0}"
                        .formatted(id, context);
        return log.append(to, context, json, atMs, headers);
    }

    private RecordPage page(RecordFilter filter, String cursor, int limit) {
        return found(records.list(filter, cursor, limit, NOW));
    }

    private static <T> T found(Answer<T> answer) {
        assertThat(answer).isInstanceOf(Found.class);
        return ((Found<T>) answer).value();
    }

    private static List<String> ids(RecordPage page) {
        return page.items().stream().map(record -> record.usage().recordId()).toList();
    }

    private static String contextIn(int partition) {
        for (int i = 0; ; i++) {
            if (partitionOf("chat" + i) == partition) {
                return "chat" + i;
            }
        }
    }

    private static int partitionOf(String context) {
        return Partitions.of(context.getBytes(StandardCharsets.UTF_8), PARTITIONS);
    }

    private static TopicPartition usage(int partition) {
        return new TopicPartition(Topics.USAGE_REPORTED.name(), partition);
    }

    private static TopicPartition strays(int partition) {
        return new TopicPartition(Topics.USAGE_STRAYS.name(), partition);
    }
}
