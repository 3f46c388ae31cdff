package tekton.budget.adapter.cloudevents;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.SparseJson;
import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Bodies and Kafka records that carry CloudEvents 1.0, by its JSON format and its HTTP and Kafka
 * protocol bindings 1.0.2. Each event is judged on its own; events of a type that the mapping does
 * not have are ignored and counted, since clients share one stream for all of theirs.
 *
 * <p>Stateless and safe for any thread.
 */
public final class CloudEventBodies {

    /** The type of an event whose data is a usage record as Budget's own clients send it. */
    public static final String OWN_TYPE = "com.tekton.budget.usage.v1";

    /** The most events of one body. */
    public static final int EVENTS_MAX = 10_000;

    /** The most bytes of an event's data; larger data counts as absent. */
    static final int DATA_BYTES_MAX = 2 * UsageBounds.RECORD_BYTES_MAX;

    private static final String CLOUD_EVENTS = "application/cloudevents";

    private static final Set<String> STRUCTURED =
            Set.of(
                    "",
                    "application/json",
                    "text/json",
                    "application/cloudevents",
                    "application/cloudevents+json",
                    "application/cloudevents-batch+json");

    private static final Set<String> ATTRIBUTES =
            Set.of("id", "source", "specversion", "type", "subject", "time");

    private CloudEventBodies() {}

    /**
     * An HTTP request: structured, batched or binary, or plain JSON with one event or an array of
     * them, as OpenMeter's API takes it. One event and an array are told apart by the body.
     *
     * @param contentType null where the request has none
     * @param headers the value of a header, by its name in lower case; null where there is none
     * @throws ForeignFormatException if it is of none of these forms, not JSON, or of more than
     *     {@link #EVENTS_MAX} events; then nothing of it counts
     */
    public static Adapted read(
            byte[] body,
            @Nullable String contentType,
            Function<String, @Nullable String> headers,
            EventMapping mapping,
            Attribution attribution)
            throws ForeignFormatException {
        checkMedia(contentType, headers);
        String mediaType = mediaType(contentType);
        if (isBinary(headers) && !mediaType.startsWith(CLOUD_EVENTS)) {
            Map<String, String> attributes = new HashMap<>();
            for (String name : attributes(mapping)) {
                String value = headers.apply("ce-" + name);
                if (value != null) {
                    attributes.put(name, HeaderText.decoded("ce-" + name, value));
                }
            }
            return binary(attributes, body, mediaType, mapping, attribution);
        }
        return structured(body, mapping, attribution);
    }

    /**
     * Whether a request may be in one of these forms, before its body is read. CloudEvents has
     * formats beside JSON, such as Avro and protobuf, which nobody reads here.
     *
     * @param contentType null where the request has none
     * @param headers as for {@link #read}
     * @throws ForeignFormatException if it is in none of them; says which are
     */
    public static void checkMedia(
            @Nullable String contentType, Function<String, @Nullable String> headers)
            throws ForeignFormatException {
        String mediaType = mediaType(contentType);
        boolean binary = isBinary(headers) && !mediaType.startsWith(CLOUD_EVENTS);
        if (!binary && !STRUCTURED.contains(mediaType)) {
            throw unknownFormat("Content-Type", mediaType, "ce-");
        }
    }

    private static boolean isBinary(Function<String, @Nullable String> headers) {
        return headers.apply("ce-specversion") != null
                || headers.apply("ce-type") != null
                || headers.apply("ce-id") != null;
    }

    private static ForeignFormatException unknownFormat(
            String header, String mediaType, String prefix) {
        return new ForeignFormatException(
                "%s: %s (expected: application/cloudevents+json,"
                                .formatted(header, Shown.text(mediaType))
                        + " application/cloudevents-batch+json, application/json, or any other"
                        + " with headers %1$sid, %1$ssource, %1$sspecversion, %1$stype)"
                                .formatted(prefix));
    }

    /**
     * A Kafka record: structured if its header {@code content-type} begins with {@code
     * application/cloudevents}, one event or an array of them; binary if it has headers that begin
     * with {@code ce_}, else plain JSON.
     *
     * @param value null for a record without one
     * @param headers the value of a header, by its name; null where there is none
     * @throws ForeignFormatException as {@link #read}
     */
    public static Adapted readKafka(
            byte @Nullable [] value,
            Function<String, byte @Nullable []> headers,
            EventMapping mapping,
            Attribution attribution)
            throws ForeignFormatException {
        byte[] type = headers.apply("content-type");
        String mediaType = type == null ? "" : mediaType(HeaderText.utf8("content-type", type));
        byte[] body = value == null ? new byte[0] : value;
        if (mediaType.startsWith(CLOUD_EVENTS)) {
            if (!STRUCTURED.contains(mediaType)) {
                throw unknownFormat("content-type", mediaType, "ce_");
            }
        } else {
            Map<String, String> attributes = new HashMap<>();
            for (String name : attributes(mapping)) {
                byte[] text = headers.apply("ce_" + name);
                if (text != null) {
                    attributes.put(name, HeaderText.utf8("ce_" + name, text));
                }
            }
            if (!attributes.isEmpty()) {
                return binary(attributes, body, mediaType, mapping, attribution);
            }
        }
        return structured(body, mapping, attribution);
    }

    private static Adapted structured(byte[] body, EventMapping mapping, Attribution attribution)
            throws ForeignFormatException {
        EventCalls calls = new EventCalls(mapping, attribution);
        Set<String> names = attributes(mapping);
        Set<String> kept = new HashSet<>(names);
        kept.add("data");
        kept.add("data_base64");
        new SparseJson(kept, DATA_BYTES_MAX)
                .each(
                        body,
                        0,
                        body.length,
                        EVENTS_MAX,
                        event -> {
                            if (event.isObject()) {
                                calls.take(texts(event, names), data(event));
                            } else {
                                calls.reject(
                                        "%s (expected: a JSON object)"
                                                .formatted(SparseJson.shown(event)));
                            }
                        });
        return calls.adapted();
    }

    private static Adapted binary(
            Map<String, String> attributes,
            byte[] body,
            String mediaType,
            EventMapping mapping,
            Attribution attribution) {
        EventCalls calls = new EventCalls(mapping, attribution);
        boolean json =
                mediaType.isEmpty() || mediaType.endsWith("/json") || mediaType.endsWith("+json");
        calls.take(attributes, json ? json(body) : MissingNode.getInstance());
        return calls.adapted();
    }

    private static Set<String> attributes(EventMapping mapping) {
        Set<String> names = new HashSet<>(ATTRIBUTES);
        names.addAll(mapping.attributes());
        return names;
    }

    private static Map<String, String> texts(JsonNode event, Set<String> names) {
        Map<String, String> texts = new HashMap<>();
        for (String name : names) {
            String text = ForeignJson.text(event, name);
            if (text != null) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    private static JsonNode data(JsonNode event) {
        String base64 = ForeignJson.text(event, "data_base64");
        if (base64 == null) {
            return ForeignJson.at(event, "data");
        }
        try {
            return json(Base64.getDecoder().decode(base64.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException notBase64) {
            return MissingNode.getInstance();
        }
    }

    /** A missing node for what is not JSON: it may be of a type that nobody looks at. */
    private static JsonNode json(byte[] data) {
        try {
            return data.length > DATA_BYTES_MAX
                    ? MissingNode.getInstance()
                    : ForeignJson.read(data);
        } catch (ForeignFormatException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static String mediaType(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
