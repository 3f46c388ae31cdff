package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.LedgerEvent.UsageFlagged.Flag;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Standing;

import java.time.Duration;
import java.util.List;

/**
 * What is said of allocations. A refusal is said once for one limit in one window, because a caller
 * may ask a thousand times a second; where there is no window, once an hour.
 */
final class AllocationEventRules {

    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    private AllocationEventRules() {}

    static List<EventBuilder> refused(RequestRefused fact) {
        Refusal refusal = fact.refusal();
        boolean ofLimit =
                refusal.code() == Refusal.RefusalCode.INSUFFICIENT_BUDGET
                        || refusal.code() == Refusal.RefusalCode.PRICE_UNKNOWN;
        if (!ofLimit) {
            return List.of();
        }
        Standing blocking = refusal.blocking().isEmpty() ? null : refusal.blocking().getFirst();
        JsonBytes details = EventBuilder.newDetails().property("code", refusal.code().wireName());
        if (blocking != null) {
            LimitWords.limitFields(details, blocking);
            details.propertyRaw("asked", blocking.asked().toPlainString())
                    .propertyRaw("left", blocking.left().toPlainString());
        }
        return List.of(
                new EventBuilder(
                        EventIds.of(
                                "refused",
                                fact.budgetId(),
                                refusal.code().wireName(),
                                blocking == null ? null : blocking.policyId(),
                                blocking == null ? null : blocking.measure().wireName(),
                                blocking == null ? null : limitText(blocking),
                                windowOf(blocking, fact.atMs())),
                        BudgetEvent.Type.ALLOCATION_REFUSED,
                        Severity.WARNING,
                        fact.budgetId(),
                        blocking == null ? null : blocking.policyId(),
                        "Allocation refused in budget " + fact.budgetId(),
                        refusal.message() + '.' + further(blocking),
                        details,
                        fact.atMs(),
                        false));
    }

    private static String further(@Nullable Standing blocking) {
        return blocking != null && blocking.windowStartMs() != null
                ? " Further refusals by this limit in this window are not announced."
                : " Further refusals by this limit in this hour are not announced.";
    }

    private static String limitText(Standing standing) {
        return standing.limit().stripTrailingZeros().toPlainString();
    }

    private static long windowOf(@Nullable Standing standing, long atMs) {
        Long startMs = standing == null ? null : standing.windowStartMs();
        return startMs == null ? Math.floorDiv(atMs, HOUR_MS) : startMs;
    }

    static List<EventBuilder> granted(AllocationGranted fact) {
        if (fact.overridden().isEmpty()) {
            return List.of();
        }
        Allocation allocation = fact.allocation();
        Standing passed = fact.overridden().getFirst();
        JsonBytes details = allocation(allocation.allocationId());
        details.property("context_id", allocation.contextId())
                .property("priority", allocation.priority())
                .property("tokens_allocated", allocation.tokens())
                .property("limits_passed", fact.overridden().size());
        LimitWords.limitFields(details, passed);
        return List.of(
                new EventBuilder(
                        EventIds.of("override", allocation.allocationId()),
                        BudgetEvent.Type.OVERRIDE_USED,
                        Severity.WARNING,
                        fact.budgetId(),
                        passed.policyId(),
                        "Hard limit passed by priority in budget " + fact.budgetId(),
                        "Allocation %s of %d tokens%s was granted by its priority %d although the %s limit leaves %s."
                                .formatted(
                                        allocation.allocationId(),
                                        allocation.tokens(),
                                        LimitWords.scope(allocation.scope()),
                                        allocation.priority(),
                                        passed.period().wireName(),
                                        LimitWords.amount(passed.measure(), passed.left())),
                        details,
                        fact.atMs(),
                        true));
    }

    static List<EventBuilder> ended(AllocationEnded fact) {
        Allocation allocation = fact.allocation();
        if (allocation.state() != Allocation.AllocationState.EXPIRED
                || allocation.usedTokens() > 0) {
            return List.of();
        }
        return List.of(
                new EventBuilder(
                        EventIds.of("expired unused", allocation.allocationId()),
                        BudgetEvent.Type.ALLOCATION_EXPIRED_UNUSED,
                        Severity.INFO,
                        fact.budgetId(),
                        null,
                        "Allocation expired unused in budget " + fact.budgetId(),
                        "Allocation %s of %d tokens%s expired, and nothing of it had been used. The tokens went back to the budget."
                                .formatted(
                                        allocation.allocationId(),
                                        allocation.tokens(),
                                        LimitWords.scope(allocation.scope())),
                        allocation(allocation.allocationId())
                                .property("context_id", allocation.contextId())
                                .property("tokens_allocated", allocation.tokens()),
                        fact.atMs(),
                        true));
    }

    static List<EventBuilder> flagged(UsageFlagged fact) {
        boolean overUsed = fact.flag() == Flag.OVER_USED || fact.flag() == Flag.OVER_COST;
        JsonBytes details =
                allocation(fact.allocationId())
                        .property("flag", fact.flag().wireName())
                        .property("tokens", fact.tokens())
                        .property("component", fact.scope().component());
        return List.of(
                new EventBuilder(
                        EventIds.of("flagged", fact.flag().wireName(), fact.allocationId()),
                        overUsed
                                ? BudgetEvent.Type.ALLOCATION_OVER_USED
                                : BudgetEvent.Type.ALLOCATION_MISNAMED,
                        Severity.WARNING,
                        fact.budgetId(),
                        null,
                        overUsed
                                ? "Allocation over-used in budget " + fact.budgetId()
                                : "Usage names a wrong allocation in budget " + fact.budgetId(),
                        message(fact),
                        details,
                        fact.atMs(),
                        true));
    }

    private static String message(UsageFlagged fact) {
        String usage =
                "%d tokens were used%s".formatted(fact.tokens(), LimitWords.scope(fact.scope()));
        String id = fact.allocationId();
        return switch (fact.flag()) {
            case OVER_USED -> usage + " beyond what allocation " + id + " holds. They count.";
            case OVER_COST ->
                    usage
                            + " from allocation "
                            + id
                            + " and cost more than was held for them. They count.";
            case UNKNOWN_ALLOCATION ->
                    usage + " naming allocation " + id + ", which is unknown. They count.";
            case CLOSED_ALLOCATION ->
                    usage + " naming allocation " + id + ", which had ended. They count.";
            case SCOPE_MISMATCH ->
                    usage + " naming allocation " + id + ", which is for something else.";
        };
    }

    private static JsonBytes allocation(String allocationId) {
        return EventBuilder.newDetails().property("allocation_id", allocationId);
    }
}
