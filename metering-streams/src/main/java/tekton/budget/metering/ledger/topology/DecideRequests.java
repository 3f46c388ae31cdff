package tekton.budget.metering.ledger.topology;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.HandOver.Progress;
import tekton.budget.event.LedgerDelta;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.Standing;
import tekton.budget.metering.ledger.rules.Ledger;
import tekton.budget.metering.ledger.store.StoredRows;
import tekton.budget.metering.ledger.topology.LedgerCounters.Outcome;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.ReachedOffsets;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.UsageProgress;
import tekton.budget.metering.topology.DeadLetters;
import tekton.budget.serde.HandOverCodec;
import tekton.budget.serde.LedgerCodec;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One partition of the ledger, and the only writer of its budgets: skips what was read before,
 * tells the rules what has come in and when, and publishes what follows.
 *
 * <p>Rows that change often are written once per commit by the {@link CommitHook}, in the
 * transaction of the decisions that changed them. A request that cannot be read becomes a dead
 * letter. A delta that cannot be read is a bug of ours and stops the thread: nothing foreign is in
 * that topic.
 */
final class DecideRequests implements Processor<byte[], byte[], Outgoing, byte[]> {

    /** How often an idle budget is looked at; one that is used expires by its requests. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** How many allocations one look expires at most. */
    private static final int EXPIRED_MAX = 1_000;

    /** How many rows one look forgets at most. */
    private static final int FORGOTTEN_MAX = 2_000;

    private final RequestReader reader;
    private final LedgerCounters counters;
    private final ProgressBoard board;
    private @Nullable Task task;

    /** All that belongs to the task as it now is. */
    private record Task(
            ProcessorContext<Outgoing, byte[]> context,
            int partition,
            StoredRows rows,
            Ledger ledger,
            ReachedOffsets reached,
            UsageProgress progress) {}

    DecideRequests(int partitions, LedgerCounters counters, ProgressBoard board) {
        reader = new RequestReader(partitions);
        this.counters = counters;
        this.board = board;
    }

    @Override
    public void init(ProcessorContext<Outgoing, byte[]> context) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(Stores.LEDGER);
        int partition = context.taskId().partition();
        StoredRows rows = new StoredRows(store);
        Task started =
                new Task(
                        context,
                        partition,
                        rows,
                        new Ledger(rows),
                        new ReachedOffsets(
                                store, Topics.REQUESTS.name(), Topics.LEDGER_DELTAS.name()),
                        new UsageProgress(store, board, partition));
        task = started;
        board.inputReached(partition, started.reached().of(Topics.REQUESTS.name()));
        board.changed();
        CommitHook hook = context.getStateStore(LedgerNodes.DECIDE_COMMIT);
        hook.attach(context, () -> write(started));
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, nowMs -> tick(started, nowMs));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Task current = task;
        if (current == null) {
            throw new IllegalStateException("decide: used before init");
        }
        RecordMetadata at = current.context().recordMetadata().orElseThrow();
        if (at.offset() <= current.reached().of(at.topic())) {
            counters.add(Outcome.SKIPPED);
            return;
        }
        long timeMs = current.reached().arrival(record.timestamp());
        if (at.topic().equals(Topics.REQUESTS.name())) {
            request(current, record, at, timeMs);
        } else {
            feed(current, record, timeMs);
        }
        current.reached().read(at.topic(), at.offset());
    }

    @Override
    public void close() {
        Task ended = task;
        if (ended != null) {
            board.inputClosed(ended.partition());
            ended.progress().close();
        }
    }

    private void request(
            Task current, Record<byte[], byte[]> record, RecordMetadata at, long timeMs) {
        switch (reader.read(record.value(), at.partition())) {
            case RequestReader.Result.Understood(var request) -> {
                publish(current, current.ledger().request(request, timeMs));
                counters.add(Outcome.DECIDED);
            }
            case RequestReader.Result.Rejected(var reason, String message) -> {
                Record<byte[], byte[]> letter = DeadLetters.of(record, at, reason, message);
                current.context()
                        .forward(
                                letter.withKey(new Outgoing(0, letter.key())),
                                LedgerNodes.BURY_DEAD_LETTERS);
                counters.add(Outcome.DEAD_LETTER);
            }
        }
    }

    private void feed(Task current, Record<byte[], byte[]> record, long timeMs) {
        switch (HandOverCodec.readLedgerFeed(record.value())) {
            case LedgerDelta delta -> {
                publish(current, current.ledger().delta(delta, timeMs));
                counters.add(Outcome.BOOKED);
            }
            case Progress progress -> {
                current.progress().read(progress);
                counters.add(Outcome.PROGRESS);
            }
        }
    }

    private static void tick(Task current, long nowMs) {
        long timeMs = current.reached().arrival(nowMs);
        List<LedgerEvent> events = current.ledger().tick(timeMs, EXPIRED_MAX);
        if (!events.isEmpty()) {
            current.reached().keepArrival();
            publish(current, events);
        }
        current.rows().forget(timeMs, FORGOTTEN_MAX);
    }

    private static void publish(Task current, List<LedgerEvent> events) {
        for (LedgerEvent event : events) {
            switch (event) {
                case LedgerEvent.Decision decision ->
                        publishDecision(current, decision.requestId(), event);
                case LedgerEvent.AllocationEnded ended ->
                        publishDecision(current, ended.allocation().allocationId(), event);
                case LedgerEvent.UsageFlagged flagged ->
                        publishDecision(current, flagged.allocationId(), event);
                case LedgerEvent.LevelCrossed crossed ->
                        forward(
                                current,
                                statusKey(crossed.standing()),
                                event,
                                LedgerNodes.PUBLISH_STATUS);
                case LedgerEvent.UsageSpent spent -> {
                    // As many as there are deltas, and nobody waits for one.
                }
            }
        }
    }

    private static void publishDecision(Task current, String key, LedgerEvent event) {
        forward(current, key, event, LedgerNodes.PUBLISH_DECISIONS);
    }

    private static void forward(Task current, String key, LedgerEvent event, String node) {
        current.context()
                .forward(
                        new Record<>(
                                new Outgoing(
                                        current.partition(), key.getBytes(StandardCharsets.UTF_8)),
                                LedgerCodec.write(event),
                                event.atMs()),
                        node);
    }

    /** Policy, window and measure; like every key of that topic it begins with the budget's id. */
    private static String statusKey(Standing standing) {
        Long start = standing.windowStartMs();
        return "%s@%s#%s"
                .formatted(
                        standing.policyId(),
                        start == null ? "" : Instant.ofEpochMilli(start),
                        standing.measure().wireName());
    }

    private void write(Task current) {
        current.rows().write();
        if (current.reached().hasChanged()) {
            current.reached().save();
            current.progress().save();
            board.inputReached(current.partition(), current.reached().of(Topics.REQUESTS.name()));
            board.changed();
        }
    }
}
