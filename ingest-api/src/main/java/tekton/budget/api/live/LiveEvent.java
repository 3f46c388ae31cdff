package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;
import tekton.budget.event.PricePublished;
import tekton.budget.ledger.LedgerEvent;

/**
 * What one record means to listeners.
 *
 * @param topic who hears it; null for nobody
 * @param message what they hear; null for nothing
 * @param budgetId the budget that may stand differently now; null for none
 */
record LiveEvent(@Nullable LiveTopic topic, @Nullable Message message, @Nullable String budgetId) {

    private static final LiveEvent NONE = new LiveEvent(null, null, null);

    /**
     * A budget event.
     *
     * @param past true when it is from before this process began to listen
     */
    static LiveEvent of(BudgetEvent event, int partition, long offset, boolean past) {
        String alert = Push.alertJson(event);
        EventRef told =
                new EventRef(
                        partition, offset, event.type(), event.severity(), event.budgetId(), alert);
        return new LiveEvent(
                LiveTopic.ALERTS,
                new Message(Push.alert(event, alert), past, told),
                past ? null : event.budgetId());
    }

    /** Something that the ledger has decided or noted. */
    static LiveEvent of(LedgerEvent event) {
        return switch (event) {
            case LedgerEvent.AllocationGranted granted ->
                    allocation(Push.allocation(granted.allocation(), granted.atMs()), event);
            case LedgerEvent.AllocationReleased released ->
                    allocation(Push.allocation(released.allocation(), released.atMs()), event);
            case LedgerEvent.AllocationEnded ended ->
                    allocation(Push.allocation(ended.allocation(), ended.atMs()), event);
            case LedgerEvent.PolicyDefined defined ->
                    new LiveEvent(
                            LiveTopic.UPDATES,
                            Message.of(Push.policy(defined.policy(), defined.atMs())),
                            event.budgetId());
            case LedgerEvent.BudgetDefined _,
                    LedgerEvent.UsageFlagged _,
                    LedgerEvent.UsageSpent _,
                    LedgerEvent.LevelCrossed _ ->
                    new LiveEvent(null, null, event.budgetId());
            // Nothing has changed by them.
            case LedgerEvent.PolicyForgotten _,
                    LedgerEvent.RequestRefused _,
                    LedgerEvent.RequestRepeated _ ->
                    NONE;
        };
    }

    /** A price version, published at that time. */
    static LiveEvent of(PricePublished price, long atMs) {
        return new LiveEvent(LiveTopic.PRICES, Message.of(Push.price(price, atMs)), null);
    }

    private static LiveEvent allocation(String frame, LedgerEvent event) {
        return new LiveEvent(LiveTopic.ALLOCATIONS, Message.of(frame), event.budgetId());
    }
}
