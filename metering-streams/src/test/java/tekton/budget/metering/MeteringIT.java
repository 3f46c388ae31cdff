package tekton.budget.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.RecordFilter;
import tekton.budget.metering.query.RecordQueries.RecordPage;
import tekton.budget.metering.query.TopBy;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** The whole metering on a real broker. */
class MeteringIT {

    private static final int PARTITIONS = 6;
    private static final long HOUR_MS = 3_600_000;
    private static final String PRICED =
            "\"component\":\"chat\",\"provider\":\"anthropic\","
                    + "\"model\":\"claude-3-opus-20240229\"";

    @TempDir Path directory;

    private TestBroker broker;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MeteringMetrics metrics = new MeteringMetrics(registry);
    private Metering metering;
    private KafkaProducer<byte[], byte[]> producer;
    private final TreeMap<Integer, Long> written = new TreeMap<>();

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        metering = Metering.start(settings(), metrics);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        producer.close();
        metering.close();
        broker.close();
    }

    @Test
    void shouldCountEachRecordOnceInEveryTotal() throws Exception {
        for (int i = 0; i < 300; i++) {
            String context = "ctx-" + i % 7;
            write(context, usage("r" + i, context, 100, 250));
        }
        for (int i = 0; i < 300; i += 3) {
            String context = "ctx-" + i % 7;
            write(context, usage("r" + i, context, 100, 250));
        }

        Totals budget = found(Dimension.BUDGET, "default");

        assertThat(budget.recordCount()).isEqualTo(300);
        assertThat(budget.tokens()).isEqualTo(TokenCounts.of(30_000, 75_000));
        assertThat(budget.cost()).isEqualTo(Money.parse("6.075"));
        assertThat(found(Dimension.COMPONENT, "chat")).isEqualTo(budget);
        Totals contexts = Totals.ZERO;
        for (int i = 0; i < 7; i++) {
            contexts = contexts.plus(found(Dimension.CONTEXT, "ctx-" + i));
        }
        assertThat(contexts).isEqualTo(budget);
        Patience.await(() -> metrics.usage().duplicates().count() == 100);
    }

    @Test
    void shouldAnswerHoursPagesTopAndCells() throws Exception {
        long now = System.currentTimeMillis();
        for (int i = 0; i < 30; i++) {
            write("ctx/" + i, usage("r" + i, "ctx/" + i, i, 0));
        }
        found(Dimension.BUDGET, "default");
        Consistency after = new Consistency(Positions.ofUsage(written), Patience.LIMIT);

        Totals hours =
                value(
                                metering.totals()
                                        .between(
                                                Dimension.CONTEXT,
                                                "ctx/5",
                                                EpochMinute.hourOf(now - HOUR_MS),
                                                EpochMinute.hourOf(now + 2 * HOUR_MS),
                                                after))
                        .totals();
        List<KeyedTotals> page =
                value(metering.totals().page(Dimension.CONTEXT, "ctx/10", 3, after));
        List<KeyedTotals> top = value(metering.totals().top(Dimension.CONTEXT, TopBy.TOKENS, 2));
        Map<Cell, Totals> cells = new HashMap<>();
        long visited =
                value(
                        metering.totals()
                                .cells(
                                        null,
                                        EpochMinute.hourOf(now - HOUR_MS),
                                        EpochMinute.hourOf(now + 2 * HOUR_MS),
                                        after,
                                        (cell, totals) -> cells.merge(cell, totals, Totals::plus)));

        assertThat(hours.tokens()).isEqualTo(TokenCounts.of(5, 0));
        assertThat(page).extracting(KeyedTotals::id).containsExactly("ctx/11", "ctx/12", "ctx/13");
        assertThat(top).extracting(KeyedTotals::id).containsExactly("ctx/29", "ctx/28");
        assertThat(visited).isBetween(1L, 2L);
        assertThat(cells.values()).extracting(Totals::recordCount).containsExactly(30L);
        assertThat(metering.totals().allTime(Dimension.BUDGET, "none", after))
                .isEqualTo(new Answer.Unknown<>());
        assertThat(
                        value(
                                metering.totals()
                                        .between(
                                                Dimension.BUDGET,
                                                "default",
                                                new EpochMinute(0),
                                                new EpochMinute(60),
                                                after)))
                .isEqualTo(InWindow.NOTHING);
        assertThat(
                        value(
                                metering.totals()
                                        .between(
                                                Dimension.BUDGET,
                                                "default",
                                                new EpochMinute(15),
                                                new EpochMinute(60),
                                                after)))
                .isEqualTo(InWindow.NOTHING);
    }

    /** Of their records in every partition, each counted once; and of nobody else's. */
    @Test
    void shouldSumWhatUsersUseInAllPartitions() throws Exception {
        long now = System.currentTimeMillis();
        for (int i = 0; i < 60; i++) {
            String context = "ctx-" + i % 12;
            byte[] value =
                    i % 3 == 0
                            ? usage("r" + i, context, i, 0)
                            : usageOf("user/" + i % 3, "r" + i, context, i);
            write(context, value);
            write(context, value);
        }
        Consistency after = new Consistency(Positions.ofUsage(written), Patience.LIMIT);
        assertThat(written).as("partitions").hasSizeGreaterThan(3);

        Totals one = found(Dimension.USER, "user/1");
        Totals two = found(Dimension.USER, "user/2");
        assertThat(one.recordCount()).isEqualTo(20);
        assertThat(one.tokens()).isEqualTo(TokenCounts.of(590, 0));
        assertThat(two.tokens()).isEqualTo(TokenCounts.of(610, 0));
        assertThat(value(metering.totals().page(Dimension.USER, null, 5, after)))
                .containsExactly(new KeyedTotals("user/1", one), new KeyedTotals("user/2", two));
        assertThat(value(metering.totals().top(Dimension.USER, TopBy.TOKENS, 1)))
                .containsExactly(new KeyedTotals("user/2", two));
        assertThat(metering.totals().allTime(Dimension.USER, "user/", after))
                .isEqualTo(new Answer.Unknown<>());
        assertThat(
                        value(
                                metering.totals()
                                        .between(
                                                Dimension.USER,
                                                "user/1",
                                                EpochMinute.hourOf(now - HOUR_MS),
                                                EpochMinute.hourOf(now + 2 * HOUR_MS),
                                                after)))
                .isEqualTo(new InWindow(one, Totals.ZERO));
        assertThat(cellsOfUsers(after))
                .containsOnlyKeys("user/1", "user/2")
                .containsEntry("user/1", one)
                .containsEntry("user/2", two);
        Map<String, Totals> parts = partsOfContexts(after);
        assertThat(parts).hasSize(8);
        assertThat(parts.get("ctx-1 user/1").tokens()).isEqualTo(TokenCounts.of(125, 0));
    }

    private Map<String, Totals> cellsOfUsers(Consistency after) {
        long now = System.currentTimeMillis();
        Map<String, Totals> users = new HashMap<>();
        value(
                metering.totals()
                        .userCells(
                                null,
                                EpochMinute.hourOf(now - HOUR_MS),
                                EpochMinute.hourOf(now + 2 * HOUR_MS),
                                after,
                                part -> {
                                    assertThat(part.cell().component()).isEqualTo("chat");
                                    users.merge(part.userId(), part.totals(), Totals::plus);
                                }));
        return users;
    }

    /** By context and who has used it, of what is told apart. */
    private Map<String, Totals> partsOfContexts(Consistency after) {
        long now = System.currentTimeMillis();
        Map<String, Totals> parts = new HashMap<>();
        value(
                metering.totals()
                        .contextParts(
                                null,
                                EpochMinute.hourOf(now - HOUR_MS),
                                EpochMinute.hourOf(now + 2 * HOUR_MS),
                                after,
                                part -> {
                                    if (part.cell() != null && part.userId() != null) {
                                        parts.merge(
                                                part.contextId() + ' ' + part.userId(),
                                                part.totals(),
                                                Totals::plus);
                                    }
                                }));
        return parts;
    }

    /** Budget makes it before Streams does: with the leader of an older version that never does. */
    @Test
    void shouldMakeTheChangelogOfUsersAsStreamsWould() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Patience.await(() -> metering.status().queryable());
            ConfigResource ofUsers = changelog("user-cells");
            ConfigResource ofContexts = changelog("context-hours");
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(List.of(ofUsers, ofContexts))
                            .all()
                            .get(Patience.SECONDS, TimeUnit.SECONDS);

            assertThat(own(configs.get(ofUsers))).isEqualTo(own(configs.get(ofContexts)));
        }
    }

    private static ConfigResource changelog(String store) {
        return new ConfigResource(
                ConfigResource.Type.TOPIC, "budget-metering-" + store + "-changelog");
    }

    private static Map<String, String> own(Config config) {
        Map<String, String> own = new TreeMap<>();
        config.entries().stream()
                .filter(each -> each.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .forEach(each -> own.put(each.name(), each.value()));
        return own;
    }

    @Test
    void shouldMoveStraysToTheirContextsPartitionAndCountThemOnce() throws Exception {
        String context = "ctx-stray";
        byte[] value = usage("s1", context, 10, 20);
        CRC32 crc = new CRC32();
        crc.update(utf8(context));
        int foreign = (int) (crc.getValue() % PARTITIONS);
        assertThat(foreign).isNotEqualTo(Partitions.of(context, PARTITIONS));

        write(context, value);
        writeTo(foreign, utf8(context), value);
        writeTo(foreign, null, usage("s2", context, 1, 2));
        writeTo(Partitions.of(context, PARTITIONS), utf8("other key"), usage("s3", context, 3, 4));

        Patience.await(() -> found(Dimension.CONTEXT, context).recordCount() == 3);
        Patience.await(() -> found(Dimension.BUDGET, "default").recordCount() == 3);
        assertThat(found(Dimension.CONTEXT, context).tokens()).isEqualTo(TokenCounts.of(14, 26));
        Patience.await(() -> metrics.usage().duplicates().count() == 1);

        RecordPage page =
                value(
                        metering.records()
                                .list(
                                        RecordFilter.ofContext(context),
                                        null,
                                        10,
                                        Consistency.NOTHING));
        assertThat(page.items())
                .extracting(item -> item.usage().recordId())
                .containsExactlyInAnyOrder("s1", "s2", "s3");
        assertThat(page.next()).isNull();
        assertThat(value(metering.records().byId("s2", null, Consistency.NOTHING)))
                .singleElement()
                .satisfies(item -> assertThat(item.usage().contextId()).isEqualTo(context));
    }

    @Test
    void shouldBuryWhatCannotBeCountedWithReasonAndOriginalBytes() throws Exception {
        write("c", utf8("{not json"));
        write("c", utf8("{\"record_id\":\"x\"}"));
        write("c", usage("old", "c", 1, 1, "2001-01-01T00:00:00Z"));
        write("c", usage("twice", "c", 1, 1));
        write("c", usage("twice", "c", 2, 1));
        assertThat(found(Dimension.CONTEXT, "c").recordCount()).isEqualTo(1);

        List<ConsumerRecord<byte[], byte[]>> letters = readDeadLetters(4);

        assertThat(letters)
                .extracting(letter -> header(letter, DeadLetter.REASON))
                .containsExactly("unreadable", "invalid", "timestamp", "conflict");
        assertThat(letters.getFirst().value()).isEqualTo(utf8("{not json"));
        assertThat(letters.getFirst().key()).isEqualTo(utf8("c"));
        assertThat(header(letters.get(1), DeadLetter.MESSAGE))
                .contains("context_id: missing", "input_tokens: missing");
        assertThat(header(letters.get(3), DeadLetter.OFFSET)).isEqualTo("4");
    }

    @Test
    void shouldKeepEverythingOverARestartLostOffsetsAndLostStores() throws Exception {
        for (int i = 0; i < 50; i++) {
            write("ctx-" + i % 5, usageOf("ann", "r" + i, "ctx-" + i % 5, 100));
        }
        Totals before = found(Dimension.BUDGET, "default");
        assertThat(found(Dimension.USER, "ann")).isEqualTo(before);

        metering.close();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // The static member is still in the group until its session ends.
            Patience.await(
                    () -> {
                        try {
                            admin.deleteConsumerGroups(List.of("budget-metering"))
                                    .all()
                                    .get(Patience.SECONDS, TimeUnit.SECONDS);
                            return true;
                        } catch (Exception e) {
                            return false;
                        }
                    });
        }
        metering = Metering.start(settings(), metrics);
        Patience.await(() -> metering.status().queryable());
        Patience.await(() -> metrics.usage().skipped().count() == 50);
        write("ctx-0", usageOf("ann", "r0", "ctx-0", 100));
        write("ctx-0", usageOf("ann", "new", "ctx-0", 1));

        Totals after = found(Dimension.BUDGET, "default");

        assertThat(after.recordCount()).isEqualTo(before.recordCount() + 1);
        assertThat(after.tokens().input()).isEqualTo(before.tokens().input() + 1);
        Patience.await(() -> metrics.usage().duplicates().count() == 1);
        Patience.await(
                () -> {
                    metrics.refresh();
                    return registry.get("budget.stream.lag.records").gauges().stream()
                            .allMatch(lag -> lag.value() == 0);
                });

        metering.close();
        loseStores();
        metering = Metering.start(settings(), metrics);
        Patience.await(() -> metering.status().queryable());

        assertThat(found(Dimension.BUDGET, "default")).isEqualTo(after);
        assertThat(found(Dimension.USER, "ann")).isEqualTo(after);
        assertThat(cellsOfUsers(new Consistency(Positions.ofUsage(written), Patience.LIMIT)))
                .isEqualTo(Map.of("ann", after));
        assertThat(ofMetering("budget.restored.records").counter().count()).isPositive();
        assertThat(ofMetering("budget.restoring.stores").gauge().value()).isZero();
        assertThat(ofMetering("budget.restoring.records").gauge().value()).isZero();
        assertThat(ofMetering("budget.stream.state").tag("state", "running").gauge().value())
                .isEqualTo(1);
    }

    private RequiredSearch ofMetering(String meter) {
        return registry.get(meter).tag("application", "metering");
    }

    /** What is left is the name of this installation. */
    private void loseStores() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("streams"))) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.endsWith("instance-id") && !path.endsWith("streams")) {
                    Files.delete(path);
                }
            }
        }
    }

    private MeteringSettings settings() throws IOException {
        return MeteringSettings.of(
                broker.bootstrapServers(), directory.resolve("streams"), "localhost:8013");
    }

    private Totals found(Dimension dimension, String id) {
        Consistency after = new Consistency(Positions.ofUsage(written), Patience.LIMIT);
        AtomicReference<Answer<Totals>> answer = new AtomicReference<>();
        // While a task is restored there is nobody to ask, which is said.
        Patience.await(
                () -> {
                    answer.set(metering.totals().allTime(dimension, id, after));
                    return !(answer.get() instanceof Answer.NotReady);
                });
        return value(answer.get());
    }

    private static <T> T value(Answer<T> answer) {
        assertThat(answer).isInstanceOf(Found.class);
        return ((Found<T>) answer).value();
    }

    private void write(String context, byte[] value) throws Exception {
        writeTo(Partitions.of(context, PARTITIONS), utf8(context), value);
    }

    private void writeTo(int partition, byte[] key, byte[] value) throws Exception {
        RecordMetadata at =
                producer.send(
                                new ProducerRecord<>(
                                        Topics.USAGE_REPORTED.name(), partition, key, value))
                        .get(Patience.SECONDS, TimeUnit.SECONDS);
        written.merge(partition, at.offset(), Math::max);
    }

    private List<ConsumerRecord<byte[], byte[]>> readDeadLetters(int count) {
        try (var consumer = CommittedReader.of(broker.bootstrapServers(), Topics.DEAD_LETTERS, 1)) {
            List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
            Patience.await(
                    () -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(read::add);
                        return read.size() >= count;
                    });
            return read;
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] usage(String id, String context, long input, long output) {
        return utf8(
                "{\"record_id\":\"%s\",\"context_id\":\"%s\",%s,\"input_tokens\":%d,\"output_tokens\":%d}"
                        .formatted(id, context, PRICED, input, output));
    }

    private static byte[] usageOf(String user, String id, String context, long input) {
        return utf8(
                "{\"record_id\":\"%s\",\"context_id\":\"%s\",\"user_id\":\"%s\",%s,\"input_tokens\":%d,\"output_tokens\":0}"
                        .formatted(id, context, user, PRICED, input));
    }

    private static byte[] usage(String id, String context, long in, long out, String at) {
        return utf8(
                "{\"record_id\":\"%s\",\"context_id\":\"%s\",%s,\"input_tokens\":%d,\"output_tokens\":%d,\"timestamp\":\"%s\"}"
                        .formatted(id, context, PRICED, in, out, at));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
