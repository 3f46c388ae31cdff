package tekton.budget.metering.topology;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.HandOverCodec;
import tekton.budget.event.HandOver.Cell;
import tekton.budget.event.HandOver.Counted;
import tekton.budget.event.HandOver.Progress;
import tekton.budget.event.LedgerDelta;
import tekton.budget.event.SessionReached;
import tekton.budget.event.UsageReported;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.ledger.rules.SessionLevels;
import tekton.budget.metering.limits.SessionLimits;
import tekton.budget.metering.store.ContextBytes;
import tekton.budget.metering.store.DedupStore;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.ReachedOffsets;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.metering.usage.ContextUse;
import tekton.budget.metering.usage.Contribution;
import tekton.budget.metering.usage.RunningTotals;
import tekton.budget.topic.Topics;
import tekton.budget.value.Hour;
import tekton.budget.value.Totals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What stage one has gathered since the last commit, in front of its stores. Belongs to one task
 * and its stream thread; made anew whenever the task is.
 */
final class StageOneState {

    /**
     * How many contexts, and how many of their hours, stay decoded in memory per task. Some 300
     * bytes each.
     */
    private static final int REMEMBERED_MAX = 20_000;

    /** How many changes may gather before a commit is asked for, whatever the commit interval. */
    private static final int GATHERED_MAX = 50_000;

    private final ProcessorContext<byte[], byte[]> context;
    private final MeteringTopology.Shape shape;
    private final ProgressBoard board;
    private final DedupStore ids;
    private final KeyValueStore<Bytes, byte[]> contexts;
    private final WindowStore<Bytes, byte[]> contextHours;
    private final ReachedOffsets reached;
    private final SessionLimits limits;
    private final RunningTotals<String, ContextUse> contextUses;
    private final RunningTotals<ContextHour, Totals> hourTotals;

    /** Of the contexts that have changed since the last commit, what they had used then. */
    private final Map<String, List<Spending>> usedBefore = new HashMap<>();

    private final Map<Spent, Totals> spent = new LinkedHashMap<>();
    private long progressToldOf;

    private record ContextHour(String contextId, long hour) {}

    /** The coordinates of a ledger delta; without its allocation those of a cell. */
    private record Spent(
            Cell cell, long hour, @Nullable String allocationId, @Nullable String contextId) {}

    private record CellHour(Cell cell, long hour) {}

    StageOneState(
            ProcessorContext<byte[], byte[]> context,
            MeteringTopology.Shape shape,
            SessionLimits limits,
            ProgressBoard board) {
        this.context = context;
        this.shape = shape;
        this.limits = limits;
        this.board = board;
        ids = context.getStateStore(Stores.IDS);
        contexts = context.getStateStore(Stores.CONTEXTS);
        contextHours = context.getStateStore(Stores.CONTEXT_HOURS);
        reached =
                new ReachedOffsets(
                        contexts, Topics.USAGE_REPORTED.name(), Topics.USAGE_STRAYS.name());
        progressToldOf = reached.of(Topics.USAGE_REPORTED.name());
        board.inputReached(context.taskId().partition(), progressToldOf);
        contextUses =
                new RunningTotals<>(
                        id -> ContextBytes.readOrNull(contexts.get(contextKey(id))),
                        ContextUse::plus,
                        REMEMBERED_MAX);
        hourTotals =
                new RunningTotals<>(
                        at ->
                                TotalsBytes.readOrNull(
                                        contextHours.fetch(
                                                contextKey(at.contextId()),
                                                Hour.startMs(at.hour()))),
                        Totals::plus,
                        REMEMBERED_MAX);
    }

    DedupStore ids() {
        return ids;
    }

    ReachedOffsets reached() {
        return reached;
    }

    /** Counts a record. */
    void add(UsageReported usage, Contribution contribution) {
        usedBefore.computeIfAbsent(usage.contextId(), this::used);
        contextUses.add(usage.contextId(), ContextUse.of(contribution));
        hourTotals.add(
                new ContextHour(usage.contextId(), contribution.hour()), contribution.totals());
        String allocation = usage.allocationId();
        spent.merge(
                new Spent(
                        contribution.cell(),
                        contribution.hour(),
                        allocation,
                        allocation == null ? null : usage.contextId()),
                contribution.totals(),
                Totals::plus);
    }

    /** True when something has been read since the last commit. */
    boolean hasChanged() {
        return reached.hasChanged();
    }

