package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.Channel;
import tekton.budget.codec.JsonBytes;
import tekton.budget.event.BudgetEvent;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Deliveries and channels as clients see them; never a secret. */
final class DeliveryJson {

    private DeliveryJson() {}

    /**
     * Writes a delivery into an object that the caller has opened.
     *
     * @param channel where it goes; null when it was removed
     */
    static void delivery(JsonBytes json, Delivery delivery, @Nullable Channel channel) {
        json.property("delivery_id", delivery.deliveryId())
                .property("alert_id", delivery.eventId())
                .property("channel_id", delivery.channelId())
                .property("channel_name", channel == null ? null : channel.name())
                .property("channel_kind", channel == null ? null : channel.kind().wireName())
                .property("state", delivery.state().wireName())
                .property("tries", delivery.tries())
                .property("next_at", time(delivery.nextAtMs()))
                .name("attempts")
                .open('[');
        for (Delivery.DeliveryAttempt attempt : delivery.attempts()) {
            json.open('{')
                    .property("at", time(attempt.atMs()))
                    .propertyOrNull("status", attempt.status())
                    .property("message", attempt.message())
                    .close('}');
        }
        json.close(']');
    }

    /** The path of a Slack webhook is its key. */
    private static @Nullable String shown(Channel channel) {
        String url = channel.url();
        return url == null || channel.kind() != Channel.ChannelKind.SLACK
                ? url
                : url.substring(0, url.indexOf('/', "https://".length()) + 1) + "…";
    }

    static void channel(JsonBytes json, Channel channel) {
        json.property("channel_id", channel.channelId())
                .property("name", channel.name())
                .property("kind", channel.kind().wireName())
                .property("url", shown(channel))
                .property("secret_count", channel.secrets().size());
        texts(json, "severities", channel.route().severities(), BudgetEvent.Severity::wireName);
        texts(json, "types", channel.route().types(), BudgetEvent.Type::wireName);
        texts(json, "budgets", channel.route().budgets(), budget -> budget);
        texts(json, "owners", channel.route().owners(), owner -> owner);
        json.property("enabled", channel.enabled())
                .property("disabled_reason", channel.disabledReason())
                .property("created_at", time(channel.createdAtMs()))
                .property("updated_at", time(channel.updatedAtMs()));
    }

    private static <T> void texts(
            JsonBytes json, String name, List<T> values, Function<T, String> text) {
        json.name(name).open('[');
        values.forEach(value -> json.string(text.apply(value)));
        json.close(']');
    }

    private static @Nullable String time(@Nullable Long ms) {
        return ms == null ? null : Instant.ofEpochMilli(ms).toString();
    }
}
