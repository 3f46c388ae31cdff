package tekton.budget.metering.ledger.topology;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FeedCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.LedgerDelta;
import tekton.budget.event.LedgerFeed;
import tekton.budget.event.SessionReached;
import tekton.budget.event.TotalsFeed.Progress;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Standing;
import tekton.budget.metering.ledger.rules.Ledger;
import tekton.budget.metering.ledger.store.StoredRows;
import tekton.budget.metering.metrics.LedgerMetrics;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.ReachedOffsets;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.UsageProgress;
import tekton.budget.metering.streams.DeadLetters;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

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

    /** About how many rows are forgotten before the clock is looked at. */
    private static final int FORGOTTEN_AT_ONCE = 500;

    /** How long one look may forget: a twentieth of the time, so that decisions hardly wait. */
    private static final long FORGETTING_NANOS = Duration.ofMillis(50).toNanos();

    private final RequestReader reader;
    private final LedgerMetrics metrics;
    private final ProgressBoard board;
    private final LongSupplier nanos;
    private @Nullable LedgerTask task;

    /** Whether the metering was told of all budgets once since the start. */
    private boolean budgetsTold;

    /** All that belongs to the task as it now is. */
    private record LedgerTask(
            ProcessorContext<Outgoing, byte[]> context,
            CommitHook hook,
            int partition,
            StoredRows rows,
            Ledger ledger,
            ReachedOffsets reached,
            CarriedTime time,
            UsageProgress progress,
            OpenDecisions open,
            Cancellable ticks) {}

    DecideRequests(int partitions, LedgerMetrics metrics, ProgressBoard board, LongSupplier nanos) {
        reader = new RequestReader(partitions);
        this.metrics = metrics;
        this.board = board;
        this.nanos = nanos;
    }

    @Override
    public void init(ProcessorContext<Outgoing, byte[]> context) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(Stores.LEDGER);
        int partition = context.taskId().partition();
        StoredRows rows = new StoredRows(store);
        CommitHook hook = context.getStateStore(LedgerNodes.DECIDE_COMMIT);
        LedgerTask started =
                new LedgerTask(
                        context,
                        hook,
                        partition,
                        rows,
                        new Ledger(rows),
                        new ReachedOffsets(
                                store, Topics.REQUESTS.name(), Topics.LEDGER_DELTAS.name()),
                        new CarriedTime(context.currentSystemTimeMs(), nanos),
                        new UsageProgress(store, board, partition),
                        new OpenDecisions(metrics),
                        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tick()));
        task = started;
        board.inputReached(partition, started.reached().of(Topics.REQUESTS.name()));
        board.changed();
        hook.attach(context, () -> write(started), nowMs -> committed(started, nowMs));
        hook.onQuiet(() -> commitWhenQuiet(started));
        metrics.openAllocations().put(partition, rows.openTotal());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        LedgerTask current = current();
        RecordMetadata at = current.context().recordMetadata().orElseThrow();
        if (at.offset() <= current.reached().of(at.topic())) {
            current.open().skipped();
            return;
        }
        long timeMs = current.reached().arrival(record.timestamp());
        current.time().heard(timeMs);
        current.open().read(record.timestamp());
        if (at.topic().equals(Topics.REQUESTS.name())) {
            request(current, record, at, timeMs);
        } else {
            feed(current, record, at, timeMs);
        }
        current.reached().read(at.topic(), at.offset());
    }

    @Override
    public void close() {
        LedgerTask ended = task;
        if (ended != null) {
            // A task that is revived after a failed commit is closed and initialised anew, and
            // would have two: the old one would go on with rows that were never committed.
            ended.ticks().cancel();
            ended.hook().detach();
            board.inputClosed(ended.partition());
            metrics.openAllocations().remove(ended.partition());
            ended.progress().close();
        }
    }

    private void request(
            LedgerTask current, Record<byte[], byte[]> record, RecordMetadata at, long timeMs) {
        switch (reader.read(record.value(), at.partition())) {
            case RequestReader.Result.Understood(var request) -> {
                publish(current, current.ledger().request(request, timeMs));
            }
            case RequestReader.Result.Rejected(var reason, String message) ->
                    bury(current, record, at, reason, message);
        }
    }

    private static void bury(
            LedgerTask current,
            Record<byte[], byte[]> record,
            RecordMetadata at,
            DeadLetter.Reason reason,
            String message) {
        Record<byte[], byte[]> letter = DeadLetters.of(record, at, reason, message);
        current.context()
                .forward(
                        letter.withKey(new Outgoing(0, letter.key())),
                        LedgerNodes.BURY_DEAD_LETTERS);
        current.open().add(reason);
    }

    private void feed(
            LedgerTask current, Record<byte[], byte[]> record, RecordMetadata at, long timeMs) {
        LedgerFeed feed;
        try {
            feed = FeedCodec.readLedgerFeed(record.value());
        } catch (IllegalArgumentException foreign) {
            // Somebody else wrote it: to stop for it would stop the budgets of this partition.
            bury(
                    current,
                    record,
                    at,
                    DeadLetter.Reason.UNREADABLE,
                    Objects.requireNonNullElse(foreign.getMessage(), "no delta"));
            return;
        }
        switch (feed) {
            case LedgerDelta delta -> {
                publish(current, current.ledger().delta(delta, timeMs));
            }
            case SessionReached(LevelCrossed crossed) -> {
                publish(current, List.of(crossed));
            }
            case Progress progress -> {
                current.progress().read(progress);
            }
        }
    }

    /** Those who asked wait for the commit; those who are still to come get another one. */
    private static void commitWhenQuiet(LedgerTask current) {
        if (current.reached().hasChanged()) {
            current.context().commit();
        }
    }

    private void tick() {
        LedgerTask current = current();
        long timeMs = current.reached().arrival(current.time().nowMs());
        if (!budgetsTold) {
            // Those made before there was somebody to tell; for the others it is the same again.
            current.rows()
                    .forEachBudget(
                            budget -> {
                                publishZone(current, budget, timeMs);
                                publishSessionLimits(
                                        current,
                                        current.rows().policies(budget.budgetId()),
                                        timeMs);
                            });
            budgetsTold = true;
        }
        List<LedgerEvent> events = current.ledger().tick(timeMs, EXPIRED_MAX);
        if (!events.isEmpty()) {
            current.reached().keepArrival();
            publish(current, events);
        }
        long began = nanos.getAsLong();
        boolean more = true;
        while (more && nanos.getAsLong() - began < FORGETTING_NANOS) {
            more = current.rows().forget(timeMs, FORGOTTEN_AT_ONCE);
        }
    }

    private LedgerTask current() {
        LedgerTask current = task;
        if (current == null) {
            throw new IllegalStateException("decide: used before init");
        }
        return current;
    }

    private static void publish(LedgerTask current, List<LedgerEvent> events) {
        for (LedgerEvent event : events) {
            current.open().add(event);
            switch (event) {
                case LedgerEvent.LedgerDecision decision -> {
                    publishDecision(current, decision.requestId(), event);
                    publishForMetering(current, decision);
                }
                case LedgerEvent.AllocationEnded ended ->
                        publishDecision(current, ended.allocation().allocationId(), event);
                case LedgerEvent.UsageFlagged flagged ->
                        publishDecision(current, flagged.allocationId(), event);
                case LedgerEvent.LevelCrossed crossed when crossed.contextId() != null ->
                        // There are as many sessions as there will ever be contexts: of none of
                        // them a state is kept for ever.
                        publishDecision(current, crossed.standing().policyId(), event);
                case LedgerEvent.LevelCrossed crossed ->
                        forward(
                                current,
                                statusKey(crossed.standing()),
                                event,
                                LedgerNodes.PUBLISH_STATUS);
                case LedgerEvent.UsageSpent spent -> {
                    // As many as there are deltas, and nobody waits for one.
                }
                case LedgerEvent.PolicyForgotten forgotten -> {
                    // Nobody has been shown it since it was moved.
                }
            }
        }
    }

    private static void publishForMetering(
            LedgerTask current, LedgerEvent.LedgerDecision decision) {
        if (decision instanceof PolicyDefined defined) {
            publishSessionLimits(current, List.of(defined.policy()), defined.atMs());
        } else if (decision instanceof BudgetDefined defined) {
            publishZone(current, defined.budget(), defined.atMs());
            publishSessionLimits(current, defined.policies(), defined.atMs());
        }
    }

    private static void publishSessionLimits(LedgerTask current, List<Policy> policies, long atMs) {
        for (Policy policy : policies) {
            if (policy.period() == Period.PER_SESSION) {
                forward(
                        current,
                        policy.policyId(),
                        new PolicyDefined(policy.policyId(), policy, atMs),
                        LedgerNodes.PUBLISH_FOR_METERING);
            }
        }
    }

    private static void publishZone(LedgerTask current, Budget budget, long atMs) {
        Budget known =
                new Budget(
                        budget.budgetId(),
                        budget.name(),
                        null,
                        null,
                        budget.zone(),
                        budget.active(),
                        Metadata.NONE,
                        budget.createdAtMs(),
                        budget.updatedAtMs());
        forward(
                current,
                budget.budgetId(),
                new BudgetDefined(budget.budgetId(), known, List.of(), atMs),
                LedgerNodes.PUBLISH_FOR_METERING);
    }

    private static void publishDecision(LedgerTask current, String key, LedgerEvent event) {
        forward(current, key, event, LedgerNodes.PUBLISH_DECISIONS);
    }

    private static void forward(LedgerTask current, String key, LedgerEvent event, String node) {
        current.context()
                .forward(
                        new Record<>(
                                new Outgoing(
                                        current.partition(), key.getBytes(StandardCharsets.UTF_8)),
                                LedgerCodec.write(event),
                                event.atMs()),
                        node);
    }

    /**
     * Policy and measure; like every key of that topic it begins with the budget's id. The window
     * is in the value: as part of the key, every window that has ended would stay for ever.
     */
    private static String statusKey(Standing standing) {
        return standing.policyId() + '#' + standing.measure().wireName();
    }

    private void committed(LedgerTask current, long nowMs) {
        current.open().committed(nowMs);
        metrics.openAllocations().put(current.partition(), current.rows().openTotal());
    }

    private void write(LedgerTask current) {
        current.rows().write();
        if (current.reached().hasChanged()) {
            current.reached().save();
            current.progress().save();
            board.inputReached(current.partition(), current.reached().of(Topics.REQUESTS.name()));
            board.changed();
        }
    }
}