    /** Asks for a commit when much has gathered: memory is bounded whatever comes in. */
    void boundMemory() {
        if (ids.pendingIds() >= GATHERED_MAX
                || hourTotals.changedKeys() >= GATHERED_MAX
                || spent.size() >= GATHERED_MAX) {
            context.commit();
        }
    }

    /**
     * Part of every commit. The order matters to readers only: the progress comes last, so that who
     * sees it sees what it speaks of.
     */
    void writeAndHandOver() {
        if (!reached.hasChanged()) {
            return;
        }
        ids.writePending();
        List<KeyValue<Bytes, byte[]>> changed = new ArrayList<>(contextUses.changedKeys());
        contextUses.writeChanged(
                (id, use) -> {
                    changed.add(KeyValue.pair(contextKey(id), ContextBytes.write(use)));
                    tellWhatSessionHasReached(id, use);
                });
        contexts.putAll(changed);
        usedBefore.clear();
        hourTotals.writeChanged(
                (at, totals) ->
                        contextHours.put(
                                contextKey(at.contextId()),
                                TotalsBytes.write(totals),
                                Hour.startMs(at.hour())));
        handOverSpent();
        reached.save();
        tellProgress();
        board.inputReached(context.taskId().partition(), reached.of(Topics.USAGE_REPORTED.name()));
        board.changed();
    }

    private List<Spending> used(String contextId) {
        ContextUse use = contextUses.get(contextId);
        return use == null ? List.of() : use.spendings();
    }

    private void tellWhatSessionHasReached(String contextId, ContextUse use) {
        List<Spending> before = usedBefore.getOrDefault(contextId, List.of());
        Set<String> budgets = HashSet.newHashSet(2);
        for (Spending spending : use.spendings()) {
            String budgetId = spending.budgetId();
            if (!budgets.add(budgetId)) {
                continue;
            }
            List<LevelCrossed> crossed =
                    SessionLevels.crossed(
                            limits.of(budgetId),
                            contextId,
                            before,
                            use.spendings(),
                            context.currentSystemTimeMs());
            for (LevelCrossed each : crossed) {
                forward(
                        budgetId.getBytes(StandardCharsets.UTF_8),
                        HandOverCodec.write(new SessionReached(each)),
                        Nodes.HAND_OVER_TO_LEDGER);
            }
        }
    }

    private void handOverSpent() {
        Map<CellHour, Totals> cells = HashMap.newHashMap(spent.size());
        spent.forEach(
                (at, totals) -> {
                    forward(
                            budgetKey(at.cell()),
                            HandOverCodec.write(
                                    new LedgerDelta(
                                            at.cell(),
                                            at.hour(),
                                            at.allocationId(),
                                            at.contextId(),
                                            totals)),
                            Nodes.HAND_OVER_TO_LEDGER);
                    cells.merge(new CellHour(at.cell(), at.hour()), totals, Totals::plus);
                });
        cells.forEach(
                (at, totals) ->
                        forward(
                                budgetKey(at.cell()),
                                HandOverCodec.write(new Counted(at.cell(), at.hour(), totals)),
                                Nodes.HAND_OVER_COUNTED));
        spent.clear();
    }

    private void tellProgress() {
        long offset = reached.of(Topics.USAGE_REPORTED.name());
        if (offset == progressToldOf) {
            return;
        }
        byte[] progress = HandOverCodec.write(new Progress(context.taskId().partition(), offset));
        for (int partition = 0; partition < shape.usagePartitions(); partition++) {
            forward(progressKey(partition), progress, Nodes.HAND_OVER_PROGRESS);
        }
        for (int partition = 0; partition < shape.ledgerPartitions(); partition++) {
            forward(progressKey(partition), progress, Nodes.TELL_LEDGER_PROGRESS);
        }
        progressToldOf = offset;
    }

    private void forward(byte[] key, byte[] value, String node) {
        context.forward(new Record<>(key, value, context.currentSystemTimeMs()), node);
    }

    private static Bytes contextKey(String id) {
        return StoreKeys.total(StoreKeys.CONTEXT, id);
    }

    private static byte[] budgetKey(Cell cell) {
        return cell.budgetId().getBytes(StandardCharsets.UTF_8);
    }

    /** A progress goes to every partition; its key says to which. */
    static byte[] progressKey(int partition) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
    }
}
