package tekton.budget.metering.ledger.read;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.ledger.rules.Ledger;
import tekton.budget.metering.ledger.rules.LedgerView;
import tekton.budget.metering.ledger.rules.PolicyUse;
import tekton.budget.metering.ledger.rules.PolicyUse.WindowUse;
import tekton.budget.metering.ledger.rules.SpentTokens;
import tekton.budget.metering.ledger.rules.Window;
import tekton.budget.metering.ledger.store.StoredView;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.metering.read.StoreAccess;
import tekton.budget.metering.read.StoreAccess.Stage;
import tekton.budget.metering.store.Stores;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The ledger as this process's stores have it. */
public final class LocalLedger implements LedgerQueries {

    private static final Comparator<BudgetView> ACTIVE_AND_OLDEST_FIRST =
            Comparator.comparing(
                    BudgetView::budget,
                    Comparator.comparing((Budget budget) -> !budget.active())
                            .thenComparingLong(Budget::createdAtMs)
                            .thenComparing(Budget::budgetId));

    private static final Comparator<Allocation> OLDEST_FIRST =
            Comparator.comparingLong(Allocation::createdAtMs)
                    .thenComparing(Allocation::allocationId);

    private final StoreAccess stores;

    public LocalLedger(StoreAccess stores) {
        this.stores = stores;
    }

    /** True when every store can be asked. */
    public boolean queryable() {
        return stores.queryable(partition -> stores.keyValue(Stores.LEDGER, partition));
    }

    @Override
    public Answer<BudgetView> budget(String budgetId, ReadAfter after) {
        return askOwner(
                budgetId,
                after,
                view -> {
                    Budget budget = view.budget(budgetId);
                    return budget == null ? null : new BudgetView(budget, view.policies(budgetId));
                });
    }

    @Override
    public Answer<List<BudgetView>> budgets(ReadAfter after) {
        return askAll(
                after,
                () -> {
                    List<BudgetView> all = new ArrayList<>();
                    for (StoredView view : views(stores.allPartitions())) {
                        for (Budget budget : budgetsOf(view)) {
                            all.add(new BudgetView(budget, view.policies(budget.budgetId())));
                        }
                    }
                    all.sort(ACTIVE_AND_OLDEST_FIRST);
                    return all;
                });
    }

    @Override
    public Answer<Policy> policy(String policyId, ReadAfter after) {
        return askOwner(budgetIn(policyId), after, view -> view.policy(policyId));
    }

    @Override
    public Answer<Allocation> allocation(String allocationId, ReadAfter after) {
        return askOwner(budgetIn(allocationId), after, view -> view.allocation(allocationId));
    }

    @Override
    public Answer<Allocation> openAllocationOf(String contextId, ReadAfter after) {
        return ask(
                stores.allPartitions(),
                after,
                () -> {
                    List<Allocation> oldest = new ArrayList<>(1);
                    for (StoredView view : views(stores.allPartitions())) {
                        view.forEachOfContext(
                                contextId,
                                true,
                                found -> {
                                    if (found.isOpen() && isBefore(found, oldest)) {
                                        oldest.clear();
                                        oldest.add(found);
                                    }
                                });
                    }
                    return oldest.isEmpty() ? new Unknown<>() : new Found<>(oldest.getFirst());
                });
    }

    @Override
    public Answer<AllocationPage> allocations(
            AllocationFilter filter, int page, int limit, ReadAfter after) {
        String budgetId = filter.budgetId();
        List<Integer> partitions =
                budgetId == null ? stores.allPartitions() : List.of(stores.partitionOf(budgetId));
        return ask(
                partitions,
                after,
                () -> {
                    NewestAllocations newest = new NewestAllocations(page, limit);
                    for (StoredView view : views(partitions)) {
                        visit(
                                view,
                                filter,
                                allocation -> {
                                    if (AllocationFilters.fits(filter, allocation)) {
                                        newest.add(allocation);
                                    }
                                });
                    }
                    return new Found<>(
                            newest.page(
                                    id -> view(stores.partitionOf(budgetIn(id))).allocation(id)));
                });
    }

