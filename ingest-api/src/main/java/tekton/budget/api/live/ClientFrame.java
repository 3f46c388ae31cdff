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
    record AuthenticationFrame(String topic, boolean withKey) implements ClientFrame {}

    /** It wants to hear of a topic. */
    record SubscriptionFrame(String topic) implements ClientFrame {}

    /** It does not want to hear of a topic any more. */
    record UnsubscriptionFrame(String topic) implements ClientFrame {}

    /** It is there. */
    record HeartbeatFrame(String topic) implements ClientFrame {}

    /** Something that needs no answer. */
    record UnansweredFrame() implements ClientFrame {}

    /** Something that is no frame; why, in one sentence. */
    record UnreadableFrame(String why) implements ClientFrame {}

    /**
     * What a text says.
     *
     * @param pathTopic the topic of a frame that names none
     */
    static ClientFrame of(String text, String pathTopic) {
        JsonNode frame;
        try {
            frame = FrameReader.JSON.readTree(text);
        } catch (JacksonException e) {
            return new UnreadableFrame(
                    "not JSON (expected: an object with type, topic and payload)");
        }
        if (!frame.isObject()) {
            return new UnreadableFrame(
                    "not an object (expected: one with type, topic and payload)");
        }
        String type = FrameReader.text(frame, "type");
        String topic = FrameReader.textOr(frame, "topic", pathTopic);
        JsonNode payload = frame.path(frame.path("payload").isObject() ? "payload" : "data");
        return switch (type == null ? "" : type) {
            case "authentication", "authenticate" ->
                    new AuthenticationFrame(
                            topic,
                            FrameReader.text(payload, "api_key") != null
                                    || FrameReader.text(payload, "apiKey") != null);
            case "subscription" ->
                    new SubscriptionFrame(
                            FrameReader.textOr(payload, "topic", LiveTopic.UPDATES.wireName()));
            case "unsubscription" ->
                    new UnsubscriptionFrame(
                            FrameReader.textOr(payload, "topic", LiveTopic.UPDATES.wireName()));
            case "heartbeat" -> new HeartbeatFrame(topic);
            // The first six are known and go the other way; the last is what Tekton's stop script
            // tries, and not for strangers to decide.
            case "budget_update",
                    "allocation_update",
                    "policy_update",
                    "alert",
                    "price_update",
                    "error",
                    "shutdown" ->
                    new UnansweredFrame();
            default ->
                    new UnreadableFrame(
                            "type: %s (expected: subscription, unsubscription, heartbeat or"
                                            .formatted(
                                                    Shown.plain(String.valueOf(frame.get("type"))))
                                    + " authentication)");
        };
    }

    /** How fields are read. */
    final class FrameReader {

        private static final JsonMapper JSON =
                JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

        private FrameReader() {}

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
