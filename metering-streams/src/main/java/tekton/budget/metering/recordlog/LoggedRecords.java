package tekton.budget.metering.recordlog;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.Fingerprint;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.RecordFilter;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.RecordTrace;
import tekton.budget.metering.query.local.IdShard;
import tekton.budget.metering.query.local.IdShard.Ids;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.remote.ScatterGather;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Single records: the remembered id says where, the log says what. The ids are asked of their
 * owners; the log is read from here, whoever owns the partition.
 */
public final class LoggedRecords implements RecordQueries {

    /** How many contexts with one id are told apart. */
    private static final int SAME_ID_MAX = 11;

    private final ScatterGather gather;
    private final LogReader log;

    public LoggedRecords(ScatterGather gather, LogReader log) {
        this.gather = gather;
        this.log = log;
    }

    @Override
    public Answer<List<CountedRecord>> byId(
            String recordId, @Nullable String contextId, Consistency after) {
        byte[] key = new Fingerprint().key(recordId, contextId == null ? "" : contextId);
        byte[] everywhere = Arrays.copyOf(key, Fingerprint.RECORD_ID_BYTES);
        return gather.ask(
                        ShardKind.CONTEXTS,
                        gather.partitionsOf(ShardKind.CONTEXTS, contextId),
                        after,
                        (of, when) ->
                                contextId == null
                                        ? new IdShard.FindInEveryContext(
                                                of, everywhere, SAME_ID_MAX, when)
                                        : new IdShard.FindIds(of, List.of(key), when))
                .then(LoggedRecords::found)
                .then(this::bodies);
    }

    @Override
    public Answer<RecordPage> list(
            RecordFilter filter, @Nullable String cursor, int limit, Consistency after) {
        WalkCursor from = cursor == null ? null : WalkCursor.parse(cursor);
        return walking(filter, from, after, walk -> next(walk, limit));
    }

    @Override
    public Answer<NumberedPage> page(
            RecordFilter filter, int number, int limit, Consistency after) {
        return walking(filter, null, after, walk -> numbered(walk, number, limit));
    }

    @Override
    public Answer<Positions> newest() {
        List<TopicPartition> logs =
                gather.partitionsOf(ShardKind.CONTEXTS, null).stream()
                        .map(LoggedRecords::usage)
                        .toList();
        return LogReader.answering(
                () -> {
                    SortedMap<Integer, Long> last = new TreeMap<>();
                    log.ends(logs)
                            .forEach(
                                    (of, end) -> {
                                        if (end > 0) {
                                            last.put(of.partition(), end - 1);
                                        }
                                    });
                    return new Found<>(Positions.ofUsage(last));
                });
    }

    @Override
    public Answer<RecordTrace> trace(CountedRecord record) {
        int partition =
                gather.partitionsOf(ShardKind.CONTEXTS, record.usage().contextId()).getFirst();
        return LogReader.answering(
                () ->
                        new TraceWalk(log, record)
                                .trace(partition)
                                .<Answer<RecordTrace>>map(Found::new)
                                .orElseGet(Unknown::new));
    }

    private static Answer<List<FirstOccurrence>> found(List<Ids> partials) {
        List<FirstOccurrence> entries =
                partials.stream()
                        .flatMap(partial -> partial.entries().stream())
                        .filter(Objects::nonNull)
                        .limit(SAME_ID_MAX)
                        .toList();
        return entries.isEmpty() ? new Unknown<>() : new Found<>(entries);
    }

    private Answer<List<CountedRecord>> bodies(List<FirstOccurrence> entries) {
        return LogReader.answering(
                () -> {
                    List<CountedRecord> records = new ArrayList<>();
                    for (FirstOccurrence entry : entries) {
                        TopicPartition of = usage(entry.partition());
                        Map<TopicPartition, LogReader.Bounds> bounds = log.bounds(List.of(of));
                        if (LogReader.boundsOf(bounds, of).begin() <= entry.offset()) {
                            log.read(of, entry.offset(), entry.offset() + 1)
                                    .forEach(
                                            record ->
                                                    StoredRecord.read(record)
                                                            .ifPresent(records::add));
                        }
                    }
                    return records.isEmpty() ? new Unknown<>() : new Found<>(records);
                });
    }

    private RecordPage next(RecordWalk walk, int limit) {
        List<CountedRecord> items = new ArrayList<>();
        while (items.size() < limit) {
            CountedRecord record = walk.next();
            if (record == null) {
                break;
            }
            items.add(record);
        }
        return new RecordPage(items, walk.atEnd() ? null : walk.rest().toString());
    }

    private NumberedPage numbered(RecordWalk walk, int number, int limit) {
        long before = (number - 1L) * limit;
        long total = 0;
        while (total < before && walk.next() != null) {
            total++;
        }
        RecordPage page = next(walk, limit);
        total += page.items().size();
        while (walk.next() != null) {
            total++;
        }
        return new NumberedPage(page, total, walk.atEnd());
    }

    private <T> Answer<T> walking(
            RecordFilter filter,
            @Nullable WalkCursor from,
            Consistency after,
            Function<RecordWalk, T> what) {
        List<Integer> partitions = gather.partitionsOf(ShardKind.CONTEXTS, filter.contextId());
        // No id is looked up: the owners only wait until they have passed the position.
        return gather.ask(
                        ShardKind.CONTEXTS,
                        partitions,
                        after,
                        (of, when) -> new IdShard.FindIds(of, List.of(), when))
                .then(
                        _ ->
                                LogReader.answering(
                                        () ->
                                                new Found<>(
                                                        what.apply(
                                                                new RecordWalk(
                                                                        gather,
                                                                        log,
                                                                        partitions,
                                                                        filter,
                                                                        from)))));
    }

    private static TopicPartition usage(int partition) {
        return new TopicPartition(Topics.USAGE_REPORTED.name(), partition);
    }
}
