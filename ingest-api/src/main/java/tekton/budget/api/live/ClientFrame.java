package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a WebSocket client has said, understood leniently. */
sealed interface ClientFrame {

    /** The most characters of a frame from a client. */
    int LENGTH_MAX = 4_096;

    /** It tells who it is. Nothing depends on it yet. */
    record Authentication(String topic, boolean withKey) implements ClientFrame {}

    /** It wants to hear of a topic. */
    record Subscription(String topic) implements ClientFrame {}

    /** It does not want to hear of a topic any more. */
    record Unsubscription(String topic) implements ClientFrame {}

    /** It is there. */
    record Heartbeat(String topic) implements ClientFrame {}

    /** Something that needs no answer. */
    record Unanswered() implements ClientFrame {}

    /** Something that is no frame; why, in one sentence. */
    record Unreadable(String why) implements ClientFrame {}

    /**
     * What a text says.
     *
     * @param pathTopic the topic of a frame that names none
     */
    static ClientFrame of(String text, String pathTopic) {
        JsonNode frame;
        try {
            frame = Reader.JSON.readTree(text);
        } catch (JacksonException e) {
            return new Unreadable("not JSON (expected: an object with type, topic and payload)");
        }
        if (!frame.isObject()) {
            return new Unreadable("not an object (expected: one with type, topic and payload)");
        }
        String type = Reader.text(frame, "type");
        String topic = Reader.textOr(frame, "topic", pathTopic);
        JsonNode payload = frame.path(frame.path("payload").isObject() ? "payload" : "data");
        return switch (type == null ? "" : type) {
            case "authentication", "authenticate" ->
                    new Authentication(
                            topic,
                            Reader.text(payload, "api_key") != null
                                    || Reader.text(payload, "apiKey") != null);
            case "subscription" ->
                    new Subscription(Reader.textOr(payload, "topic", LiveTopic.UPDATES.wireName()));
            case "unsubscription" ->
                    new Unsubscription(
                            Reader.textOr(payload, "topic", LiveTopic.UPDATES.wireName()));
            case "heartbeat" -> new Heartbeat(topic);
            // The first six are known and go the other way; the last is what Tekton's stop script
            // tries, and not for strangers to decide.
            case "budget_update",
                    "allocation_update",
                    "policy_update",
                    "alert",
                    "price_update",
                    "error",
                    "shutdown" ->
                    new Unanswered();
            default ->
                    new Unreadable(
                            "type: %s (expected: subscription, unsubscription, heartbeat or"
                                            .formatted(
                                                    Shown.plain(String.valueOf(frame.get("type"))))
                                    + " authentication)");
        };
    }

    /** How fields are read. */
    final class Reader {

        private static final JsonMapper JSON =
                JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

        private Reader() {}

        private static @Nullable String text(JsonNode json, String name) {
            JsonNode value = json.path(name);
            return value.isString() && !value.asString().isEmpty() ? value.asString() : null;
        }

        private static String textOr(JsonNode json, String name, String byDefault) {
            String text = text(json, name);
            return text == null ? byDefault : text;
        }
    }
}
