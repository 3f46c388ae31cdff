package tekton.budget.api.usage;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How usage is reported. */
public enum Way {
    /** One record a request. */
    SINGLE,
    /** A JSON array. */
    ARRAY,
    /** One record a line. */
    NDJSON,
    /** A provider's answer as it was received. */
    RESPONSE,
    /** OpenTelemetry's spans and logs. */
    OTLP,
    /** CloudEvents. */
    CLOUDEVENTS,
    /** LiteLLM's log of a call. */
    LITELLM,
    /** CloudEvents in a topic of somebody else's. */
    CLOUDEVENTS_TOPIC,
    /** OpenTelemetry's spans and logs in a topic of somebody else's. */
    OTLP_TOPIC;

    /** Those that come from Kafka; all others come over HTTP. */
    public static final Set<Way> TOPICS =
            Collections.unmodifiableSet(EnumSet.of(CLOUDEVENTS_TOPIC, OTLP_TOPIC));

    /** Those of formats that are not ours. */
    public static final Set<Way> FOREIGN =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            RESPONSE, OTLP, CLOUDEVENTS, LITELLM, CLOUDEVENTS_TOPIC, OTLP_TOPIC));

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
