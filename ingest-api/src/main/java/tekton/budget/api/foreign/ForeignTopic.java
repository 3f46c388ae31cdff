package tekton.budget.api.foreign;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.api.usage.Way;

/**
 * A topic of another program's.
 *
 * @param name its name
 * @param signal which of OpenTelemetry's is in it; null for CloudEvents
 */
public record ForeignTopic(String name, @Nullable OtlpSignal signal) {

    /** How what is in it is counted. */
    Way way() {
        return signal == null ? Way.CLOUDEVENTS_TOPIC : Way.OTLP_TOPIC;
    }

    /** The word for one of the things in its records. */
    String noun() {
        return signal == null
                ? "event"
                : switch (signal) {
                    case TRACES -> "span";
                    case LOGS -> "log record";
                    case METRICS -> "metric";
                };
    }
}
