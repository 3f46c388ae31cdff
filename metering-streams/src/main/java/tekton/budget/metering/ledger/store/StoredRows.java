package tekton.budget.metering.ledger.store;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.ledger.rules.Decided;
import tekton.budget.metering.ledger.rules.LedgerRows;
import tekton.budget.metering.ledger.rules.PolicyUse;
import tekton.budget.metering.ledger.rules.SessionUse;
import tekton.budget.metering.ledger.rules.SpentTokens;
import tekton.budget.value.EpochMinute;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The rows of one task of the ledger, over its store. Belongs to the task and its stream thread;
 * made anew whenever the task is, so nothing that was aborted stays in memory.
 *
 * <p>Rows that are found by their key alone and change often (what policies count, sessions,
 * allocations, what was spent) stay decoded in memory and are written once per commit, see {@link
 * #write}. Rows that are looked for by range (policies, indexes) and rows that are written once
 * (decided requests) are written at once.
 */
public final class StoredRows implements LedgerRows {

    /** About how many bytes of a kind of rows stay in memory per task. */
    private static final int REMEMBERED_BYTES = 10 << 20;

    /** About what a row takes in memory, without a client's metadata. */
    private static final int ROW_BYTES = 500;

    private final KeyValueStore<Bytes, byte[]> store;
    private final StoredView stored;
    private final DueAllocations expiries;
    private final RetentionSweep forgetting;
    private final KeptRows<String, Budget> budgets;
    private final Map<String, List<Policy>> policies = new HashMap<>();
    private long policiesBytes;

    /** How many allocations are open, of all budgets. */
    private long openTotal;

    /** How many budgets there are; -1 until they were counted. */
    private int budgetCount = -1;

    private final KeptRows<String, PolicyUse> uses;
    private final KeptRows<SessionKey, Session> sessions;
    private final KeptRows<String, Allocation> allocations;
    private final KeptRows<String, Integer> openCounts;
    private final KeptRows<Bytes, SpentTokens> spent;
    private final KeptRows<Bytes, Integer> scopeCounts;

    private record SessionKey(String budgetId, String contextId) {}

    /**
     * A context's rows, in no order.
     *
     * @param changed the scopes whose rows are not written yet
     */
    private record Session(List<SessionUse> uses, List<Scope> changed) {}

    public StoredRows(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
        stored = new StoredView(store);
        openTotal = stored.openTotal();
        expiries = new DueAllocations(store);
        forgetting = new RetentionSweep(store);
        budgets =
                new KeptRows<>(
                        stored::budget,
                        (id, budget) -> put(LedgerKeys.budget(id), budget),
                        budget -> bytes(budget.metadata()),
                        REMEMBERED_BYTES);
        uses =
                new KeptRows<>(
                        stored::useOrNull,
                        (id, use) -> put(LedgerKeys.use(id), use),
                        _ -> ROW_BYTES,
                        REMEMBERED_BYTES);
        sessions =
                new KeptRows<>(
                        key ->
                                new Session(
                                        stored.session(key.budgetId(), key.contextId()), List.of()),
                        this::writeSession,
                        session -> ROW_BYTES * (1 + session.uses().size()),
                        REMEMBERED_BYTES);
        allocations =
                new KeptRows<>(
                        stored::allocation,
                        (id, allocation) -> put(LedgerKeys.allocation(id), allocation),
                        allocation -> bytes(allocation.metadata()),
                        REMEMBERED_BYTES);
        openCounts =
                new KeptRows<>(
                        stored::openCount,
                        (id, count) ->
                                store.put(LedgerKeys.openCount(id), LedgerBytes.write(count)),
                        _ -> ROW_BYTES,
                        REMEMBERED_BYTES);
        spent =
                new KeptRows<>(
                        key -> {
                            byte[] value = store.get(key);
                            return value == null ? null : LedgerBytes.readSpent(value);
                        },
                        (key, sum) -> store.put(key, LedgerBytes.write(sum)),
                        _ -> ROW_BYTES,
                        REMEMBERED_BYTES);
        scopeCounts =
                new KeptRows<>(
                        key -> LedgerBytes.readCount(store.get(key)),
                        (key, count) -> store.put(key, LedgerBytes.write(count)),
                        _ -> ROW_BYTES,
                        REMEMBERED_BYTES);
    }

    /** Writes what has gathered in memory; part of every commit. */
    public void write() {
        budgets.writeChanged();
        uses.writeChanged();
        sessions.writeChanged();
        allocations.writeChanged();
        openCounts.writeChanged();
        spent.writeChanged();
        scopeCounts.writeChanged();
    }

    /**
     * Forgets what is older than is promised.
     *
     * @param limit about how many rows are removed at most
     * @return true when there is more to forget
     */
    public boolean forget(long timeMs, int limit) {
        if (!forgetting.isDue(timeMs)) {
            return false;
        }
        sessions.writeAndForget();
        spent.writeAndForget();
        scopeCounts.writeAndForget();
        forgetting.forget(timeMs, limit, this::allocation, allocations::drop);
        return forgetting.isDue(timeMs);
    }

    @Override
    public void forEachBudget(Consumer<Budget> visitor) {
        budgets.writeChanged();
        stored.forEachBudget(visitor);
    }

    @Override
    public @Nullable Budget budget(String budgetId) {
        return budgets.get(budgetId);
    }

    @Override
    public List<Policy> policies(String budgetId) {
        List<Policy> known = policies.get(budgetId);
        if (known == null) {
            known = stored.policies(budgetId);
            remember(budgetId, known);
        }
        return known;
    }

    @Override
    public PolicyUse use(Policy policy) {
        PolicyUse use = uses.get(policy.policyId());
        return use == null ? PolicyUse.NONE : use;
    }

    @Override
    public List<SessionUse> session(String budgetId, String contextId) {
        return sessionOf(new SessionKey(budgetId, contextId)).uses();
    }

    @Override
    public @Nullable Allocation allocation(String allocationId) {
        return allocations.get(allocationId);
    }

    @Override
    public void forEachOpen(String budgetId, Consumer<Allocation> visitor) {
        // Collected first: the visitor may end what it visits.
        List<String> ids = new ArrayList<>();
        stored.forEachOpenId(budgetId, ids::add);
        ids.forEach(id -> visitor.accept(indexed(id, allocations.look(id))));
    }

    @Override
    public List<Allocation> open(String budgetId, int limit) {
        return stored.openIds(budgetId, limit).stream().map(this::indexed).toList();
    }

    @Override
    public int budgetCount() {
        int known = budgetCount;
        if (known < 0) {
            int[] count = new int[1];
            forEachBudget(_ -> count[0]++);
            known = count[0];
            budgetCount = known;
        }
        return known;
    }

    @Override
    public int openCount(String budgetId) {
        Integer count = openCounts.get(budgetId);
        return count == null ? 0 : count;
    }

    /** How many allocations of this partition's budgets are open, known without looking. */
    public long openTotal() {
        return openTotal;
    }

    @Override
    public List<Allocation> due(long timeMs, int limit) {
        return expiries.due(timeMs, limit).stream().map(this::indexed).toList();
    }

    @Override
    public @Nullable Decided decided(String budgetId, String key) {
        return stored.decided(budgetId, key);
    }

    @Override
    public void forEachSpent(
            String budgetId, long fromMs, long untilMs, BiConsumer<Scope, SpentTokens> visitor) {
        spent.writeChanged();
        stored.forEachSpent(budgetId, fromMs, untilMs, visitor);
    }

    @Override
    public void put(Budget budget) {
        if (budgetCount >= 0 && budgets.get(budget.budgetId()) == null) {
            budgetCount++;
        }
        budgets.put(budget.budgetId(), budget);
    }

    @Override
    public void put(Policy policy) {
        List<Policy> changed = new ArrayList<>(policies(policy.budgetId()));
        changed.removeIf(other -> other.policyId().equals(policy.policyId()));
        changed.add(policy);
        changed.sort(StoredView.OLDEST_FIRST);
        remember(policy.budgetId(), List.copyOf(changed));
        put(LedgerKeys.policy(policy.policyId()), policy);
    }

    @Override
    public void remove(String budgetId, String policyId) {
        List<Policy> left = new ArrayList<>(policies(budgetId));
        left.removeIf(each -> each.policyId().equals(policyId));
        remember(budgetId, List.copyOf(left));
        store.put(LedgerKeys.policy(policyId), null);
        uses.drop(policyId);
        store.put(LedgerKeys.use(policyId), null);
    }

    @Override
    public void put(Policy policy, PolicyUse use) {
        uses.put(policy.policyId(), use);
    }

    @Override
    public void put(String budgetId, String contextId, SessionUse use) {
        SessionKey key = new SessionKey(budgetId, contextId);
        Session before = sessionOf(key);
        if (before.uses().isEmpty()) {
            forgetting.session(budgetId, contextId, use.updatedAtMs());
        }
        List<SessionUse> uses = new ArrayList<>(before.uses());
        uses.removeIf(other -> other.scope().equals(use.scope()));
        uses.add(use);
        List<Scope> changed = new ArrayList<>(before.changed());
        if (!changed.contains(use.scope())) {
            changed.add(use.scope());
        }
        sessions.put(key, new Session(List.copyOf(uses), changed));
    }

    @Override
    public void put(Allocation allocation) {
        String id = allocation.allocationId();
        Allocation before = allocation(id);
        boolean wasOpen = before != null && before.isOpen();
        if (before != null
                && wasOpen
                && (!allocation.isOpen() || before.expiresAtMs() != allocation.expiresAtMs())) {
            expiries.remove(before.expiresAtMs(), id);
        }
        if (allocation.isOpen()
                && (before == null
                        || !wasOpen
                        || before.expiresAtMs() != allocation.expiresAtMs())) {
            expiries.add(allocation.expiresAtMs(), id);
        }
        if (before == null || wasOpen != allocation.isOpen()) {
            index(allocation, wasOpen);
        }
        allocations.put(id, allocation);
    }

    @Override
    public void put(String budgetId, String key, Decided decided) {
        put(LedgerKeys.decided(budgetId, key), decided);
        forgetting.decided(budgetId, key, decided.atMs());
    }

    @Override
    public void addSpent(String budgetId, Scope scope, EpochMinute hour, SpentTokens more) {
        Scope counted = countedScope(budgetId, scope, hour);
        add(LedgerKeys.hour(budgetId, hour, counted), more);
        EpochMinute day =
                EpochMinute.hourOf(
                        Math.floorDiv(hour.startMs(), StoredView.DAY_MS) * StoredView.DAY_MS);
        add(LedgerKeys.day(budgetId, day, counted), more);
    }

    /** The scope itself while the hour has room for it. */
    private Scope countedScope(String budgetId, Scope scope, EpochMinute hour) {
        if (spent.get(LedgerKeys.hour(budgetId, hour, scope)) != null) {
            return scope;
        }
        Bytes countKey = LedgerKeys.scopeCount(budgetId, hour);
        Integer known = scopeCounts.get(countKey);
        int count = known == null ? 0 : known;
        if (count == 0) {
            forgetting.spent(budgetId, hour);
        }
        Scope folded = ScopeFolding.fold(scope, count);
        if (folded.equals(scope) || spent.get(LedgerKeys.hour(budgetId, hour, folded)) == null) {
            scopeCounts.put(countKey, count + 1);
        }
        return folded;
    }

    private void add(Bytes key, SpentTokens more) {
        SpentTokens before = spent.get(key);
        spent.put(key, before == null ? more : before.plus(more));
    }

    /** Brings the indexes up to an allocation that is new, or has ended. */
    private void index(Allocation allocation, boolean wasOpen) {
        String id = allocation.allocationId();
        String budgetId = allocation.budgetId();
        boolean open = allocation.isOpen();
        store.put(
                LedgerKeys.ofContext(allocation.contextId(), id),
                open ? LedgerBytes.OPEN : LedgerBytes.ENDED);
        if (open) {
            store.put(LedgerKeys.open(id), LedgerBytes.NOTHING);
            openCounts.put(budgetId, openCount(budgetId) + 1);
            openTotal++;
        } else {
            forgetting.allocation(id, allocation.updatedAtMs());
            if (wasOpen) {
                store.put(LedgerKeys.open(id), null);
                openCounts.put(budgetId, openCount(budgetId) - 1);
                openTotal--;
            }
        }
    }

    private void remember(String budgetId, List<Policy> known) {
        if (policiesBytes >= REMEMBERED_BYTES) {
            policies.clear();
            policiesBytes = 0;
        }
        List<Policy> before = policies.put(budgetId, known);
        policiesBytes += bytes(known) - (before == null ? 0 : bytes(before));
    }

    private static long bytes(List<Policy> policies) {
        return policies.stream().mapToLong(policy -> bytes(policy.metadata())).sum();
    }

    private static int bytes(Metadata metadata) {
        return ROW_BYTES + metadata.json().length();
    }

    private Allocation indexed(String allocationId) {
        return indexed(allocationId, allocation(allocationId));
    }

    private static Allocation indexed(String allocationId, @Nullable Allocation found) {
        if (found == null) {
            throw new IllegalStateException(
                    "allocation %s: in an index, and missing".formatted(allocationId));
        }
        return found;
    }

    private Session sessionOf(SessionKey key) {
        Session session = sessions.get(key);
        return session == null ? new Session(List.of(), List.of()) : session;
    }

    private void writeSession(SessionKey key, Session session) {
        for (SessionUse use : session.uses()) {
            if (session.changed().contains(use.scope())) {
                put(LedgerKeys.session(key.budgetId(), key.contextId(), use.scope()), use);
            }
        }
        session.changed().clear();
    }

    private void put(Bytes key, Object row) {
        store.put(key, LedgerCodec.writeRow(row));
    }
}
