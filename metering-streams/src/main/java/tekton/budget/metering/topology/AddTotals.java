package tekton.budget.metering.topology;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FeedCodec;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.Notice;
import tekton.budget.event.TotalsFeed;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.TotalsFeed.Progress;
import tekton.budget.event.TotalsFeed.TotalsDelta;
import tekton.budget.metering.metrics.OpenAge;
import tekton.budget.metering.metrics.OpenCounts;
import tekton.budget.metering.metrics.UsageMetrics;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.ReachedOffsets;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.metering.store.UsageProgress;
import tekton.budget.metering.streams.DeadLetters;
import tekton.budget.metering.usage.CellFolding;
import tekton.budget.metering.usage.RunningTotals;
import tekton.budget.topic.Topics;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Stage two, partitioned by budget: adds the deltas of stage one to the totals of budgets, to this
 * partition's share of the totals of components, and to the hourly cells.
 *
 * <p>Like stage one it writes once per commit. What it cannot read somebody else wrote: a dead
 * letter, since to stop for it would stop all totals of its partition.
 */
final class AddTotals implements Processor<byte[], byte[], byte[], byte[]> {

    private static final int REMEMBERED_MAX = 20_000;

    private final UsageMetrics metrics;
    private final CommitPace pace;
    private final ProgressBoard board;
    private @Nullable TotalsTask task;
    private @Nullable Cancellable pacing;

    /** All that belongs to the task as it now is. */
    private record TotalsTask(
            ProcessorContext<byte[], byte[]> context,
            CommitHook hook,
            KeyValueStore<Bytes, byte[]> totals,
            WindowStore<Bytes, byte[]> hours,
            ReachedOffsets reached,
            UsageProgress progress,
            OpenAge age,
            OpenCounts buried,
            RunningTotals<Bytes, Totals> allTime,
            RunningTotals<KeyHour, Totals> hourly) {}

    /** A key of the hourly store and where its cell begins. */
    private record KeyHour(Bytes key, EpochMinute hour) {}

    AddTotals(UsageMetrics metrics, CommitPace pace, ProgressBoard board) {
        this.metrics = metrics;
        this.pace = pace;
        this.board = board;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        KeyValueStore<Bytes, byte[]> totals = context.getStateStore(Stores.TOTALS);
        WindowStore<Bytes, byte[]> hours = context.getStateStore(Stores.HOURS);
        CommitHook hook = context.getStateStore(Nodes.ADD_TOTALS_COMMIT);
        TotalsTask started =
                new TotalsTask(
                        context,
                        hook,
                        totals,
                        hours,
                        new ReachedOffsets(totals, Topics.HAND_OVERS.name()),
                        new UsageProgress(totals, board, context.taskId().partition()),
                        new OpenAge(metrics.budgetsAge()),
                        new OpenCounts(),
                        new RunningTotals<>(
                                key -> TotalsBytes.readOrNull(totals.get(key)),
                                Totals::plus,
                                REMEMBERED_MAX),
                        new RunningTotals<>(
                                at ->
                                        TotalsBytes.readOrNull(
                                                hours.fetch(at.key(), at.hour().startMs())),
                                Totals::plus,
                                REMEMBERED_MAX));
        task = started;
        hook.attach(
                context,
                () -> write(started),
                nowMs -> {
                    started.buried().committed();
                    started.age().committed(nowMs);
                });
        pacing =
                context.schedule(
                        CommitPace.QUICK,
                        PunctuationType.WALL_CLOCK_TIME,
                        nowMs -> {
                            if (started.reached().hasChanged() && pace.commitNow(nowMs)) {
                                context.commit();
                            }
                        });
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        TotalsTask current = task;
        if (current == null) {
            throw new IllegalStateException("add-totals: used before init");
        }
        RecordMetadata at = current.context().recordMetadata().orElseThrow();
        if (at.offset() <= current.reached().of(at.topic())) {
            return;
        }
        @Nullable TotalsFeed feed = null;
        try {
            feed = FeedCodec.read(record.value());
        } catch (IllegalArgumentException foreign) {
            current.context()
                    .forward(
                            DeadLetters.of(
                                    record,
                                    at,
                                    DeadLetter.Reason.UNREADABLE,
                                    Objects.requireNonNullElse(foreign.getMessage(), "no delta")),
                            Nodes.BURY_HAND_OVERS);
            current.buried().add(metrics.deadLetters(), DeadLetter.Reason.UNREADABLE);
        }
        if (feed != null) {
            take(current, feed, record.timestamp());
        }
        current.reached().arrival(record.timestamp());
        current.reached().read(at.topic(), at.offset());
    }

