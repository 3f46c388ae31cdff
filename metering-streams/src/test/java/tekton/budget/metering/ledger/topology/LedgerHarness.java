package tekton.budget.metering.ledger.topology;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

import tekton.budget.codec.FeedCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.event.LedgerDelta;
import tekton.budget.event.SessionReached;
import tekton.budget.event.TotalsFeed;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.metering.ledger.store.StoredView;
import tekton.budget.metering.metrics.LedgerMetrics;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.Stores;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The ledger topology with one partition and a clock of its own; restarts on the same state. */
final class LedgerHarness implements AutoCloseable {

    /** A decision or status and its key. */
    record Published(String key, LedgerEvent event) {}

    private final LedgerMetrics metrics = new MeteringMetrics(new SimpleMeterRegistry()).ledger();
    private final ProgressBoard board = new ProgressBoard(1, 2);
    private final TopologyTestDriver driver;
    private Instant now;
    private Duration awake = Duration.ZERO;

    LedgerHarness(SurvivingStore store, Path directory, Instant start) {
        now = start;
        Properties config = new Properties();
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "ledger-test");
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        driver =
                new TopologyTestDriver(
                        LedgerTopology.build(
                                1, metrics, board, () -> awake.toNanos(), store.builder()),
                        config,
                        now);
    }

    Instant now() {
        return now;
    }

    /** The clock of the brokers; the driver's own stands. */
    void advance(Duration time) {
        now = now.plus(time);
    }

    /** The wall clock of this process alone: somebody sets it wrong. */
    void jumpWallClock(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** Both clocks. */
    void advanceWallClock(Duration time) {
        now = now.plus(time);
        awake = awake.plus(time);
        driver.advanceWallClockTime(time);
    }

    void request(LedgerRequest request) {
        send(Topics.REQUESTS, LedgerCodec.write(request));
    }

    void requestBytes(byte[] value) {
        send(Topics.REQUESTS, value);
    }

    void deltaBytes(byte[] value) {
        send(Topics.LEDGER_DELTAS, value);
    }

    void use(String budgetId, String allocationId, long input, long output) {
        send(
                Topics.LEDGER_DELTAS,
                FeedCodec.write(
                        new LedgerDelta(
                                new Cell(
                                        budgetId,
                                        "chat",
                                        "anthropic",
                                        "m",
                                        Tier.REMOTE_HEAVYWEIGHT,
                                        "default"),
                                EpochMinute.hourOf(now.toEpochMilli()),
                                allocationId,
                                allocationId == null ? null : "ctx",
                                new Totals(
                                        TokenCounts.of(input, output),
                                        0,
                                        Money.ZERO,
                                        1,
                                        now.toEpochMilli(),
                                        now.toEpochMilli()))));
    }

    void progress(int partition, long offset) {
        TotalsFeed progress = new TotalsFeed.Progress(partition, offset);
        send(Topics.LEDGER_DELTAS, FeedCodec.write(progress));
    }

    void reached(LevelCrossed crossed) {
        send(Topics.LEDGER_DELTAS, FeedCodec.write(new SessionReached(crossed)));
    }

    List<Published> toldMetering() {
        return published(Topics.SESSION_LIMITS);
    }

    List<Published> decisions() {
        return published(Topics.DECISIONS);
    }

    List<Published> status() {
        return published(Topics.STATUS);
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return output(Topics.DEAD_LETTERS);
    }

    StoredView view() {
        return new StoredView(driver.getKeyValueStore(Stores.LEDGER));
    }

    LedgerMetrics metrics() {
        return metrics;
    }

    ProgressBoard board() {
        return board;
    }

    static String header(TestRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        driver.close();
    }

    private void send(Topic topic, byte[] value) {
        driver.createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput("key".getBytes(StandardCharsets.UTF_8), value, now);
        CommitHook.committed(now.toEpochMilli());
    }

    private List<Published> published(Topic topic) {
        List<Published> published = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : output(topic)) {
            published.add(
                    new Published(
                            new String(record.key(), StandardCharsets.UTF_8),
                            LedgerCodec.readEvent(record.value())));
        }
        return published;
    }

    private List<TestRecord<byte[], byte[]>> output(Topic topic) {
        return driver.createOutputTopic(
                        topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }
}
