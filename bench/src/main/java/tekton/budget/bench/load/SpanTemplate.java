package tekton.budget.bench.load;

import com.google.protobuf.ByteString;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;

/**
 * The calls of a {@link RecordTemplate} as OpenTelemetry's spans: a client's, by the GenAI
 * conventions and with messages left out, four to a trace, each within an agent's span that is not
 * sent. The generated classes write one, of which a few bytes are changed in place. Stateless; any
 * thread.
 */
final class SpanTemplate {

    private static final int CALLS_PER_TRACE = 4;

    /** In place of ids; they stand nowhere else. */
    private static final byte[] TRACE = bytes("<-trace>");

    private static final byte[] PARENT = bytes("<parent>");
    private static final byte[] SPAN = bytes("<-span->");

    /** Two bytes as protobuf writes them, like every number that takes their place. */
    private static final KeyValue INPUT = number("gen_ai.usage.input_tokens", 9_000);

    private static final KeyValue OUTPUT = number("gen_ai.usage.output_tokens", 900);

    private final Population population;
    private final Span span;
    private final byte[] template;
    private final int traceId;
    private final int parentId;
    private final int spanId;
    private final int answer;
    private final int context;
    private final int component;
    private final int budget;
    private final int input;
    private final int output;

    SpanTemplate(RecordTemplate records) {
        population = records.population();
        String run = records.run();
        span = span(run);
        template = ScopeSpans.newBuilder().addSpans(span).build().toByteArray();
        traceId = indexOf(template, TRACE);
        parentId = indexOf(template, PARENT);
        spanId = indexOf(template, SPAN);
        answer = behind(bytes("chatcmpl-" + run + "-"));
        context = behind(bytes("-ctx-"));
        component = behind(bytes("-cmp-"));
        budget = behind(bytes("-bud-"));
        input = behind(INPUT.toByteArray()) - 2;
        output = behind(OUTPUT.toByteArray()) - 2;
    }

    private static Span span(String run) {
        long nowNanos = System.currentTimeMillis() * 1_000_000;
        byte[] ofRun = Arrays.copyOf(bytes(run), Long.BYTES);
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(TRACE).concat(ByteString.copyFrom(ofRun)))
                .setSpanId(ByteString.copyFrom(SPAN))
                .setParentSpanId(ByteString.copyFrom(PARENT))
                .setName("chat gpt-4o")
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(nowNanos - 3_000_000_000L)
                .setEndTimeUnixNano(nowNanos - 1_000_000_000L)
                .addAttributes(text("gen_ai.operation.name", "chat"))
                .addAttributes(text("gen_ai.provider.name", "openai"))
                .addAttributes(text("gen_ai.request.model", "gpt-4o"))
                .addAttributes(text("gen_ai.response.model", "gpt-4o-2024-08-06"))
                .addAttributes(
                        text(
                                "gen_ai.response.id",
                                "chatcmpl-%s-%s".formatted(run, zeros(RecordTemplate.ID_DIGITS))))
                .addAttributes(
                        text(
                                "gen_ai.conversation.id",
                                "%s-ctx-%s".formatted(run, zeros(RecordTemplate.CONTEXT_DIGITS))))
                .addAttributes(
                        text(
                                "gen_ai.agent.name",
                                "%s-cmp-%s".formatted(run, zeros(RecordTemplate.COMPONENT_DIGITS))))
                .addAttributes(
                        text(
                                "budget.id",
                                "%s-bud-%s".formatted(run, zeros(RecordTemplate.BUDGET_DIGITS))))
                .addAttributes(INPUT)
                .addAttributes(OUTPUT)
                .addAttributes(
                        KeyValue.newBuilder()
                                .setKey("gen_ai.response.finish_reasons")
                                .setValue(
                                        AnyValue.newBuilder()
                                                .setArrayValue(
                                                        ArrayValue.newBuilder()
                                                                .addValues(value("stop")))))
                .addAttributes(text("server.address", "api.openai.com"))
                .addAttributes(number("server.port", 443))
                .build();
    }

    /** Bytes of each span in a request. */
    int size() {
        return template.length;
    }

    /** A request of spans that stand one behind the other, to be changed. */
    byte[] request(int spans) {
        Resource resource =
                Resource.newBuilder()
                        .addAttributes(text("service.name", "shop-bot"))
                        .addAttributes(text("service.version", "1.4.2"))
                        .addAttributes(text("service.instance.id", "shop-bot-7d9f-x2x4z"))
                        .addAttributes(text("deployment.environment.name", "production"))
                        .addAttributes(text("telemetry.sdk.name", "opentelemetry"))
                        .addAttributes(text("telemetry.sdk.language", "python"))
                        .addAttributes(text("telemetry.sdk.version", "1.44.0"))
                        .build();
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder()
                                .setResource(resource)
                                .addScopeSpans(
                                        ScopeSpans.newBuilder()
                                                .setScope(
                                                        InstrumentationScope.newBuilder()
                                                                .setName("opentelemetry.openai_v2")
                                                                .setVersion("2.4b0"))
                                                .addAllSpans(Collections.nCopies(spans, span))))
                .build()
                .toByteArray();
    }

    /** Where the first span of a request stands. */
    int firstIn(byte[] request) {
        return indexOf(request, template);
    }

    /** Makes the span that stands there into that of a sequence number. */
    void change(long sequence, byte[] target, int offset) {
        ByteBuffer ids = ByteBuffer.wrap(target);
        long trace = Population.mix(sequence / CALLS_PER_TRACE);
        ids.putLong(offset + traceId, trace);
        ids.putLong(offset + parentId, ~trace);
        ids.putLong(offset + spanId, sequence + 1);
        RecordTemplate.digits(sequence, RecordTemplate.ID_DIGITS, target, offset + answer);
        RecordTemplate.digits(
                population.contextOf(sequence),
                RecordTemplate.CONTEXT_DIGITS,
                target,
                offset + context);
        RecordTemplate.digits(
                population.componentOf(sequence),
                RecordTemplate.COMPONENT_DIGITS,
                target,
                offset + component);
        RecordTemplate.digits(
                population.budgetOf(sequence),
                RecordTemplate.BUDGET_DIGITS,
                target,
                offset + budget);
        twoBytes(RecordTemplate.inputTokens(sequence), target, offset + input);
        twoBytes(RecordTemplate.outputTokens(sequence), target, offset + output);
    }

    /** A number below 16,384 as a varint. */
    private static void twoBytes(int number, byte[] target, int offset) {
        target[offset] = (byte) ((number & 0x7F) | 0x80);
        target[offset + 1] = (byte) (number >>> 7);
    }

    private int behind(byte[] part) {
        return indexOf(template, part) + part.length;
    }

    private static int indexOf(byte[] whole, byte[] part) {
        for (int i = 0; i <= whole.length - part.length; i++) {
            if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new IllegalStateException("not in the template: " + Arrays.toString(part));
    }

    private static KeyValue text(String key, String text) {
        return KeyValue.newBuilder().setKey(key).setValue(value(text)).build();
    }

    private static AnyValue.Builder value(String text) {
        return AnyValue.newBuilder().setStringValue(text);
    }

    private static KeyValue number(String key, long number) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(number))
                .build();
    }

    private static String zeros(int count) {
        return "0".repeat(count);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
