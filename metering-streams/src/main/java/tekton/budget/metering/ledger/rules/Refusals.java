package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Budget;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Money;
import tekton.budget.value.Shown;

import java.math.BigDecimal;
import java.util.List;

/** Refusals and their words. */
final class Refusals {

    private Refusals() {}

    static RequestRefused refused(RequestHead head, RefusalCode code, String message, long atMs) {
        return refused(head, code, message, List.of(), atMs);
    }

    static RequestRefused noBudget(RequestHead head, long atMs) {
        return refused(
                head,
                RefusalCode.BUDGET_NOT_FOUND,
                "budget_id: there is no budget " + Shown.text(head.budgetId()),
                atMs);
    }

    static RequestRefused inactive(RequestHead head, Budget budget, long atMs) {
        return refused(
                head,
                RefusalCode.BUDGET_INACTIVE,
                "budget_id: %s has been deactivated (expected: an active budget)"
                        .formatted(budget.budgetId()),
                atMs);
    }

    static RequestRefused catchingUp(RequestHead head, long atMs) {
        return refused(
                head,
                RefusalCode.CATCHING_UP,
                "budget_id: allocations that are due have to end before anything can be allocated"
                        + " (expected: to ask again in a moment)",
                atMs);
    }

    static RequestRefused noPrice(RequestHead head, List<Standing> blocking, long atMs) {
        return refused(
                head,
                RefusalCode.PRICE_UNKNOWN,
                "model: its price is not known, and policy %s limits cost"
                        .formatted(blocking.getFirst().policyId()),
                blocking,
                atMs);
    }

    static RequestRefused tooLittle(
            Allocate request, @Nullable HoldPrice price, List<Standing> blocking, long atMs) {
        Standing first = blocking.getFirst();
        return refused(
                request.head(),
                RefusalCode.INSUFFICIENT_BUDGET,
                "policy %s: %s limit of %s %s leaves %s, asked for %s (%s used, %s reserved)%s"
                        .formatted(
                                first.policyId(),
                                first.period().wireName(),
                                plain(first.limit()),
                                switch (first.measure()) {
                                    case TOKENS -> "tokens";
                                    case COST -> "USD";
                                },
                                plain(first.left()),
                                plain(first.asked()),
                                plain(first.used()),
                                plain(first.reserved()),
                                first.measure() == Measure.COST && price != null
                                        ? held(
                                                request,
                                                price,
                                                LimitUsage.heldBy(first.period(), first.scope()))
                                        : ""),
                blocking,
                atMs);
    }

    /** What was asked for in money, why it is so much, and how it would be less. */
    private static String held(Allocate request, HoldPrice price, Scope limit) {
        Money fee = price.of(limit, 0, 1);
        String fees =
                fee.equals(Money.ZERO)
                        ? ""
                        : " and %d requests at %s USD each"
                                .formatted(AllocationRules.requests(request), fee);
        // In long requests some tokens may cost more than others.
        String tokens =
                price.longContext() == null
                        ? price.of(limit, 1, 0) + " USD each"
                        : price.of(limit, request.tokens(), 0) + " USD together";
        boolean open = price.leavesOpen();
        boolean anyServiceTier = request.serviceTier() == null;
        String hint = "; naming service_tier may hold less";
        if (open) {
            hint = "; naming provider and model may hold less";
        } else if (!anyServiceTier) {
            hint = "";
        }
        return ", since %d tokens are held at %s%s, the dearest price of %s%s%s"
                .formatted(
                        request.tokens(),
                        tokens,
                        fees,
                        open ? "the models that the request leaves open" : "any kind of token",
                        anyServiceTier ? " in any service tier" : "",
                        hint);
    }

    private static String plain(BigDecimal amount) {
        return amount.stripTrailingZeros().toPlainString();
    }

    private static RequestRefused refused(
            RequestHead head,
            RefusalCode code,
            String message,
            List<Standing> blocking,
            long atMs) {
        return new RequestRefused(
                head.requestId(), head.budgetId(), new Refusal(code, message, blocking), atMs);
    }
}
