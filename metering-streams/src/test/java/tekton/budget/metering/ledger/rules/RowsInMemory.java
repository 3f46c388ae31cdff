package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;
import tekton.budget.value.CellWidth;
import tekton.budget.value.EpochMinute;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Rows in maps, as plain as can be. */
final class RowsInMemory implements LedgerRows {

    private final Map<String, Budget> budgets = new HashMap<>();
    private final Map<String, List<Policy>> policies = new HashMap<>();
    private final Map<String, PolicyUse> uses = new HashMap<>();
    private final Map<List<String>, Map<Scope, SessionUse>> sessions = new HashMap<>();
    private final Map<String, Allocation> allocations = new HashMap<>();
    private final Map<String, Map<String, Allocation>> open = new HashMap<>();
    private final Map<List<String>, Decided> decided = new HashMap<>();
    private final Map<String, NavigableMap<EpochMinute, Map<Scope, SpentTokens>>> spent =
            new HashMap<>();

    /** All that follows from events, to compare; decisions by key are not among it. */
    List<Object> snapshot() {
        return List.of(
                Map.copyOf(budgets),
                Map.copyOf(policies),
                Map.copyOf(uses),
                Map.copyOf(sessions),
                Map.copyOf(allocations),
                Map.copyOf(spent));
    }

    Collection<Allocation> allocations() {
        return allocations.values();
    }

    @Override
    public void put(Budget budget) {
        budgets.put(budget.budgetId(), budget);
    }

    @Override
    public void put(Policy policy) {
        List<Policy> changed = new ArrayList<>(policies(policy.budgetId()));
        changed.removeIf(each -> each.policyId().equals(policy.policyId()));
        changed.add(policy);
        changed.sort(Comparator.comparingLong(Policy::createdAtMs).thenComparing(Policy::policyId));
        policies.put(policy.budgetId(), List.copyOf(changed));
    }

    @Override
    public void remove(String budgetId, String policyId) {
        policies.put(
                budgetId,
                policies(budgetId).stream()
                        .filter(each -> !each.policyId().equals(policyId))
                        .toList());
        uses.remove(policyId);
    }

    @Override
    public void put(Policy policy, PolicyUse use) {
        uses.put(policy.policyId(), use);
    }

    @Override
    public void put(String budgetId, String contextId, SessionUse use) {
        sessions.computeIfAbsent(List.of(budgetId, contextId), _ -> new HashMap<>())
                .put(use.scope(), use);
    }

    @Override
    public void put(Allocation allocation) {
        allocations.put(allocation.allocationId(), allocation);
        Map<String, Allocation> ofBudget =
                open.computeIfAbsent(allocation.budgetId(), _ -> new HashMap<>());
        if (allocation.isOpen()) {
            ofBudget.put(allocation.allocationId(), allocation);
        } else {
            ofBudget.remove(allocation.allocationId());
        }
    }

    @Override
    public void put(String budgetId, String key, Decided decision) {
        decided.put(List.of(budgetId, key), decision);
    }

    @Override
    public void addSpent(String budgetId, Scope scope, EpochMinute hour, SpentTokens more) {
        spent.computeIfAbsent(budgetId, _ -> new TreeMap<>())
                .computeIfAbsent(hour, _ -> new HashMap<>())
                .merge(scope, more, SpentTokens::plus);
    }

    @Override
    public void forEachBudget(Consumer<Budget> visitor) {
        budgets.values().forEach(visitor);
    }

    @Override
    public @Nullable Budget budget(String budgetId) {
        return budgets.get(budgetId);
    }

    @Override
    public List<Policy> policies(String budgetId) {
        return policies.getOrDefault(budgetId, List.of());
    }

    @Override
    public PolicyUse use(Policy policy) {
        return uses.getOrDefault(policy.policyId(), PolicyUse.NONE);
    }

    @Override
    public List<SessionUse> session(String budgetId, String contextId) {
        return List.copyOf(sessions.getOrDefault(List.of(budgetId, contextId), Map.of()).values());
    }

    @Override
    public @Nullable Allocation allocation(String allocationId) {
        return allocations.get(allocationId);
    }

    @Override
    public void forEachOpen(String budgetId, Consumer<Allocation> visitor) {
        open.getOrDefault(budgetId, Map.of()).values().forEach(visitor);
    }

    @Override
    public List<Allocation> open(String budgetId, int limit) {
        return open.getOrDefault(budgetId, Map.of()).values().stream().limit(limit).toList();
    }

    @Override
    public int budgetCount() {
        return budgets.size();
    }

    @Override
    public int openCount(String budgetId) {
        return open.getOrDefault(budgetId, Map.of()).size();
    }

    @Override
    public List<Allocation> due(long timeMs, int limit) {
        return open.values().stream()
                .flatMap(ofBudget -> ofBudget.values().stream())
                .filter(each -> each.expiresAtMs() <= timeMs)
                .sorted(
                        Comparator.comparingLong(Allocation::expiresAtMs)
                                .thenComparing(Allocation::allocationId))
                .limit(limit)
                .toList();
    }

    @Override
    public @Nullable Decided decided(String budgetId, String key) {
        return decided.get(List.of(budgetId, key));
    }

    @Override
    public void forEachSpent(
            String budgetId, long fromMs, long untilMs, BiConsumer<Scope, SpentTokens> visitor) {
        NavigableMap<EpochMinute, Map<Scope, SpentTokens>> hours = spent.get(budgetId);
        if (hours != null) {
            hours.subMap(CellWidth.FINEST.begin(fromMs), CellWidth.FINEST.begin(untilMs))
                    .values()
                    .forEach(scopes -> scopes.forEach(visitor));
        }
    }
}
