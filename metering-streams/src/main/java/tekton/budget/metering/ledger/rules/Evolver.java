package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.AllocationReleased;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.PolicyForgotten;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.LedgerEvent.UsageSpent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Standing;

import java.util.List;

/**
 * Folds events into rows; nobody else changes them. An event says what has happened, so nothing is
 * judged here, and the same events give the same rows.
 */
final class Evolver {

    private final LedgerRows rows;

    Evolver(LedgerRows rows) {
        this.rows = rows;
    }

    void fold(LedgerEvent event) {
        switch (event) {
            case BudgetDefined defined -> {
                rows.put(defined.budget());
                defined.policies().forEach(policy -> define(policy, defined.atMs()));
            }
            case PolicyDefined defined -> define(defined.policy(), defined.atMs());
            case PolicyForgotten gone -> rows.remove(gone.budgetId(), gone.policyId());
            case AllocationGranted granted -> open(granted.allocation());
            case AllocationReleased released -> end(released.allocation(), released.atMs());
            case AllocationEnded ended -> end(ended.allocation(), ended.atMs());
            case UsageSpent spent -> spend(spent);
            case LevelCrossed crossed -> say(crossed);
            case UsageFlagged _, RequestRefused _, RequestRepeated _ -> {}
        }
    }

    /** Makes a decision findable by its idempotency key, which no event carries. */
    void remember(
            String budgetId,
            LedgerRequest.Repeat repeat,
            LedgerEvent.LedgerDecision decision,
            long atMs) {
        rows.put(budgetId, repeat.key(), new Decided(repeat.fingerprint(), decision, atMs));
    }

    private void define(Policy policy, long atMs) {
        boolean known =
                rows.policies(policy.budgetId()).stream()
                        .anyMatch(each -> each.policyId().equals(policy.policyId()));
        rows.put(policy);
        if (!policy.period().isWindow()) {
            return;
        }
        PolicyUse before = rows.use(policy);
        PolicyUse after = before;
        if (!known) {
            Budget budget = rows.budget(policy.budgetId());
            after = budget == null ? before : FirstCount.of(rows, budget, policy, atMs);
        }
        for (Measure measure : Limits.MEASURES) {
            if (!Limits.has(policy, measure)) {
                after = after.forgetting(measure);
            }
        }
        if (!after.equals(before)) {
            rows.put(policy, after);
        }
    }

    private void open(Allocation allocation) {
        for (Policy policy : holders(allocation)) {
            Amount held = allocation.reserved(policy.scope());
            rows.put(policy, rows.use(policy).opened(allocation.tokens(), held));
        }
        holdInSession(allocation, Amount.ZERO, allocation.reserved(), allocation.createdAtMs());
        rows.put(allocation);
    }

    private void end(Allocation ended, long atMs) {
        Allocation before = rows.allocation(ended.allocationId());
        if (before == null || !before.isOpen()) {
            return;
        }
        for (Policy policy : holders(before)) {
            Amount held = before.reserved(policy.scope());
            rows.put(policy, rows.use(policy).closed(before.tokens(), held));
        }
        holdInSession(before, before.reserved(), Amount.ZERO, atMs);
        rows.put(ended);
    }

    /** The spend and the draw-down in one: there is no instant in between. */
    private void spend(UsageSpent event) {
        SpentTokens spent = SpentTokens.of(event.totals());
        rows.addSpent(event.budgetId(), event.scope(), event.hour(), spent);
        Allocation before =
                event.allocationId() == null ? null : rows.allocation(event.allocationId());
        Allocation after =
                before == null
                        ? null
                        : LifeCycle.drawn(
                                before,
                                spent,
                                event.totals().recordCount(),
                                event.mismatched(),
                                event.atMs());
        count(event, spent, before, after);
        if (before != null && after != null) {
            drawInSession(event, spent, before, after);
            rows.put(after);
        }
    }

    private void count(
            UsageSpent event,
            SpentTokens spent,
            @Nullable Allocation before,
            @Nullable Allocation after) {
        Budget budget = rows.budget(event.budgetId());
        if (budget == null) {
            return;
        }
        Windows windows = Windows.of(budget, event.hour().startMs());
        for (Policy policy : rows.policies(event.budgetId())) {
            if (!policy.period().isWindow()) {
                continue;
            }
            Window window = windows.of(policy.period());
            boolean spends = window.endMs() > event.atMs() && policy.scope().covers(event.scope());
            boolean holds = before != null && policy.scope().mayCover(before.scope());
            if (!spends && !holds) {
                continue;
            }
            PolicyUse use = rows.use(policy);
            if (spends) {
                use = use.spending(window, spent, event.atMs());
            }
            if (holds && before != null && after != null) {
                use = use.holding(before.reserved(policy.scope()), after.reserved(policy.scope()));
            }
            rows.put(policy, use);
        }
    }

    private void drawInSession(
            UsageSpent event, SpentTokens spent, Allocation before, Allocation after) {
        String budgetId = event.budgetId();
        String contextId = before.contextId();
        long atMs = event.atMs();
        SessionUse using = SessionUse.of(rows.session(budgetId, contextId), event.scope());
        rows.put(budgetId, contextId, using.using(spent.amount(), atMs));
        holdInSession(before, before.reserved(), after.reserved(), atMs);
    }

    private void holdInSession(Allocation allocation, Amount before, Amount after, long atMs) {
        String budgetId = allocation.budgetId();
        String contextId = allocation.contextId();
        SessionUse row = SessionUse.of(rows.session(budgetId, contextId), allocation.scope());
        rows.put(budgetId, contextId, row.holding(before, after, atMs));
    }

    private void say(LevelCrossed event) {
        Standing standing = event.standing();
        Long startMs = standing.windowStartMs();
        if (startMs == null) {
            return;
        }
        for (Policy policy : rows.policies(event.budgetId())) {
            if (policy.policyId().equals(standing.policyId())) {
                PolicyUse use = rows.use(policy);
                rows.put(
                        policy,
                        use.saying(startMs, standing.measure(), standing.level(), event.atMs()));
            }
        }
    }

    /** The policies over windows that count what an allocation holds. */
    private List<Policy> holders(Allocation allocation) {
        return rows.policies(allocation.budgetId()).stream()
                .filter(policy -> policy.period().isWindow())
                .filter(policy -> policy.scope().mayCover(allocation.scope()))
                .toList();
    }
}
