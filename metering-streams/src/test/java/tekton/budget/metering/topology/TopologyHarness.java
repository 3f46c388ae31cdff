package tekton.budget.metering.topology;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;

import tekton.budget.codec.FeedCodec;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.SessionReached;
import tekton.budget.event.TotalsFeed;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.ledger.rules.SessionLevels;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.metrics.UsageMetrics;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.metering.usage.SessionLimits;
import tekton.budget.metering.usage.UsageRules;
import tekton.budget.pricing.PriceBook;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;
import tekton.budget.value.CellWidth;
import tekton.budget.value.Totals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The topology with one partition and a clock of its own; closes and restarts on the same state.
 */
final class TopologyHarness implements AutoCloseable {

    static final MeteringTopology.Shape SHAPE =
            new MeteringTopology.Shape(1, 1, Duration.ofHours(24), Duration.ofMillis(500), false);

    static final Prices NO_PRICES = pricesOf(PriceBook.EMPTY);

    private final Limits limits = new Limits();
    private final List<LevelCrossed> sessions = new ArrayList<>();
    private final UsageMetrics metrics = new MeteringMetrics(new SimpleMeterRegistry()).usage();
    private final List<TotalsFeed> handOvers = new ArrayList<>();
    private final List<String> deadLetterReasons = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private Instant now;
    private final TopologyTestDriver driver;

    TopologyHarness(Path directory, Instant start) {
        this(directory, start, NO_PRICES);
    }

    TopologyHarness(Path directory, Instant start, Prices prices) {
        now = start;
        Properties config = new Properties();
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "metering-test");
        // Also spares a flush of every store to disk behind every record.
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        driver =
                new TopologyTestDriver(
                        MeteringTopology.build(
                                SHAPE,
                                new UsageRules(
                                        SHAPE.usagePartitions(),
                                        prices::charge,
                                        id ->
                                                id.equals("default")
                                                        ? CellWidth.HOUR
                                                        : CellWidth.FINEST,
                                        limits),
                                metrics,
                                new ProgressBoard(1, 1)),
                        config,
                        now);
    }

    static Prices pricesOf(PriceBook book) {
        return new Prices() {
            @Override
            public PriceBook current() {
                return book;
            }

            @Override
            public PriceBook caughtUp() {
                return book;
            }
        };
    }

    /** The limits per session of every budget. */
    private static final class Limits implements SessionLimits {

        private List<Policy> all = List.of();

        @Override
        public List<LevelCrossed> crossed(
                String budgetId,
                String contextId,
                List<Spending> before,
                List<Spending> after,
                long atMs) {
            return SessionLevels.crossed(
                    all.stream().filter(policy -> policy.budgetId().equals(budgetId)).toList(),
                    contextId,
                    before,
                    after,
                    atMs);
        }
    }

    void limitSessions(Policy... policies) {
        limits.all = List.of(policies);
    }

    /** The thresholds that sessions have reached, as the ledger is told. */
    List<LevelCrossed> sessions() {
        return sessions;
    }

    void advance(Duration time) {
        now = now.plus(time);
    }

    void report(String id, String context, long input) {
        report(id, context, "default", input, "standard");
    }

    void report(String id, String context, long input, String serviceTier) {
        report(id, context, "default", input, serviceTier);
    }

    /** The default budget is counted by the hour; of others nobody has heard. */
    void report(String id, String context, String budget, long input) {
        report(id, context, budget, input, "standard");
    }

    private void report(String id, String context, String budget, long input, String serviceTier) {
        String json =
                "{\"record_id\":\"%s\",\"context_id\":\"%s\",\"budget_id\":\"%s\",\"component\":\"x\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":%d,\"output_tokens\":0,\"service_tier\":\"%s\"}"
                        .formatted(id, context, budget, input, serviceTier);
        driver.createInputTopic(
                        Topics.USAGE_REPORTED.name(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())
                .pipeInput(
                        context.getBytes(StandardCharsets.UTF_8),
                        json.getBytes(StandardCharsets.UTF_8),
                        now);
        CommitHook.committed(now.toEpochMilli());
        drain();
    }

    /** What somebody else has written where stage two reads. */
    void handOver(byte[] value) {
        driver.createInputTopic(
                        Topics.HAND_OVERS.name(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())
                .pipeInput(new byte[] {1}, value, now);
        CommitHook.committed(now.toEpochMilli());
        output(Topics.DEAD_LETTERS)
                .forEach(
                        record ->
                                deadLetterReasons.add(
                                        text(
                                                record.headers()
                                                        .lastHeader(DeadLetter.TOPIC)
                                                        .value())));
    }

    Totals context(String id) {
        return total(Stores.CONTEXTS, StoreKeys.CONTEXT, id);
    }

    Totals budget(String id) {
        return total(Stores.TOTALS, StoreKeys.BUDGET, id);
    }

    Totals component(String id) {
        return total(Stores.TOTALS, StoreKeys.COMPONENT, id);
    }

    Map<Cell, Totals> cells() {
        Map<Cell, Totals> cells = new HashMap<>();
        WindowStore<Bytes, byte[]> hours = driver.getWindowStore(Stores.HOURS);
        try (var all = hours.all()) {
            while (all.hasNext()) {
                var next = all.next();
                if (next.key.key().get()[0] == 'x') {
                    cells.merge(
                            StoreKeys.cellOf(next.key.key()),
                            TotalsBytes.read(next.value),
                            Totals::plus);
                }
            }
        }
        return cells;
    }

    /** What is kept of a budget, component or context by when its cell begins. */
    Map<Instant, Totals> hours(char kind, String id) {
        WindowStore<Bytes, byte[]> hours =
                driver.getWindowStore(
                        kind == StoreKeys.CONTEXT ? Stores.CONTEXT_HOURS : Stores.HOURS);
        Map<Instant, Totals> found = new HashMap<>();
        try (var all = hours.fetch(StoreKeys.total(kind, id), Instant.EPOCH, now)) {
            all.forEachRemaining(
                    each ->
                            found.put(
                                    Instant.ofEpochMilli(each.key), TotalsBytes.read(each.value)));
        }
        return found;
    }

    List<TotalsFeed> handOvers() {
        return handOvers;
    }

    List<String> deadLetterReasons() {
        return deadLetterReasons;
    }

    List<String> notices() {
        return notices;
    }

    UsageMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        driver.close();
    }

    private void drain() {
        output(Topics.HAND_OVERS).forEach(record -> handOvers.add(FeedCodec.read(record.value())));
        output(Topics.DEAD_LETTERS)
                .forEach(
                        record ->
                                deadLetterReasons.add(
                                        text(
                                                record.headers()
                                                        .lastHeader(DeadLetter.REASON)
                                                        .value())));
        output(Topics.LEDGER_DELTAS)
                .forEach(
                        record -> {
                            if (FeedCodec.readLedgerFeed(record.value())
                                    instanceof SessionReached(LevelCrossed crossed)) {
                                sessions.add(crossed);
                            }
                        });
        output(Topics.STATUS).forEach(record -> notices.add(text(record.key())));
    }

    private List<TestRecord<byte[], byte[]>> output(Topic topic) {
        TestOutputTopic<byte[], byte[]> output =
                driver.createOutputTopic(
                        topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        return output.readRecordsToList();
    }

    private Totals total(String store, char kind, String id) {
        KeyValueStore<Bytes, byte[]> totals = driver.getKeyValueStore(store);
        return TotalsBytes.read(totals.get(StoreKeys.total(kind, id)));
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
