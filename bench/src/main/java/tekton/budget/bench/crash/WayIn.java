package tekton.budget.bench.crash;

import java.util.Locale;

/** A way in. */
enum WayIn {
    /** One record per request. */
    SINGLE("/api/usage/record", "application/json", Wording.OWN),
    /** A JSON array per request. */
    ARRAY("/api/usage/batch", "application/json", Wording.OWN),
    /** One record per line. */
    LINES("/api/usage/batch", "application/x-ndjson", Wording.OWN),
    /** The same, compressed by gzip. */
    ZIPPED("/api/usage/batch", "application/x-ndjson", Wording.OWN),
    /** CloudEvents that carry records. */
    EVENTS("/api/v1/events", "application/cloudevents-batch+json", Wording.OWN),
    /** A provider's answers, one per request. */
    ANSWER("/api/usage/openai", "application/json", Wording.ANSWER),
    /** LiteLLM's callback. */
    PROXY("/api/usage/litellm", "application/json", Wording.PROXY),
    /** OpenTelemetry's spans in protobuf. */
    SPANS("/v1/traces", "application/x-protobuf", Wording.SPAN),
    /** A tool of MCP. */
    TOOL("/mcp", "application/json", Wording.TOOL),
    /** The usage topic itself. */
    DIRECT("budget.usage", "", Wording.OWN),
    /** CloudEvents in a topic of another program. */
    EVENTS_TOPIC("bench-events", "application/cloudevents+json", Wording.TIMED),
    /** OpenTelemetry's spans in another. */
    SPANS_TOPIC("bench-spans", "", Wording.SPAN);

    private final String target;
    private final String contentType;
    private final Wording wording;

    WayIn(String target, String contentType, Wording wording) {
        this.target = target;
        this.contentType = contentType;
        this.wording = wording;
    }

    /** A path, or a topic. */
    String target() {
        return target;
    }

    /** As what; empty where nobody asks. */
    String contentType() {
        return contentType;
    }

    /** In whose words. */
    Wording wording() {
        return wording;
    }

    /** As in figures: {@code events topic}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
