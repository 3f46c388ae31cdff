package tekton.budget.metering.query.remote;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.local.LedgerShard;
import tekton.budget.metering.query.local.LedgerShard.AllocationList;
import tekton.budget.metering.query.local.LedgerShard.AllocationRef;
import tekton.budget.metering.query.local.LedgerShard.NewestList;
import tekton.budget.metering.query.local.NewestAllocations;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.ShardKind;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/** The ledger, wherever its owners are. */
public final class GatheredLedger implements LedgerQueries {

    private static final Comparator<BudgetView> ACTIVE_AND_OLDEST_FIRST =
            Comparator.comparing(
                    BudgetView::budget,
                    Comparator.comparing((Budget budget) -> !budget.active())
                            .thenComparingLong(Budget::createdAtMs)
                            .thenComparing(Budget::budgetId));

    private static final Comparator<PolicyView> OLDEST_FIRST =
            Comparator.comparingLong((PolicyView one) -> one.policy().createdAtMs())
                    .thenComparing(one -> one.policy().policyId());

    private final ScatterGather gather;

    public GatheredLedger(ScatterGather gather) {
        this.gather = gather;
    }

    @Override
    public Answer<BudgetView> budget(String budgetId, Consistency after) {
        return askOwner(
                budgetId, after, (of, when) -> new LedgerShard.BudgetOf(of, budgetId, when));
    }

    @Override
    public Answer<List<BudgetView>> budgets(Consistency after) {
        return ask(null, after, LedgerShard.Budgets::new)
                .map(
                        partials ->
                                partials.stream()
                                        .flatMap(partial -> partial.items().stream())
                                        .sorted(ACTIVE_AND_OLDEST_FIRST)
                                        .toList());
    }

    @Override
    public Answer<Policy> policy(String policyId, Consistency after) {
        return askOwner(
                policyId, after, (of, when) -> new LedgerShard.PolicyOf(of, policyId, when));
    }

    @Override
    public Answer<Allocation> allocation(String allocationId, Consistency after) {
        return askOwner(
                        allocationId,
                        after,
                        (of, when) ->
                                new LedgerShard.AllocationsOf(of, List.of(allocationId), when))
                .then(
                        found ->
                                found.items().isEmpty()
                                        ? new Answer.Unknown<>()
                                        : new Answer.Found<>(found.items().getFirst()));
    }

    @Override
    public Answer<Allocation> openAllocationOf(String contextId, Consistency after) {
        return ask(null, after, (of, when) -> new LedgerShard.OldestOpen(of, contextId, when))
                .map(partials -> partials.stream().min(LedgerShard.OLDEST_FIRST).orElseThrow());
    }

    @Override
    public Answer<AllocationPage> allocations(
            AllocationFilter filter, int page, int limit, Consistency after) {
        long skipped = (page - 1L) * limit;
        int depth = (int) Math.min(DEPTH_MAX, skipped + limit);
        return ask(
                        filter.budgetId(),
                        after,
                        (of, when) -> new LedgerShard.NewestOf(of, filter, depth, when))
                .map(partials -> merged(partials, depth))
                .then(newest -> bodies(newest, skipped, after));
    }

    @Override
    public Answer<List<PolicyView>> standings(
            @Nullable String budgetId, Period period, long nowMs, Consistency after) {
        return ask(
                        budgetId,
                        after,
                        (of, when) ->
                                new LedgerShard.StandingsOf(of, budgetId, period, nowMs, when))
                .map(
                        partials ->
                                partials.stream()
                                        .flatMap(partial -> partial.items().stream())
                                        .sorted(OLDEST_FIRST)
                                        .toList());
    }

    @Override
    public Answer<LedgerEvent.LedgerDecision> check(
            LedgerRequest.Allocate request, long nowMs, Consistency after) {
        return askOwner(
                        request.head().budgetId(),
                        after,
                        (of, when) -> new LedgerShard.Check(of, request, nowMs, when))
                .map(advice -> (LedgerEvent.LedgerDecision) advice.decision());
    }

    /** Asks the owner of a budget, or of what is a budget's; without an id all owners. */
    private <R> Answer<List<R>> ask(
            @Nullable String id,
            Consistency after,
            BiFunction<List<Integer>, Consistency, Question<R>> question) {
        return gather.ask(ShardKind.LEDGER, partitionsOf(id), after, question);
    }

    private <R> Answer<R> askOwner(
            String id,
            Consistency after,
            BiFunction<List<Integer>, Consistency, Question<R>> question) {
        return ask(id, after, question).map(List::getFirst);
    }

    private List<Integer> partitionsOf(@Nullable String id) {
        return gather.partitionsOf(ShardKind.LEDGER, id == null ? null : LedgerShard.budgetOf(id));
    }

    private static NewestList merged(List<NewestList> partials, int depth) {
        NewestAllocations newest = new NewestAllocations(depth);
        partials.forEach(newest::addAll);
        return newest.found();
    }

    /** The allocations of a page as they are now; one that is no longer there is left out. */
    private Answer<AllocationPage> bodies(NewestList newest, long skipped, Consistency after) {
        List<String> ids = newest.items().stream().skip(skipped).map(AllocationRef::id).toList();
        if (ids.isEmpty()) {
            return new Answer.Found<>(new AllocationPage(List.of(), newest.total()));
        }
        return gather.ask(
                        ShardKind.LEDGER,
                        ids.stream().flatMap(id -> partitionsOf(id).stream()).distinct().toList(),
                        after,
                        (of, when) ->
                                new LedgerShard.AllocationsOf(
                                        of,
                                        ids.stream()
                                                .filter(id -> of.containsAll(partitionsOf(id)))
                                                .toList(),
                                        when))
                .map(
                        partials -> {
                            Map<String, Allocation> found = new HashMap<>();
                            for (AllocationList partial : partials) {
                                partial.items()
                                        .forEach(each -> found.put(each.allocationId(), each));
                            }
                            return new AllocationPage(
                                    ids.stream().map(found::get).filter(Objects::nonNull).toList(),
                                    newest.total());
                        });
    }
}
