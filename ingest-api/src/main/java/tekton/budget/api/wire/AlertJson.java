package tekton.budget.api.wire;

import tekton.budget.event.BudgetEvent;
import tekton.budget.serde.JsonBytes;

/** A budget event as clients read it: an alert that nobody has acknowledged yet. */
public final class AlertJson {

    private AlertJson() {}

    /** Writes its properties into an object that the caller has opened. */
    public static void properties(JsonBytes json, BudgetEvent event) {
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
                .property("acknowledged", false)
                .property("acknowledged_by", null)
                .property("acknowledged_at", null);
    }
}
