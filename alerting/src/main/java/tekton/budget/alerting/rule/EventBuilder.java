package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Metadata;

import java.time.Instant;

/**
 * An event before it is known whether it was said already.
 *
 * @param details the details' fields; its object is still open
 * @param bounded true when there may be very many of the type, so that they are counted by the hour
 */
record EventBuilder(
        String eventId,
        BudgetEvent.Type type,
        BudgetEvent.Severity severity,
        @Nullable String budgetId,
        @Nullable String policyId,
        String title,
        String message,
        JsonBytes details,
        long atMs,
        boolean bounded) {

    /** Details to begin with. */
    static JsonBytes newDetails() {
        return new JsonBytes(384).open('{');
    }

    BudgetEvent event(@Nullable String owner, String addition) {
        return new BudgetEvent(
                eventId,
                type,
                severity,
                budgetId,
                owner,
                policyId,
                title,
                message + addition,
                new Metadata(details.close('}').toString()),
                Instant.ofEpochMilli(atMs));
    }
}
