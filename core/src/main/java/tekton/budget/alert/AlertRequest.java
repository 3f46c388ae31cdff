package tekton.budget.alert;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Period;

/**
 * What alerting is asked for. Each is answered once with an {@link AlertOutcome.RequestAnswered}.
 */
public sealed interface AlertRequest {

    /** The request's id. */
    String requestId();

    /** Somebody has seen an event. The first one counts. */
    record Acknowledge(String requestId, String eventId, String by) implements AlertRequest {}

    /**
     * Nobody wants to see an event for a while. The last one counts.
     *
     * @param untilMs until when, epoch milliseconds; null ends it
     */
    record Snooze(String requestId, String eventId, @Nullable Long untilMs)
            implements AlertRequest {}

    /**
     * Look now whether there is anything to say. Once per partition.
     *
     * @param budgetId only this budget; null for all
     * @param period only policies of this period; null for all
     */
    record CheckRules(String requestId, @Nullable String budgetId, @Nullable Period period)
            implements AlertRequest {}

    /**
     * Make a channel, or replace it whole.
     *
     * @param replacesUpdatedAtMs the {@code updatedAtMs} of the state it was made from: it replaces
     *     that one and no other, so that of two changes at a time none is lost; null for a new one
     */
    record PutChannel(String requestId, Channel channel, @Nullable Long replacesUpdatedAtMs)
            implements AlertRequest {}

    /** Deliver nothing to a channel any more. */
    record DisableChannel(String requestId, String channelId) implements AlertRequest {}

    /** Forget a channel, with its secrets. What is on its way to it fails. */
    record RemoveChannel(String requestId, String channelId) implements AlertRequest {}

    /** Deliver a test event to a channel, once and now. */
    record TestChannel(String requestId, String channelId) implements AlertRequest {}

    /**
     * Deliver an event again.
     *
     * @param event the event
     * @param channelId to this channel; null for all that it is routed to
     */
    record Resend(String requestId, BudgetEvent event, @Nullable String channelId)
            implements AlertRequest {}
}
