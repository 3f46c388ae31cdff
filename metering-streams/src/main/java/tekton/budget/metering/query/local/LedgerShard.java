package tekton.budget.metering.query.local;

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
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.store.Stores;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The questions to the ledger of some partitions, and what the stores answer.
 *
 * @param open the stores
 * @param of the partitions
 */
public record LedgerShard(OpenStores open, List<Integer> of) {

    /** Of two open allocations of a context, the one that usage draws down first. */
    public static final Comparator<Allocation> OLDEST_FIRST =
            Comparator.comparingLong(Allocation::createdAtMs)
                    .thenComparing(Allocation::allocationId);

    /** A question to the ledger. */
    public sealed interface OfLedger<R> extends Question<R> {

        /** What it answers; null where what was asked for is not there. */
        @Nullable R read(LedgerShard ledger);

        @Override
        default ShardKind shard() {
            return ShardKind.LEDGER;
        }

        @Override
        default Answer<R> answer(OpenStores open) {
            R partial = read(new LedgerShard(open, of()));
            return partial == null ? new Answer.Unknown<>() : new Answer.Found<>(partial);
        }
    }

    /** A budget and its policies. */
    public record BudgetOf(List<Integer> of, String budgetId, Consistency after)
            implements OfLedger<BudgetView> {
        @Override
        public Class<BudgetView> partial() {
            return BudgetView.class;
        }

        @Override
        public @Nullable BudgetView read(LedgerShard ledger) {
            StoredView view = ledger.owner();
            Budget budget = view.budget(budgetId);
            return budget == null ? null : budgetView(view, budget);
        }
    }

    /** All budgets. */
    public record Budgets(List<Integer> of, Consistency after) implements OfLedger<BudgetList> {
        @Override
        public Class<BudgetList> partial() {
            return BudgetList.class;
        }

        @Override
        public boolean scans() {
            return true;
        }

        @Override
        public BudgetList read(LedgerShard ledger) {
            List<BudgetView> all = new ArrayList<>();
            for (StoredView view : ledger.views()) {
                for (Budget budget : budgetsOf(view)) {
                    all.add(budgetView(view, budget));
                }
            }
            return new BudgetList(all);
        }
    }

    /** Some budgets. */
    public record BudgetList(List<BudgetView> items) {}

    /** A policy. */
    public record PolicyOf(List<Integer> of, String policyId, Consistency after)
            implements OfLedger<Policy> {
        @Override
        public Class<Policy> partial() {
            return Policy.class;
        }

        @Override
        public @Nullable Policy read(LedgerShard ledger) {
            return ledger.owner().policy(policyId);
        }
    }

    /** Some allocations; those that are not there are left out. */
    public record AllocationsOf(List<Integer> of, List<String> ids, Consistency after)
            implements OfLedger<AllocationList> {
        @Override
        public Class<AllocationList> partial() {
            return AllocationList.class;
        }

        @Override
        public AllocationList read(LedgerShard ledger) {
            return new AllocationList(
                    ids.stream()
                            .map(
                                    id ->
                                            ledger.view(ledger.open.partitionOf(budgetOf(id)))
                                                    .allocation(id))
                            .filter(Objects::nonNull)
                            .toList());
        }
    }

    /** Some allocations. */
    public record AllocationList(List<Allocation> items) {}

    /** The oldest open allocation of a context. */
    public record OldestOpen(List<Integer> of, String contextId, Consistency after)
            implements OfLedger<Allocation> {
        @Override
        public Class<Allocation> partial() {
            return Allocation.class;
        }

        @Override
        public @Nullable Allocation read(LedgerShard ledger) {
            List<Allocation> found = new ArrayList<>();
            for (StoredView view : ledger.views()) {
                view.forEachOfContext(contextId, true, found::add);
            }
            return found.stream().filter(Allocation::isOpen).min(OLDEST_FIRST).orElse(null);
        }
    }

    /** The newest allocations that match, by id. */
    public record NewestOf(List<Integer> of, AllocationFilter filter, int depth, Consistency after)
            implements OfLedger<NewestList> {
        @Override
        public Class<NewestList> partial() {
            return NewestList.class;
        }

        @Override
        public boolean scans() {
            return true;
        }

        @Override
        public NewestList read(LedgerShard ledger) {
            NewestAllocations newest = new NewestAllocations(depth);
            for (StoredView view : ledger.views()) {
                visit(
                        view,
                        filter,
                        allocation -> {
                            if (AllocationFilters.fits(filter, allocation)) {
                                newest.add(allocation);
                            }
                        });
            }
            return newest.found();
        }
    }

    /**
     * The newest allocations.
     *
     * @param items newest first
     * @param total how many match in all
     */
    public record NewestList(List<AllocationRef> items, long total) {}

    /** An allocation without what a client keeps with it, which may be large. */
    public record AllocationRef(long createdAtMs, String id) {}

    /** How the enabled policies of a period stand. */
    public record StandingsOf(
            List<Integer> of,
            @Nullable String budgetId,
            Period period,
            long nowMs,
            Consistency after)
            implements OfLedger<StandingList> {
        @Override
        public Class<StandingList> partial() {
            return StandingList.class;
        }

        @Override
        public boolean scans() {
            return true;
        }

        @Override
        public @Nullable StandingList read(LedgerShard ledger) {
            List<PolicyView> all = new ArrayList<>();
            for (StoredView view : ledger.views()) {
                if (budgetId == null) {
                    budgetsOf(view).forEach(budget -> all.addAll(standings(view, budget)));
                } else {
                    Budget budget = view.budget(budgetId);
                    if (budget == null) {
                        return null;
                    }
                    all.addAll(standings(view, budget));
                }
            }
            return new StandingList(all);
        }

        private List<PolicyView> standings(LedgerView view, Budget budget) {
            if (!period.isWindow()) {
                return List.of();
            }
            Window window = Window.of(period, ZoneId.of(budget.zone()), nowMs);
            return view.policies(budget.budgetId()).stream()
                    .filter(policy -> policy.enabled() && policy.period() == period)
                    .map(policy -> standing(policy, window, view.use(policy)))
                    .toList();
        }
    }

    /** How some policies stand. */
    public record StandingList(List<PolicyView> items) {}

    /** What the ledger would decide. */
    public record Check(
            List<Integer> of, LedgerRequest.Allocate request, long nowMs, Consistency after)
            implements OfLedger<Advice> {
        @Override
        public Class<Advice> partial() {
            return Advice.class;
        }

        @Override
        public Advice read(LedgerShard ledger) {
            return new Advice(Ledger.check(ledger.owner(), request, nowMs));
        }
    }

    /** A decision that was not made. */
    public record Advice(LedgerEvent decision) {}

    /** The budget in the id of a policy or an allocation: it begins with it and a dot. */
    public static String budgetOf(String id) {
        int dot = id.indexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }

    private List<StoredView> views() {
        return of.stream().map(this::view).toList();
    }

    /** The one partition that a question about one budget is about. */
    private StoredView owner() {
        return view(of.getFirst());
    }

    private StoredView view(int partition) {
        return new StoredView(open.keyValue(Stores.LEDGER, partition));
    }

    private static BudgetView budgetView(StoredView view, Budget budget) {
        return new BudgetView(
                budget,
                view.policies(budget.budgetId()).stream()
                        .filter(each -> !each.isVacant())
                        .toList());
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
