package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.UsageSpent;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * When a policy's current window is said to have crossed a threshold: when it is not where it was
 * last said to be. By what was used alone; what is reserved may come back. A policy that is
 * disabled, or only counts, or came with its budget and was never touched, is at rest. Usage in a
 * window to come is spoken of when that begins. Of sessions {@link SessionLevels} speaks.
 */
final class LevelRules {

    private LevelRules() {}

    /** What an event that has been folded leads to. */
    static List<LedgerEvent> after(LedgerView view, LedgerEvent event, long atMs) {
        return switch (event) {
            case UsageSpent spent ->
                    crossed(
                            view,
                            spent.budgetId(),
                            policy -> policy.scope().covers(spent.scope()),
                            atMs);
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
        Commitment counted = LimitUsage.inWindow(use, window, atMs);
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

    static boolean isSilent(Policy policy) {
        return !policy.enabled()
                || policy.type() == PolicyType.IGNORE
                || DefaultPolicies.isUntouched(policy);
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