    private void take(TotalsTask current, TotalsFeed feed, long appendedMs) {
        switch (feed) {
            case TotalsDelta counted -> {
                add(current, counted);
                current.age().read(appendedMs);
                pace.added(appendedMs);
            }
            case Progress progress -> current.progress().read(progress);
        }
    }

    @Override
    public void close() {
        TotalsTask ended = task;
        if (ended != null) {
            ended.progress().close();
            ended.hook().detach();
        }
        Cancellable paced = pacing;
        if (paced != null) {
            // A task that is revived is initialised anew, and would have two.
            paced.cancel();
        }
    }

    private static void add(TotalsTask task, TotalsDelta counted) {
        Totals more = counted.totals();
        Bytes budget = StoreKeys.total(StoreKeys.BUDGET, counted.cell().budgetId());
        Bytes component = StoreKeys.total(StoreKeys.COMPONENT, counted.cell().component());
        task.allTime().add(budget, more);
        task.allTime().add(component, more);
        task.hourly().add(new KeyHour(budget, counted.hour()), more);
        task.hourly().add(new KeyHour(component, counted.hour()), more);
        addToCell(task, counted);
    }

    private static void addToCell(TotalsTask task, TotalsDelta counted) {
        EpochMinute hour = counted.hour();
        Cell cell = counted.cell();
        KeyHour at = new KeyHour(StoreKeys.cell(cell, hour), hour);
        Totals before = task.hourly().get(at);
        if (before == null) {
            int cells = cellCount(task, cell.budgetId(), hour);
            Cell folded = CellFolding.fold(cell, cells);
            if (!folded.equals(cell)) {
                giveNotice(task, Notice.NoticeKind.CELLS_FOLDED, cell.budgetId(), counted);
                at = new KeyHour(StoreKeys.cell(folded, hour), hour);
                before = task.hourly().get(at);
            }
            if (before == null) {
                putCellCount(task, cell.budgetId(), hour, cells + 1);
            }
        }
        if (counted.totals().unpricedTokens() > 0
                && (before == null || before.unpricedTokens() == 0)) {
            giveNotice(
                    task,
                    Notice.NoticeKind.UNPRICED_USAGE,
                    cell.provider() + '/' + cell.model(),
                    counted);
        }
        task.hourly().add(at, counted.totals());
    }

    private static int cellCount(TotalsTask task, String budgetId, EpochMinute hour) {
        byte[] count = task.hours().fetch(StoreKeys.cellCount(budgetId), hour.startMs());
        return count == null ? 0 : ByteBuffer.wrap(count).getInt();
    }

    private static void putCellCount(
            TotalsTask task, String budgetId, EpochMinute hour, int count) {
        task.hours()
                .put(
                        StoreKeys.cellCount(budgetId),
                        ByteBuffer.allocate(Integer.BYTES).putInt(count).array(),
                        hour.startMs());
    }

    private static void giveNotice(
            TotalsTask task, Notice.NoticeKind kind, String subject, TotalsDelta counted) {
        // Once an hour, however many cells the hour has.
        Notice notice =
                new Notice(
                        kind,
                        counted.cell().budgetId(),
                        subject,
                        EpochMinute.hourOf(counted.hour().startMs()));
        task.context()
                .forward(
                        Notices.record(notice, task.context().currentSystemTimeMs()),
                        Nodes.GIVE_NOTICE);
    }

    private void write(TotalsTask current) {
        if (!current.reached().hasChanged()) {
            return;
        }
        current.allTime()
                .writeChanged((key, sum) -> current.totals().put(key, TotalsBytes.write(sum)));
        current.hourly()
                .writeChanged(
                        (at, sum) ->
                                current.hours()
                                        .put(
                                                at.key(),
                                                TotalsBytes.write(sum),
                                                at.hour().startMs()));
        current.reached().save();
        current.progress().save();
        board.changed();
    }
}
