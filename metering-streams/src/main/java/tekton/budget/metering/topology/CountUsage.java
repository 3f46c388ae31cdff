package tekton.budget.metering.topology;

import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.metrics.UsageMetrics;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.ReachedOffsets;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.usage.UsageChanges;
import tekton.budget.metering.usage.UsageCounter;
import tekton.budget.metering.usage.UsageOutcome;
import tekton.budget.metering.usage.UsageRecord;
import tekton.budget.metering.usage.UsageRules;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Topics;

/**
 * Stage one, one task per partition of the usage topic: a shell around {@link UsageCounter}, which
 * has the rules. It skips what was read before, gives the counter one record after the other, and
 * writes and sends on what has changed, once per commit and in its transaction. The stream never
 * stops for a record; what cannot be counted becomes a dead letter.
 */
final class CountUsage implements Processor<byte[], byte[], byte[], byte[]> {

    /**
     * How many changes may gather before a commit is asked for, whatever the commit interval. A
     * backlog is read one partition after the other: a third of this asked for commits long before
     * the interval was over, and cost a fifth more. An id takes some 130 bytes until then.
     */
    private static final int GATHERED_MAX = 150_000;

    private final MeteringTopology.Shape shape;
    private final UsageRules rules;
    private final UsageMetrics metrics;
    private final CommitPace pace;
    private final ProgressBoard board;
    private @Nullable UsageTask task;

    /** All that belongs to the task as it now is; made anew whenever the task is. */
    private record UsageTask(
            ProcessorContext<byte[], byte[]> context,
            UsageCounter counter,
            StoredUsage stored,
            ReachedOffsets reached,
            UsageOutput output,
            OpenUsage open,
            CommitHook hook,
            Cancellable pacing) {}

    CountUsage(
            MeteringTopology.Shape shape,
            UsageRules rules,
            UsageMetrics metrics,
            CommitPace pace,
            ProgressBoard board) {
        this.shape = shape;
        this.rules = rules;
        this.metrics = metrics;
        this.pace = pace;
        this.board = board;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        ReachedOffsets reached =
                new ReachedOffsets(
                        context.getStateStore(Stores.CONTEXTS),
                        Topics.USAGE_REPORTED.name(),
                        Topics.USAGE_STRAYS.name());
        StoredUsage stored = new StoredUsage(context, reached);
        UsageTask started =
                new UsageTask(
                        context,
                        new UsageCounter(rules, stored),
                        stored,
                        reached,
                        new UsageOutput(context, shape, reached.of(Topics.USAGE_REPORTED.name())),
                        new OpenUsage(metrics),
                        context.getStateStore(Nodes.COUNT_USAGE_COMMIT),
                        context.schedule(
                                CommitPace.QUICK,
                                PunctuationType.WALL_CLOCK_TIME,
                                nowMs -> {
                                    if (reached.hasChanged() && pace.commitNow(nowMs)) {
                                        context.commit();
                                    }
                                }));
        task = started;
        started.hook()
                .attach(
                        context,
                        () -> write(started),
                        nowMs -> {
                            stored.committed();
                            started.open().committed(nowMs);
                        });
        board.inputReached(context.taskId().partition(), reached.of(Topics.USAGE_REPORTED.name()));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        UsageTask current = task;
        if (current == null) {
            throw new IllegalStateException("count-usage: used before init");
        }
        RecordMetadata at = current.context().recordMetadata().orElseThrow();
        if (at.offset() <= current.reached().of(at.topic())) {
            current.open().skipped();
            return;
        }
        pace.counted(record.timestamp());
        take(current, record, at);
        current.reached().read(at.topic(), at.offset());
        if (Math.max(current.stored().pendingIds(), current.counter().gathered()) >= GATHERED_MAX) {
            // Memory is bounded whatever comes in.
            current.context().commit();
        }
    }

    @Override
    public void close() {
        UsageTask ended = task;
        if (ended != null) {
            // A task that is revived is initialised anew, and would have two.
            ended.pacing().cancel();
            ended.hook().detach();
            board.inputClosed(ended.context().taskId().partition());
        }
    }

    private static void take(UsageTask task, Record<byte[], byte[]> record, RecordMetadata at) {
        boolean moved = at.topic().equals(Topics.USAGE_STRAYS.name());
        Origin origin =
                moved
                        ? Origin.of(record.headers()).orElse(null)
                        : new Origin(at.partition(), at.offset(), record.timestamp());
        UsageOutcome outcome =
                task.counter()
                        .take(
                                new UsageRecord(
                                        record.key(),
                                        record.value(),
                                        at.partition(),
                                        record.timestamp(),
                                        moved,
                                        origin));
        task.open().add(outcome);
        switch (outcome) {
            case UsageOutcome.New counted -> task.output().counted(record, counted);
            case UsageOutcome.Duplicate() -> {}
            case UsageOutcome.Misrouted to -> task.output().misrouted(record, to);
            case UsageOutcome.Unusable why -> task.output().unusable(record, why);
        }
    }

    /**
     * Part of every commit. The order matters to readers only: the progress comes last, so that a
     * reader who sees it sees what it speaks of.
     */
    private void write(UsageTask current) {
        if (!current.reached().hasChanged()) {
            return;
        }
        int partition = current.context().taskId().partition();
        long offset = current.reached().of(Topics.USAGE_REPORTED.name());
        UsageChanges changes = current.counter().changes(current.context().currentSystemTimeMs());
        current.stored().write(changes);
        current.output().changes(changes);
        current.reached().save();
        current.output().progress(offset);
        board.inputReached(partition, offset);
        board.changed();
    }
}
