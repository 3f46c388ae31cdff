package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.UsageSpent;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * When a policy's current window is said to have crossed a threshold: when it is not where it was
 * last said to be. By what was used alone; what is reserved may come back. A policy that is
 * disabled, or only counts, is at rest. Usage in a window to come is spoken of when that begins.
 */
final class LevelRules {

    private LevelRules() {}

    /** What an event that has been folded leads to. */
    static List<LedgerEvent> after(LedgerView view, LedgerEvent event, long atMs) {
        return switch (event) {
            case UsageSpent spent -> {
                List<LedgerEvent> events = new ArrayList<>();
                events.addAll(
                        crossed(
                                view,
                                spent.budgetId(),
                                policy -> policy.scope().covers(spent.scope()),
                                atMs));
                events.addAll(inSession(view, spent, atMs));
                yield events;
            }
            case PolicyDefined defined ->
                    crossed(
                            view,
                            defined.budgetId(),
                            policy -> policy.policyId().equals(defined.policy().policyId()),
                            atMs);
            case BudgetDefined defined when !defined.policies().isEmpty() ->
                    crossed(view, defined.budgetId(), _ -> true, atMs);
            default -> List.of();
        };
    }

    /**
     * The limits per session that usage has just carried over a threshold. A session's use only
     * grows, so what it was before tells what was said, and nothing has to be kept for it.
     */
    private static List<LedgerEvent> inSession(LedgerView view, UsageSpent spent, long atMs) {
        String drawn = spent.allocationId();
        Allocation allocation = drawn == null ? null : view.allocation(drawn);
        Budget budget = view.budget(spent.budgetId());
        if (allocation == null || budget == null) {
            return List.of();
        }
        String contextId = allocation.contextId();
        Scope counted =
                SessionUse.of(view.session(spent.budgetId(), contextId), spent.scope()).scope();
        Amount more = SpentTokens.of(spent.totals()).amount();
        Counting counting = new Counting(view, budget, contextId, atMs);
        List<LedgerEvent> events = new ArrayList<>();
        for (Policy policy : view.policies(spent.budgetId())) {
            if (policy.period() == Period.PER_SESSION
                    && !isSilent(policy)
                    && policy.scope().mayCover(counted)) {
                inSession(policy, contextId, counting.of(policy), more, atMs, events);
            }
        }
        return events;
    }

    private static void inSession(
            Policy policy,
            String contextId,
            Counted now,
            Amount more,
            long atMs,
            List<LedgerEvent> events) {
        Amount before = now.used().minus(more);
        for (Measure measure : Limits.MEASURES) {
            if (!Limits.has(policy, measure)) {
                continue;
            }
            Level level = Limits.level(policy, measure, now.used());
            if (level != Limits.level(policy, measure, before)) {
                events.add(
                        new LevelCrossed(
                                policy.budgetId(),
                                contextId,
                                Limits.standing(policy, measure, now, Amount.ZERO, level),
                                atMs));
            }
        }
    }

    /** What the passing of time leads to: windows have ended. */
    static List<LedgerEvent> rolled(LedgerView view, long atMs) {
        List<Budget> budgets = new ArrayList<>();
        view.forEachBudget(budgets::add);
        List<LedgerEvent> events = new ArrayList<>();
        budgets.forEach(budget -> events.addAll(crossed(view, budget, _ -> true, atMs)));
        return events;
    }

    private static List<LedgerEvent> crossed(
            LedgerView view, String budgetId, Predicate<Policy> which, long atMs) {
        Budget budget = view.budget(budgetId);
        return budget == null ? List.of() : crossed(view, budget, which, atMs);
    }

    private static List<LedgerEvent> crossed(
            LedgerView view, Budget budget, Predicate<Policy> which, long atMs) {
        List<LedgerEvent> events = new ArrayList<>();
        Windows windows = Windows.of(budget, atMs);
        for (Policy policy : view.policies(budget.budgetId())) {
            if (policy.period().isWindow() && which.test(policy)) {
                PolicyUse use = view.use(policy);
                if (!use.windows().isEmpty()) {
                    crossed(policy, use, windows.of(policy.period()), atMs, events);
                }
            }
        }
        return events;
    }

    private static void crossed(
            Policy policy, PolicyUse use, Window window, long atMs, List<LedgerEvent> events) {
        Counted counted = Counting.inWindow(use, window, atMs);
        for (Measure measure : Limits.MEASURES) {
            if (!Limits.has(policy, measure)) {
                continue;
            }
            Level level =
                    isSilent(policy) ? Level.NORMAL : Limits.level(policy, measure, counted.used());
            if (level != said(use, measure, atMs) || endedAboveNormal(use, measure, atMs)) {
                events.add(
                        new LevelCrossed(
                                policy.budgetId(),
                                null,
                                Limits.standing(policy, measure, counted, Amount.ZERO, level),
                                atMs));
            }
        }
    }

    private static boolean isSilent(Policy policy) {
        return !policy.enabled() || policy.type() == PolicyType.IGNORE;
    }

    private static Level said(PolicyUse use, Measure measure, long atMs) {
        PolicyUse.WindowUse current = use.windowAt(atMs);
        return current == null ? Level.NORMAL : current.said(measure);
    }

    private static boolean endedAboveNormal(PolicyUse use, Measure measure, long atMs) {
        for (PolicyUse.WindowUse window : use.windows()) {
            if (window.endedBy(atMs) && window.said(measure) != Level.NORMAL) {
                return true;
            }
        }
        return false;
    }
}
