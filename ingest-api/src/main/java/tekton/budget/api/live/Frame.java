package tekton.budget.api.live;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;

/**
 * The text of one WebSocket frame to a client: {@code type}, {@code topic}, {@code payload}, {@code
 * timestamp}, and {@code data}, the payload again under the name that Tekton's API reference gives
 * it.
 */
final class Frame {

    private Frame() {}

    /**
     * A frame.
     *
     * @param payload a JSON object
     * @param atMs epoch milliseconds
     */
    static String of(String type, String topic, String payload, long atMs) {
        return new JsonBytes(2 * payload.length() + 192)
                .open('{')
                .property("type", type)
                .property("topic", topic)
                .propertyRaw("payload", payload)
                .property("timestamp", Timestamps.format(atMs))
                .propertyRaw("data", payload)
                .close('}')
                .toString();
    }

    /** What every connection hears first. */
    static String welcome(LiveTopic topic, long nowMs) {
        return of(
                "budget_update",
                topic.wireName(),
                object().property("message", "Connected to " + topic.wireName())
                        .close('}')
                        .toString(),
                nowMs);
    }

    /** The answer to something that could not be understood; the connection stays. */
    static String error(String text, long nowMs) {
        return of("error", "error", object().property("error", text).close('}').toString(), nowMs);
    }

    private static JsonBytes object() {
        return new JsonBytes(128).open('{');
    }
}
