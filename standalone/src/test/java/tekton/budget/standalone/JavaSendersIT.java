package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.FreePorts;
import tekton.budget.testbroker.Patience;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Senders for Java that are not ours, against the started product: OpenTelemetry's SDK and its
 * exporter, CloudEvents' SDK. Each sends everything twice, and it counts once.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class JavaSendersIT {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Resource SHOP =
            Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop-bot"));

    @TempDir private static Path directory;
    private static BudgetProcess budget;
    private static String address;

    @BeforeAll
    static void start() throws Exception {
        List<Integer> ports = FreePorts.find(2);
        address = "http://127.0.0.1:" + ports.get(0);
        budget =
                BudgetProcess.start(
                        Map.of(
                                "BUDGET_PORT", String.valueOf(ports.get(0)),
                                "BUDGET_KAFKA_PORT", String.valueOf(ports.get(1)),
                                "BUDGET_DATA_DIR", directory.toString(),
                                "BUDGET_HERMES", "false",
                                "BUDGET_PRICE_SOURCES", "built-in"));
        budget.awaitReady();
        Patience.await(() -> isReady());
    }

    @AfterAll
    static void stop() throws Exception {
        budget.terminate();
        budget.close();
    }

    @Test
    void shouldCountTheSpansOfOpenTelemetry() throws Exception {
        Kept spans = new Kept();
        try (SdkTracerProvider provider =
                        SdkTracerProvider.builder()
                                .setResource(SHOP)
                                .addSpanProcessor(spans)
                                .build();
                OtlpHttpSpanExporter exporter =
                        OtlpHttpSpanExporter.builder()
                                .setEndpoint(address + "/v1/traces")
                                .setCompression("gzip")
                                .build()) {
            agentOfTwoCalls(provider.get("senders"), "java-spans");

            twice(spans.ended, exporter::export);
        }

        assertThat(used("java-spans"))
                .contains(
                        "\"input_tokens\":1500,\"output_tokens\":120,\"total_tokens\":1620,",
                        "\"cached_input_tokens\":900,",
                        "\"reasoning_tokens\":40,",
                        // One of them is the mark.
                        "\"record_count\":3,");
    }

    @Test
    void shouldCountTheLogRecordsOfOpenTelemetry() throws Exception {
        List<LogRecordData> records = new ArrayList<>();
        try (SdkLoggerProvider provider =
                        SdkLoggerProvider.builder()
                                .setResource(SHOP)
                                .addLogRecordProcessor(
                                        (context, log) -> records.add(log.toLogRecordData()))
                                .build();
                OtlpHttpLogRecordExporter exporter =
                        OtlpHttpLogRecordExporter.builder()
                                .setEndpoint(address + "/api/v1/logs")
                                .setCompression("gzip")
                                .build()) {
            provider.get("senders")
                    .logRecordBuilder()
                    .setEventName("gen_ai.client.inference.operation.details")
                    .setAllAttributes(call("chat", "java-logs", 60, 20, 6, 0))
                    .emit();
            provider.get("senders").logRecordBuilder().setBody("nothing of models").emit();

            twice(records, exporter::export);
        }

        assertThat(used("java-logs"))
                .contains(
                        "\"input_tokens\":60,\"output_tokens\":6,\"total_tokens\":66,",
                        "\"cached_input_tokens\":20,",
                        "\"record_count\":2,");
    }

    @Test
    void shouldCountCloudEvents() throws Exception {
        CloudEvent event =
                CloudEventBuilder.v1()
                        .withId("Grüße \"%\" 42")
                        .withSource(URI.create("/shop/bot"))
                        .withType("prompt")
                        .withSubject("java-events")
                        .withTime(OffsetDateTime.now(ZoneOffset.UTC))
                        .withDataContentType("application/json")
                        .withData(
                                "{\"tokens\": \"345\", \"model\": \"gpt-4o\", \"type\": \"output\"}"
                                        .getBytes(UTF_8))
                        .build();

        for (int i = 0; i < 2; i++) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(address + "/api/v1/events"));
            HttpMessageFactory.createWriter(
                            request::header, body -> request.POST(BodyPublishers.ofByteArray(body)))
                    .writeBinary(event);
            HttpResponse<String> answer = send(request.build());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        }

        assertThat(used("java-events")).contains("\"output_tokens\":345,", "\"record_count\":2,");
    }

    /** An agent whose span has the sum; the first call has a framework's span around it. */
    private static void agentOfTwoCalls(Tracer tracer, String context) {
        Span agent =
                span(tracer, null, SpanKind.INTERNAL, "invoke_agent", context, 1500, 900, 120, 40);
        Span framework = span(tracer, agent, SpanKind.INTERNAL, "chat", context, 1200, 0, 90, 0);
        span(tracer, framework, SpanKind.CLIENT, "chat", context, 1200, 800, 90, 40).end();
        framework.end();
        span(tracer, agent, SpanKind.CLIENT, "chat", context, 300, 100, 30, 0).end();
        agent.end();
    }

    private static Span span(
            Tracer tracer,
            Span parent,
            SpanKind kind,
            String operation,
            String context,
            long input,
            long cached,
            long output,
            long reasoning) {
        return tracer.spanBuilder(operation + " gpt-4o")
                .setParent(parent == null ? Context.root() : Context.root().with(parent))
                .setSpanKind(kind)
                .setAllAttributes(call(operation, context, input, cached, output, reasoning))
                .startSpan();
    }

    private static Attributes call(
            String operation,
            String context,
            long input,
            long cached,
            long output,
            long reasoning) {
        AttributesBuilder attributes =
                Attributes.builder()
                        .put("gen_ai.operation.name", operation)
                        .put("gen_ai.provider.name", "openai")
                        .put("gen_ai.request.model", "gpt-4o")
                        .put("gen_ai.conversation.id", context)
                        .put("gen_ai.response.finish_reasons", "stop", "stop")
                        .put("gen_ai.usage.input_tokens", input)
                        .put("gen_ai.usage.cache_read.input_tokens", cached)
                        .put("gen_ai.usage.output_tokens", output)
                        .put("gen_ai.usage.reasoning.output_tokens", reasoning);
        return attributes.build();
    }

    private static <T> void twice(
            Collection<T> items, Function<Collection<T>, CompletableResultCode> export) {
        for (int i = 0; i < 2; i++) {
            CompletableResultCode exported = export.apply(items).join(60, TimeUnit.SECONDS);
            assertThat(exported.isSuccess()).as("%s", exported.getFailureThrowable()).isTrue();
        }
    }

    /**
     * The total of a context with all that was answered: an exporter does not tell where its
     * records are, but one context's stand in one partition, and a mark behind them.
     */
    private static String used(String context) throws Exception {
        String mark =
                """
                {"record_id": "mark", "context_id": "%s", "component": "test", "provider": "mark",
                 "model": "mark", "input_tokens": 0, "output_tokens": 0}\
                """
                        .formatted(context);
        HttpResponse<String> marked =
                send(
                        HttpRequest.newBuilder(URI.create(address + "/api/usage/record"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(mark))
                                .build());
        assertThat(marked.statusCode()).as(marked.body()).isEqualTo(201);
        HttpResponse<String> total =
                send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                address
                                                        + "/api/totals/contexts/"
                                                        + context
                                                        + "?wait_ms=30000"))
                                .header(
                                        "Budget-Position",
                                        marked.headers()
                                                .firstValue("Budget-Position")
                                                .orElseThrow())
                                .build());
        assertThat(total.statusCode()).as(total.body()).isEqualTo(200);
        return total.body();
    }

    private static boolean isReady() {
        try {
            return send(HttpRequest.newBuilder(URI.create(address + "/ready")).build()).statusCode()
                    == 200;
        } catch (Exception notYet) {
            return false;
        }
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    /** Keeps what has ended, to be exported as often as one likes. */
    private static final class Kept implements SpanProcessor {

        private final List<SpanData> ended = new ArrayList<>();

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            ended.add(span.toSpanData());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }
}
