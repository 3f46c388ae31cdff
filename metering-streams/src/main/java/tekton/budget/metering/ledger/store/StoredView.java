package tekton.budget.metering.ledger.store;

import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.ledger.rules.Decided;
import tekton.budget.metering.ledger.rules.LedgerView;
import tekton.budget.metering.ledger.rules.PolicyUse;
import tekton.budget.metering.ledger.rules.SessionUse;
import tekton.budget.metering.ledger.rules.SpentTokens;
import tekton.budget.value.CellWidth;
import tekton.budget.value.EpochMinute;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The rows as they stand in a store. For queries too, beside the task that writes: then an index
 * may be a moment ahead of the row that it leads to, which is passed over.
 */
public final class StoredView implements LedgerView {

    static final Comparator<Policy> OLDEST_FIRST =
            Comparator.comparingLong(Policy::createdAtMs).thenComparing(Policy::policyId);

    static final long DAY_MS = Duration.ofDays(1).toMillis();

    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;

    public StoredView(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    public void forEachBudget(Consumer<Budget> visitor) {
        forEach(
                LedgerKeys.firstOf(LedgerKeys.BUDGET),
                (key, value) -> visitor.accept(LedgerCodec.readRow(value, Budget.class)));
    }

    @Override
    public @Nullable Budget budget(String budgetId) {
        return row(LedgerKeys.budget(budgetId), Budget.class);
    }

    @Override
    public List<Policy> policies(String budgetId) {
        List<Policy> policies = new ArrayList<>();
        forEach(
                LedgerKeys.policiesOf(budgetId),
                (key, value) -> policies.add(LedgerCodec.readRow(value, Policy.class)));
        policies.sort(OLDEST_FIRST);
        return List.copyOf(policies);
    }

    /** The policy, or null. */
    public @Nullable Policy policy(String policyId) {
        return row(LedgerKeys.policy(policyId), Policy.class);
    }

    @Override
    public PolicyUse use(Policy policy) {
        PolicyUse use = useOrNull(policy.policyId());
        return use == null ? PolicyUse.NONE : use;
    }

    @Nullable PolicyUse useOrNull(String policyId) {
        return row(LedgerKeys.use(policyId), PolicyUse.class);
    }

    @Override
    public List<SessionUse> session(String budgetId, String contextId) {
        List<SessionUse> uses = new ArrayList<>();
        forEach(
                LedgerKeys.sessionOf(budgetId, contextId),
                (key, value) -> uses.add(LedgerCodec.readRow(value, SessionUse.class)));
        return uses;
    }

    @Override
    public @Nullable Allocation allocation(String allocationId) {
        return row(LedgerKeys.allocation(allocationId), Allocation.class);
    }

    @Override
    public void forEachOpen(String budgetId, Consumer<Allocation> visitor) {
        forEachOpenId(budgetId, id -> accept(allocation(id), visitor));
    }

    @Override
    public List<Allocation> open(String budgetId, int limit) {
        List<Allocation> open = new ArrayList<>();
        openIds(budgetId, limit).forEach(id -> accept(allocation(id), open::add));
        return open;
    }

    /** The ids of open allocations of a budget, at most so many. */
    List<String> openIds(String budgetId, int limit) {
        List<String> ids = new ArrayList<>();
        try (var rows = store.prefixScan(LedgerKeys.openOf(budgetId), new BytesSerializer())) {
            while (rows.hasNext() && ids.size() < limit) {
                ids.add(LedgerKeys.idAfter(rows.next().key, 0));
            }
        }
        return ids;
    }

    @Override
    public int budgetCount() {
        int[] count = new int[1];
        forEach(LedgerKeys.firstOf(LedgerKeys.BUDGET), (key, value) -> count[0]++);
        return count[0];
    }

    void forEachOpenId(String budgetId, Consumer<String> visitor) {
        forEach(
                LedgerKeys.openOf(budgetId),
                (key, value) -> visitor.accept(LedgerKeys.idAfter(key, 0)));
    }

    /** Visits every allocation of a budget that is remembered, in the order of their ids. */
    public void forEachAllocation(String budgetId, Consumer<Allocation> visitor) {
        forEach(
                LedgerKeys.allocationsOf(budgetId),
                (key, value) -> visitor.accept(LedgerCodec.readRow(value, Allocation.class)));
    }

    /**
     * Visits the allocations of a context, in the order of their ids.
     *
     * @param openOnly whether ended ones are left out
     */
    public void forEachOfContext(String contextId, boolean openOnly, Consumer<Allocation> visitor) {
        forEach(
                LedgerKeys.allOfContext(contextId),
                (key, value) -> {
                    if (!openOnly || LedgerBytes.isOpen(value)) {
                        accept(allocation(LedgerKeys.allocationOfContextKey(key)), visitor);
                    }
                });
    }

    @Override
    public int openCount(String budgetId) {
        return LedgerBytes.readCount(store.get(LedgerKeys.openCount(budgetId)));
    }

    /** How many allocations are open: reads one small row for each budget. */
    long openTotal() {
        long total = 0;
        try (var counts =
                store.range(
                        LedgerKeys.firstOf(LedgerKeys.OPEN_COUNT),
                        LedgerKeys.firstAfter(LedgerKeys.OPEN_COUNT))) {
            while (counts.hasNext()) {
                total += LedgerBytes.readCount(counts.next().value);
            }
        }
        return total;
    }

    @Override
    public List<Allocation> due(long timeMs, int limit) {
        List<Allocation> due = new ArrayList<>();
        try (var entries =
                store.range(
                        LedgerKeys.firstOf(LedgerKeys.EXPIRY), LedgerKeys.expiry(timeMs + 1, ""))) {
            while (entries.hasNext() && due.size() < limit) {
                accept(allocation(LedgerKeys.expiringOf(entries.next().key)), due::add);
            }
        }
        return due;
    }

    @Override
    public @Nullable Decided decided(String budgetId, String key) {
        return row(LedgerKeys.decided(budgetId, key), Decided.class);
    }

    @Override
    public void forEachSpent(
            String budgetId, long fromMs, long untilMs, BiConsumer<Scope, SpentTokens> visitor) {
        long firstDayMs = Math.ceilDiv(fromMs, DAY_MS) * DAY_MS;
        long lastDayMs = Math.floorDiv(untilMs, DAY_MS) * DAY_MS;
        if (firstDayMs >= lastDayMs) {
            visitHours(budgetId, fromMs, untilMs, visitor);
            return;
        }
        visitHours(budgetId, fromMs, firstDayMs, visitor);
        visitSpent(
                LedgerKeys.days(budgetId, EpochMinute.hourOf(firstDayMs)),
                LedgerKeys.days(budgetId, EpochMinute.hourOf(lastDayMs)),
                visitor);
        visitHours(budgetId, lastDayMs, untilMs, visitor);
    }

    private void visitHours(
            String budgetId, long fromMs, long untilMs, BiConsumer<Scope, SpentTokens> visitor) {
        if (fromMs < untilMs) {
            visitSpent(
                    LedgerKeys.hours(budgetId, CellWidth.FINEST.begin(fromMs)),
                    LedgerKeys.hours(budgetId, CellWidth.FINEST.begin(untilMs)),
                    visitor);
        }
    }

    /** The end is no row's key: rows have more behind it. */
    private void visitSpent(Bytes from, Bytes until, BiConsumer<Scope, SpentTokens> visitor) {
        try (var rows = store.range(from, until)) {
            rows.forEachRemaining(
                    row ->
                            visitor.accept(
                                    LedgerKeys.scopeOf(row.key), LedgerBytes.readSpent(row.value)));
        }
    }

    private void forEach(Bytes prefix, BiConsumer<Bytes, byte[]> visitor) {
        try (KeyValueIterator<Bytes, byte[]> rows =
                store.prefixScan(prefix, new BytesSerializer())) {
            rows.forEachRemaining(row -> visitor.accept(row.key, row.value));
        }
    }

    private <T> @Nullable T row(Bytes key, Class<T> type) {
        byte[] value = store.get(key);
        return value == null ? null : LedgerCodec.readRow(value, type);
    }

    private static void accept(@Nullable Allocation found, Consumer<Allocation> visitor) {
        if (found != null) {
            visitor.accept(found);
        }
    }
}