    @Override
    public Answer<List<PolicyView>> standings(
            @Nullable String budgetId, Period period, long nowMs, ReadAfter after) {
        if (budgetId != null) {
            return askOwner(
                    budgetId,
                    after,
                    view -> {
                        Budget budget = view.budget(budgetId);
                        return budget == null ? null : standingsOf(view, budget, period, nowMs);
                    });
        }
        return askAll(
                after,
                () -> {
                    List<PolicyView> all = new ArrayList<>();
                    for (StoredView view : views(stores.allPartitions())) {
                        for (Budget budget : budgetsOf(view)) {
                            all.addAll(standingsOf(view, budget, period, nowMs));
                        }
                    }
                    all.sort(
                            Comparator.comparingLong((PolicyView one) -> one.policy().createdAtMs())
                                    .thenComparing(one -> one.policy().policyId()));
                    return all;
                });
    }

    @Override
    public Answer<LedgerEvent.Decision> check(
            LedgerRequest.Allocate request, long nowMs, ReadAfter after) {
        return askOwner(
                request.head().budgetId(), after, view -> Ledger.check(view, request, nowMs));
    }

    /** A question about one budget. */
    @FunctionalInterface
    private interface Question<T> {
        @Nullable T of(StoredView view);
    }

    private <T> Answer<T> askOwner(String budgetId, ReadAfter after, Question<T> question) {
        int partition = stores.partitionOf(budgetId);
        return ask(
                List.of(partition),
                after,
                () -> {
                    T found = question.of(view(partition));
                    return found == null ? new Unknown<>() : new Found<>(found);
                });
    }

    private <T> Answer<T> askAll(ReadAfter after, Supplier<T> question) {
        return ask(stores.allPartitions(), after, () -> new Found<>(question.get()));
    }

    private <T> Answer<T> ask(List<Integer> of, ReadAfter after, Supplier<Answer<T>> question) {
        return stores.askAfter(Stage.LEDGER, of, after, question);
    }

    private StoredView view(int partition) {
        return new StoredView(stores.keyValue(Stores.LEDGER, partition));
    }

    private List<StoredView> views(List<Integer> partitions) {
        return partitions.stream().map(this::view).toList();
    }

    private static List<Budget> budgetsOf(LedgerView view) {
        List<Budget> budgets = new ArrayList<>();
        view.forEachBudget(budgets::add);
        return budgets;
    }

    /** By the shortest way that leads to all that can fit. */
    private static void visit(
            StoredView view, AllocationFilter filter, Consumer<Allocation> visitor) {
        boolean openOnly = Boolean.TRUE.equals(filter.active());
        String contextId = filter.contextId();
        if (contextId != null) {
            view.forEachOfContext(contextId, openOnly, visitor);
            return;
        }
        String only = filter.budgetId();
        List<String> budgets =
                only == null
                        ? budgetsOf(view).stream().map(Budget::budgetId).toList()
                        : List.of(only);
        for (String budgetId : budgets) {
            if (openOnly) {
                view.forEachOpen(budgetId, visitor);
            } else {
                view.forEachAllocation(budgetId, visitor);
            }
        }
    }

    private static List<PolicyView> standingsOf(
            LedgerView view, Budget budget, Period period, long nowMs) {
        if (!period.isWindow()) {
            return List.of();
        }
        Window window = Window.of(period, ZoneId.of(budget.zone()), nowMs);
        return view.policies(budget.budgetId()).stream()
                .filter(policy -> policy.enabled() && policy.period() == period)
                .map(policy -> standing(policy, window, view.use(policy)))
                .toList();
    }

    private static PolicyView standing(Policy policy, Window window, PolicyUse use) {
        SpentTokens spent =
                use.windows().stream()
                        .filter(one -> one.startMs() == window.startMs())
                        .map(WindowUse::spent)
                        .findFirst()
                        .orElse(SpentTokens.NONE);
        return new PolicyView(
                policy,
                window.startMs(),
                window.endMs(),
                spent.input(),
                spent.output(),
                spent.amount(),
                use.reserved(),
                use.openCount(),
                use.openTokens());
    }

    private static boolean isBefore(Allocation found, List<Allocation> oldest) {
        return oldest.isEmpty() || OLDEST_FIRST.compare(found, oldest.getFirst()) < 0;
    }

    /** Ids of policies and allocations begin with their budget's, which has no dot. */
    private static String budgetIn(String id) {
        int dot = id.indexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }
}
