package tekton.budget.bench.crash;

import com.google.protobuf.ByteString;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Records told as spans by the GenAI conventions, one to a trace. A shot holds what the span says
 * as JSON: {@code id, context, component, budget, input, output, cached, at}.
 */
final class SpanShots {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long SECOND_NANOS = 1_000_000_000L;

    private SpanShots() {}

    /** The whole request. */
    static byte[] request(List<Shot> shots) {
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        for (Shot shot : shots) {
            spans.addSpans(span(JSON.readTree(shot.json())));
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder()
                                .setResource(
                                        Resource.newBuilder()
                                                .addAttributes(text("service.name", "bench")))
                                .addScopeSpans(spans))
                .build()
                .toByteArray();
    }

    private static Span span(JsonNode told) {
        String id = told.path("id").asString();
        long endNanos = TimeUnit.MILLISECONDS.toNanos(told.path("at").asLong());
        long number = Long.parseLong(id.substring(id.lastIndexOf('-') + 1));
        return Span.newBuilder()
                .setTraceId(bytes(id.hashCode(), number + 1))
                .setSpanId(bytes(number + 1))
                .setName("chat gpt-4o")
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(endNanos - SECOND_NANOS)
                .setEndTimeUnixNano(endNanos)
                .addAttributes(text("gen_ai.operation.name", "chat"))
                .addAttributes(text("gen_ai.provider.name", "openai"))
                .addAttributes(text("gen_ai.response.model", "gpt-4o"))
                .addAttributes(text("gen_ai.response.id", id))
                .addAttributes(text("gen_ai.conversation.id", told.path("context").asString()))
                .addAttributes(text("gen_ai.agent.name", told.path("component").asString()))
                .addAttributes(text("budget.id", told.path("budget").asString()))
                .addAttributes(number("gen_ai.usage.input_tokens", told.path("input").asLong()))
                .addAttributes(
                        number(
                                "gen_ai.usage.cache_read.input_tokens",
                                told.path("cached").asLong()))
                .addAttributes(number("gen_ai.usage.output_tokens", told.path("output").asLong()))
                .build();
    }

    private static ByteString bytes(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    private static KeyValue text(String key, String text) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(text))
                .build();
    }

    private static KeyValue number(String key, long number) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(number))
                .build();
    }
}
