package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest.Head;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Refusal.Code;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Shown;

import java.util.List;

/** Refusals and their words. */
final class Refusals {

    private Refusals() {}

    static RequestRefused refused(Head head, Code code, String message, long atMs) {
        return refused(head, code, message, List.of(), atMs);
    }

    static RequestRefused noBudget(Head head, long atMs) {
        return refused(
                head,
                Code.BUDGET_NOT_FOUND,
                "budget_id: there is no budget " + Shown.text(head.budgetId()),
                atMs);
    }

    static RequestRefused inactive(Head head, Budget budget, long atMs) {
        return refused(
                head,
                Code.BUDGET_INACTIVE,
                "budget_id: %s has been deactivated (expected: an active budget)"
                        .formatted(budget.budgetId()),
                atMs);
    }

    static RequestRefused catchingUp(Head head, long atMs) {
        return refused(
                head,
                Code.CATCHING_UP,
                "budget_id: allocations that are due have to end before anything can be allocated"
                        + " (expected: to ask again in a moment)",
                atMs);
    }

    static RequestRefused noPrice(Head head, List<Standing> blocking, long atMs) {
        return refused(
                head,
                Code.PRICE_UNKNOWN,
                "model: its price is not known, and policy %s limits cost"
                        .formatted(blocking.getFirst().policyId()),
                blocking,
                atMs);
    }

    static RequestRefused tooLittle(Head head, List<Standing> blocking, long atMs) {
        Standing first = blocking.getFirst();
        return refused(
                head,
                Code.INSUFFICIENT_BUDGET,
                "policy %s: %s limit of %s %s leaves %s, asked for %s (%s used, %s reserved)"
                        .formatted(
                                first.policyId(),
                                first.period().wireName(),
                                first.limit().toPlainString(),
                                switch (first.measure()) {
                                    case TOKENS -> "tokens";
                                    case COST -> "USD";
                                },
                                first.left().toPlainString(),
                                first.asked().toPlainString(),
                                first.used().toPlainString(),
                                first.reserved().toPlainString()),
                blocking,
                atMs);
    }

    private static RequestRefused refused(
            Head head, Code code, String message, List<Standing> blocking, long atMs) {
        return new RequestRefused(
                head.requestId(), head.budgetId(), new Refusal(code, message, blocking), atMs);
    }
}
