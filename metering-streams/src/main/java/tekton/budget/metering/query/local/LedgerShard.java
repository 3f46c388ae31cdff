package tekton.budget.metering.query.local;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
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
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.query.local.Question.Advice;
import tekton.budget.metering.query.local.Question.AllocationList;
import tekton.budget.metering.query.local.Question.BudgetList;
import tekton.budget.metering.query.local.Question.NewestList;
import tekton.budget.metering.query.local.Question.StandingList;
import tekton.budget.metering.store.Stores;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** What this process's stores say of the ledger, for some of its partitions. Any thread. */
public final class LedgerShard {

    /** Of two open allocations of a context, the one that usage draws down first. */
    public static final Comparator<Allocation> OLDEST_FIRST =
            Comparator.comparingLong(Allocation::createdAtMs)
                    .thenComparing(Allocation::allocationId);

    private final StoreAccess stores;

    public LedgerShard(StoreAccess stores) {
        this.stores = stores;
    }

    /** The partial of an answer. */
    @SuppressWarnings("unchecked") // each question says what it is answered with
    public <R> Answer<R> answer(Question.OfLedger<R> question) {
        return stores.askAfter(
                question.shard(),
                question.of(),
                question.after(),
                open -> {
                    List<StoredView> views = views(open, question.of());
                    Object partial =
                            switch (question) {
                                case Question.BudgetOf q -> budget(views.getFirst(), q.budgetId());
                                case Question.Budgets _ -> budgets(views);
                                case Question.PolicyOf q -> views.getFirst().policy(q.policyId());
                                case Question.AllocationsOf q -> allocations(open, q);
                                case Question.OldestOpen q -> oldestOpen(views, q.contextId());
                                case Question.NewestOf q -> newest(views, q);
                                case Question.StandingsOf q -> standings(views, q);
                                case Question.Check q ->
                                        new Advice(
                                                Ledger.check(
                                                        views.getFirst(), q.request(), q.nowMs()));
                            };
                    return partial == null ? new Unknown<>() : new Found<>((R) partial);
                });
    }

    private static List<StoredView> views(OpenStores open, List<Integer> partitions) {
        return partitions.stream().map(partition -> view(open, partition)).toList();
    }

    private static StoredView view(OpenStores open, int partition) {
        return new StoredView(open.keyValue(Stores.LEDGER, partition));
    }

    private static @Nullable BudgetView budget(StoredView view, String budgetId) {
        Budget budget = view.budget(budgetId);
        return budget == null ? null : new BudgetView(budget, policies(view, budgetId));
    }

    private static List<Policy> policies(StoredView view, String budgetId) {
        return view.policies(budgetId).stream().filter(each -> !each.isVacant()).toList();
    }

    private static BudgetList budgets(List<StoredView> views) {
        List<BudgetView> all = new ArrayList<>();
        for (StoredView view : views) {
            for (Budget budget : budgetsOf(view)) {
                all.add(new BudgetView(budget, policies(view, budget.budgetId())));
            }
        }
        return new BudgetList(all);
    }

    private AllocationList allocations(OpenStores open, Question.AllocationsOf q) {
        return new AllocationList(
                q.ids().stream()
                        .map(id -> view(open, partitionOf(id)).allocation(id))
                        .filter(Objects::nonNull)
                        .toList());
    }

    private static @Nullable Allocation oldestOpen(List<StoredView> views, String contextId) {
        List<Allocation> open = new ArrayList<>();
        for (StoredView view : views) {
            view.forEachOfContext(
                    contextId,
                    true,
                    found -> {
                        if (found.isOpen()) {
                            open.add(found);
                        }
                    });
        }
        return open.stream().min(OLDEST_FIRST).orElse(null);
    }

    private static NewestList newest(List<StoredView> views, Question.NewestOf q) {
        NewestAllocations newest = new NewestAllocations(q.depth());
        for (StoredView view : views) {
            visit(
                    view,
                    q.filter(),
                    allocation -> {
                        if (AllocationFilters.fits(q.filter(), allocation)) {
                            newest.add(allocation);
                        }
                    });
        }
        return newest.found();
    }

    private static @Nullable StandingList standings(
            List<StoredView> views, Question.StandingsOf q) {
        String budgetId = q.budgetId();
        List<PolicyView> all = new ArrayList<>();
        for (StoredView view : views) {
            if (budgetId == null) {
                for (Budget budget : budgetsOf(view)) {
                    all.addAll(standingsOf(view, budget, q.period(), q.nowMs()));
                }
            } else {
                Budget budget = view.budget(budgetId);
                if (budget == null) {
                    return null;
                }
                all.addAll(standingsOf(view, budget, q.period(), q.nowMs()));
            }
        }
        return new StandingList(all);
    }

    /** The partition of what has that id: it begins with its budget's, which has no dot. */
    public int partitionOf(String id) {
        int dot = id.indexOf('.');
        return stores.partitionOf(dot < 0 ? id : id.substring(0, dot));
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
}
