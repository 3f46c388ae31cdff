package tekton.budget.api.http;

import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.codec.JsonBytes;
import tekton.budget.event.BudgetEvent;

import java.time.Instant;

/** A budget event as clients read it: an alert. */
public final class AlertJson {

    private AlertJson() {}

    /**
     * One that nobody has acknowledged or snoozed yet, into an object that the caller has opened.
     */
    public static void properties(JsonBytes json, BudgetEvent event) {
        properties(json, event, null, null);
    }

    /**
     * Writes its properties into an object that the caller has opened.
     *
     * @param seen who has acknowledged it; null when nobody has
     * @param snoozedUntilMs until when it is snoozed, epoch milliseconds; null when it is not
     */
    public static void properties(
            JsonBytes json,
            BudgetEvent event,
            @Nullable Acknowledged seen,
            @Nullable Long snoozedUntilMs) {
        json.property("alert_id", event.eventId())
                .property("budget_id", event.budgetId())
                .property("policy_id", event.policyId())
                .property("severity", event.severity().wireName())
                .property("type", event.type().wireName())
                .property("title", event.title())
                .property("message", event.message())
                .propertyRaw("details", event.details().json())
                .property("timestamp", event.at().toString())
                .property("owner", event.owner())
                .property("acknowledged", seen != null)
                .property("acknowledged_by", seen == null ? null : seen.by())
                .property("acknowledged_at", seen == null ? null : time(seen.atMs()))
                .property("snoozed_until", snoozedUntilMs == null ? null : time(snoozedUntilMs));
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}
