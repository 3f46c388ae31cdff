package tekton.budget.alerting.deliver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.alert.Channel;
import tekton.budget.event.BudgetEvent;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Makes one attempt. Thread-safe. */
final class Deliverer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("budget.alerts");

    private final HttpPost http;

    Deliverer(boolean privateTargetsAllowed, Duration bound) {
        http = new HttpPost(privateTargetsAllowed, bound);
    }

    /** Delivers an event; answers how that went and throws nothing. */
    DeliveryResult deliver(Channel channel, BudgetEvent event, long nowMs) {
        try {
            return switch (channel.kind()) {
                case LOG -> log(event);
                case SLACK -> post(channel, EventBodies.slack(event), Map.of());
                case WEBHOOK -> {
                    byte[] body = EventBodies.webhook(event);
                    yield post(channel, body, signed(channel, event, body, nowMs));
                }
            };
        } catch (IOException | RuntimeException failed) {
            String message = failed.getMessage();
            return new DeliveryResult(
                    DeliveryResult.NextStep.AGAIN,
                    null,
                    message == null ? failed.getClass().getSimpleName() : message);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private static Map<String, String> signed(
            Channel channel, BudgetEvent event, byte[] body, long nowMs) {
        long epochSeconds = Duration.ofMillis(nowMs).toSeconds();
        return Map.of(
                "webhook-id",
                event.eventId(),
                "webhook-timestamp",
                String.valueOf(epochSeconds),
                "webhook-signature",
                StandardWebhooks.signature(channel.secrets(), event.eventId(), epochSeconds, body));
    }

    private DeliveryResult post(Channel channel, byte[] body, Map<String, String> headers)
            throws IOException {
        String url = channel.url();
        return url == null
                ? new DeliveryResult(DeliveryResult.NextStep.GONE, null, "the channel has no url")
                : DeliveryResult.of(http.send(URI.create(url), headers, body));
    }

    private static DeliveryResult log(BudgetEvent event) {
        switch (event.severity()) {
            case INFO -> LOG.info("{}: {}", event.title(), event.message());
            case WARNING -> LOG.warn("{}: {}", event.title(), event.message());
            case ERROR -> LOG.error("{}: {}", event.title(), event.message());
        }
        return new DeliveryResult(DeliveryResult.NextStep.TAKEN, null, "logged");
    }
}
