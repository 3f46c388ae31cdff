package tekton.budget.alerting.deliver;

import tekton.budget.codec.JsonBytes;
import tekton.budget.event.BudgetEvent;

/** What is sent. */
final class EventBodies {

    private EventBodies() {}

    /** {@code {type, timestamp, data}}, as the Standard Webhooks specification proposes. */
    static byte[] webhook(BudgetEvent event) {
        return new JsonBytes(1024)
                .open('{')
                .property("type", event.type().wireName())
                .property("timestamp", event.at().toString())
                .name("data")
                .open('{')
                .property("alert_id", event.eventId())
                .property("budget_id", event.budgetId())
                .property("owner", event.owner())
                .property("policy_id", event.policyId())
                .property("severity", event.severity().wireName())
                .property("type", event.type().wireName())
                .property("title", event.title())
                .property("message", event.message())
                .propertyRaw("details", event.details().json())
                .property("timestamp", event.at().toString())
                .close('}')
                .close('}')
                .toByteArray();
    }

    /** {@code {text}}, its three special characters escaped. */
    static byte[] slack(BudgetEvent event) {
        String text =
                "*%s* (%s)\n%s"
                        .formatted(
                                escaped(event.title()),
                                event.severity().wireName(),
                                escaped(event.message()));
        return new JsonBytes(512).open('{').property("text", text).close('}').toByteArray();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
