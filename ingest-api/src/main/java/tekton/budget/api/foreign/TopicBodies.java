package tekton.budget.api.foreign;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.cloudevents.CloudEventBodies;
import tekton.budget.adapter.otlp.OtlpLogs;
import tekton.budget.adapter.otlp.OtlpMetrics;
import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.adapter.otlp.OtlpTraces;
import tekton.budget.adapter.otlp.SpanMemory;
import tekton.budget.api.usage.ForeignIntake;
import tekton.budget.api.usage.ForeignSettings;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Records of topics of others as bodies of their formats. Any thread. */
final class TopicBodies {

    private static final String CONTENT_TYPE = "content-type";
    private static final String BINARY_EVENT = "ce_";

    private final ForeignSettings settings;
    private final SpanMemory spans;

    /**
     * Reads by what fields mean.
     *
     * @param spans those that counted lately; shared with all other ways to traces
     */
    TopicBodies(ForeignSettings settings, SpanMemory spans) {
        this.settings = settings;
        this.spans = spans;
    }

    /** Whether a record only says that there is nothing any more. */
    static boolean isTombstone(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null && !hasEventHeader(record);
    }

    private static boolean hasEventHeader(ConsumerRecord<byte[], byte[]> record) {
        for (Header header : record.headers()) {
            if (header.key().startsWith(BINARY_EVENT)) {
                return true;
            }
        }
        return false;
    }

    /**
     * All that a record tells. The headers {@code X-Budget-…} say whom its calls belong to that do
     * not say it, as over HTTP.
     *
     * @param nowMs the time, epoch milliseconds
     * @throws ForeignFormatException if it is not of the topic's format at all, or too large
     */
    Adapted read(ForeignTopic topic, ConsumerRecord<byte[], byte[]> record, long nowMs)
            throws ForeignFormatException {
        byte[] value = record.value();
        if (value != null && value.length > ForeignIntake.BODY_BYTES_MAX) {
            throw new ForeignFormatException(
                    "value: %d bytes (expected: at most %d)"
                            .formatted(value.length, ForeignIntake.BODY_BYTES_MAX));
        }
        Attribution attribution = ForeignIntake.attribution(name -> text(record, name), null);
        OtlpSignal signal = topic.signal();
        if (signal == null) {
            return CloudEventBodies.readKafka(
                    value, name -> bytes(record, name), settings.events(), attribution);
        }
        byte[] body = value == null ? new byte[0] : value;
        boolean json = isJson(record, body);
        return switch (signal) {
            case TRACES -> OtlpTraces.read(body, json, settings.otlp(), attribution, spans, nowMs);
            case LOGS -> OtlpLogs.read(body, json, settings.otlp(), attribution);
            case METRICS -> OtlpMetrics.read(body, json);
        };
    }

    /**
     * Whether a request is the exporter's {@code otlp_json} and not its {@code otlp_proto}. The
     * exporter names no type; no request in protobuf begins with a brace, which would be a group.
     */
    private static boolean isJson(ConsumerRecord<byte[], byte[]> record, byte[] body) {
        String type = text(record, CONTENT_TYPE);
        if (type != null) {
            String lower = type.strip().toLowerCase(Locale.ROOT);
            if (lower.startsWith("application/json")) {
                return true;
            }
            if (lower.startsWith("application/x-protobuf")) {
                return false;
            }
        }
        return body.length > 0 && body[0] == '{';
    }

    private static byte @Nullable [] bytes(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : header.value();
    }

    /** Whatever case it is written in: the Collector passes headers of HTTP on in lower case. */
    private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
        for (Header header : List.of(record.headers().toArray()).reversed()) {
            if (header.key().equalsIgnoreCase(name) && header.value() != null) {
                return new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
