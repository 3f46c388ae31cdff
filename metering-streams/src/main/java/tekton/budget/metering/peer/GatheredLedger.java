package tekton.budget.metering.peer;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.ledger.read.LedgerShares;
import tekton.budget.metering.ledger.read.NewestAllocations;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.metering.share.Question;
import tekton.budget.metering.share.Question.Newest;
import tekton.budget.metering.share.Stage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

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

    private final Gather gather;

    public GatheredLedger(Gather gather) {
        this.gather = gather;
    }

    @Override
    public Answer<BudgetView> budget(String budgetId, ReadAfter after) {
        return gather.askOne(new Question.BudgetOf(ownerOf(budgetId), budgetId, after));
    }

    @Override
    public Answer<List<BudgetView>> budgets(ReadAfter after) {
        return askAll(of -> new Question.Budgets(of, after))
                .map(
                        shares ->
                                shares.stream()
                                        .flatMap(share -> share.items().stream())
                                        .sorted(ACTIVE_AND_OLDEST_FIRST)
                                        .toList());
    }

    @Override
    public Answer<Policy> policy(String policyId, ReadAfter after) {
        return gather.askOne(new Question.PolicyOf(ownerOf(policyId), policyId, after));
    }

    @Override
    public Answer<Allocation> allocation(String allocationId, ReadAfter after) {
        return gather.askOne(
                        new Question.AllocationsOf(
                                ownerOf(allocationId), List.of(allocationId), after))
                .then(
                        found ->
                                found.items().isEmpty()
                                        ? new Answer.Unknown<>()
                                        : new Answer.Found<>(found.items().getFirst()));
    }

    @Override
    public Answer<Allocation> openAllocationOf(String contextId, ReadAfter after) {
        return askAll(of -> new Question.OldestOpen(of, contextId, after))
                .map(shares -> shares.stream().min(LedgerShares.OLDEST_FIRST).orElseThrow());
    }

    @Override
    public Answer<AllocationPage> allocations(
            AllocationFilter filter, int page, int limit, ReadAfter after) {
        long skipped = (page - 1L) * limit;
        String budgetId = filter.budgetId();
        List<Integer> partitions =
                budgetId == null ? gather.allPartitions(Stage.LEDGER) : ownerOf(budgetId);
        int depth = (int) Math.min(DEPTH_MAX, skipped + limit);
        return gather.ask(
                        Stage.LEDGER,
                        partitions,
                        of -> new Question.NewestOf(of, filter, depth, after))
                .map(shares -> merged(shares, depth))
                .then(newest -> bodies(newest, skipped, after));
    }

    @Override
    public Answer<List<PolicyView>> standings(
            @Nullable String budgetId, Period period, long nowMs, ReadAfter after) {
        return gather.ask(
                        Stage.LEDGER,
                        budgetId == null ? gather.allPartitions(Stage.LEDGER) : ownerOf(budgetId),
                        of -> new Question.StandingsOf(of, budgetId, period, nowMs, after))
                .map(
                        shares ->
                                shares.stream()
                                        .flatMap(share -> share.items().stream())
                                        .sorted(OLDEST_FIRST)
                                        .toList());
    }

    @Override
    public Answer<LedgerEvent.Decision> check(
            LedgerRequest.Allocate request, long nowMs, ReadAfter after) {
        return gather.askOne(
                        new Question.Check(
                                ownerOf(request.head().budgetId()), request, nowMs, after))
                .map(advice -> (LedgerEvent.Decision) advice.decision());
    }

    private <R> Answer<List<R>> askAll(Function<List<Integer>, Question<R>> question) {
        return gather.ask(Stage.LEDGER, gather.allPartitions(Stage.LEDGER), question);
    }

    /** Ids of policies and allocations begin with their budget's, which has no dot. */
    private List<Integer> ownerOf(String id) {
        int dot = id.indexOf('.');
        return gather.partitionOf(Stage.LEDGER, dot < 0 ? id : id.substring(0, dot));
    }

    private static Newest merged(List<Newest> shares, int depth) {
        NewestAllocations newest = new NewestAllocations(depth);
        shares.forEach(newest::addAll);
        return newest.found();
    }

    /** The allocations of a page as they are now; one that is no longer there is left out. */
    private Answer<AllocationPage> bodies(Newest newest, long skipped, ReadAfter after) {
        List<String> ids = newest.items().stream().skip(skipped).map(Newest.Place::id).toList();
        if (ids.isEmpty()) {
            return new Answer.Found<>(new AllocationPage(List.of(), newest.total()));
        }
        Map<Integer, List<String>> byPartition = new HashMap<>();
        for (String id : ids) {
            byPartition.computeIfAbsent(ownerOf(id).getFirst(), _ -> new ArrayList<>()).add(id);
        }
        return gather.ask(
                        Stage.LEDGER,
                        List.copyOf(byPartition.keySet()),
                        of ->
                                new Question.AllocationsOf(
                                        of,
                                        of.stream()
                                                .flatMap(
                                                        partition ->
                                                                byPartition
                                                                        .getOrDefault(
                                                                                partition,
                                                                                List.of())
                                                                        .stream())
                                                .toList(),
                                        after))
                .map(
                        shares -> {
                            Map<String, Allocation> found = new HashMap<>();
                            shares.forEach(
                                    share ->
                                            share.items()
                                                    .forEach(
                                                            each ->
                                                                    found.put(
                                                                            each.allocationId(),
                                                                            each)));
                            return new AllocationPage(
                                    ids.stream().map(found::get).filter(Objects::nonNull).toList(),
                                    newest.total());
                        });
    }
}
