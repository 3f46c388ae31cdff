package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.api.access.AccessSettings;
import tekton.budget.api.http.Bombs;
import tekton.budget.broker.FreePorts;
import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Foreign formats over HTTP: compressed, refused, and answered in their own words. */
class ForeignIT {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static TestBroker broker;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), new FakeMetering());
        api.awaitHealthy();
    }

    @AfterAll
    static void stop() {
        api.close();
        broker.close();
    }

    @Test
    void shouldTakeCompressedProtobufAndSayWhatOfItCouldNotCount() throws Exception {
        long nowNanos = System.currentTimeMillis() * 1_000_000;
        byte[] both = traces(span(1, nowNanos), span(2, 1_000_000_000L));

        for (String coding : new String[] {"gzip", "zstd"}) {
            byte[] body = coding.equals("gzip") ? gzip(both) : Zstd.compress(both);
            HttpResponse<byte[]> answer =
                    send("/v1/traces", body, PROTOBUF, "Content-Encoding", coding);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains(PROTOBUF);
            assertThat(answer.headers().firstValue("Budget-Position")).isPresent();
            var partial = ExportTraceServiceResponse.parseFrom(answer.body()).getPartialSuccess();
            assertThat(partial.getRejectedSpans()).isEqualTo(1);
            assertThat(partial.getErrorMessage()).contains("timestamp");
        }
        HttpResponse<byte[]> whole = send("/api/v1/traces", traces(span(3, nowNanos)), PROTOBUF);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEmpty();
    }

    @Test
    void shouldTakeTheGoodPartOfADamagedBatch() throws Exception {
        long nowNanos = System.currentTimeMillis() * 1_000_000;
        Span.Builder hostile = span(6, nowNanos).toBuilder();
        for (int i = 0; i < 100_000; i++) {
            hostile.addAttributes(number("a" + i, i));
        }
        hostile.addAttributes(text("not UTF-8", "HERE"));
        byte[] whole = traces(hostile.setKindValue(99).build(), span(7, nowNanos));
        whole[new String(whole, ISO_8859_1).indexOf("HERE")] = (byte) 0xFF;

        HttpResponse<byte[]> taken = send("/v1/traces", whole, PROTOBUF);
        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(taken.body()).isEmpty();
        HttpResponse<byte[]> cut =
                send("/v1/traces", Arrays.copyOf(whole, whole.length - 20), PROTOBUF);
        assertThat(cut.statusCode()).isEqualTo(200);
        assertThat(cut.headers().firstValue("Budget-Position")).isPresent();
        var partial = ExportTraceServiceResponse.parseFrom(cut.body()).getPartialSuccess();
        assertThat(partial.getRejectedSpans()).isEqualTo(1);
        assertThat(partial.getErrorMessage()).contains("damaged", "1 spans");
    }

    @Test
    void shouldRefuseABombOnEveryWay() throws Exception {
        byte[] bomb = Bombs.zstd(' ').readNBytes(60_000);
        for (String[] way :
                new String[][] {
                    {"/v1/traces", PROTOBUF},
                    {"/v1/logs", "application/json"},
                    {"/api/usage/openai", "application/json"},
                    {"/api/usage/litellm", "application/json"},
                    {"/api/v1/events", "application/cloudevents+json"},
                    {"/api/usage/record", "application/json"},
                    {"/api/usage/batch", "application/json"}
                }) {
            assertThat(send(way[0], bomb, way[1], "Content-Encoding", "zstd").statusCode())
                    .as(way[0])
                    .isEqualTo(413);
        }
        HttpResponse<byte[]> lines =
                send("/api/usage/batch", bomb, "application/x-ndjson", "Content-Encoding", "zstd");
        assertThat(lines.statusCode()).isEqualTo(200);
        assertThat(new String(lines.body(), UTF_8)).contains("\"refused\":1", "payload_too_large");
    }

    @Test
    void shouldAnswerWhatIsNotOtlpWithAStatusThatNobodyRepeats() throws Exception {
        HttpResponse<byte[]> protobuf = send("/v1/traces", "{}".getBytes(UTF_8), PROTOBUF);
        assertThat(protobuf.statusCode()).isEqualTo(400);
        CodedInputStream status = CodedInputStream.newInstance(protobuf.body());
        assertThat(status.readTag() >>> 3).isEqualTo(1);
        assertThat(status.readInt32()).isEqualTo(3);
        assertThat(status.readTag() >>> 3).isEqualTo(2);
        assertThat(status.readString()).isNotBlank();

        HttpResponse<byte[]> json = send("/v1/logs", "[1".getBytes(UTF_8), "application/json");
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(Api.json(new String(json.body(), UTF_8)).get("code").intValue()).isEqualTo(3);
        assertThat(send("/v1/traces", new byte[0], "text/plain").statusCode()).isEqualTo(415);
        assertThat(send("/v1/traces", new byte[0], PROTOBUF).statusCode()).isEqualTo(200);
        assertThat(send("/v1/metrics", new byte[0], PROTOBUF).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldHaveExportersComeAgainWhileKafkaIsAway() throws Exception {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        try (Api away = Api.start(nobody, new FakeMetering())) {
            HttpResponse<String> traces =
                    away.post(
                            "/v1/traces",
                            "{\"resourceSpans\": []}",
                            "Content-Type",
                            "application/json");
            assertThat(traces.statusCode()).isEqualTo(503);
            assertThat(traces.headers().firstValue("Retry-After")).contains("1");
            assertThat(Api.json(traces).get("code").intValue()).isEqualTo(14);
            assertThat(away.post("/api/usage/openai", "{}").statusCode()).isEqualTo(503);
            assertThat(away.post("/api/events", "{}").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void shouldAnswerEventsWithWhatWasRefused() throws Exception {
        String good =
                "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"prompt\","
                        + " \"subject\": \"c\", \"data\": {\"tokens\": 5, \"model\": \"m\"}}";
        String bad =
                "{\"specversion\": \"1.0\", \"id\": \"2\", \"source\": \"s\", \"type\":"
                        + " \"com.tekton.budget.usage.v1\", \"data\": {\"input_tokens\": 1}}";
        String other =
                "{\"specversion\": \"1.0\", \"id\": \"3\", \"source\": \"s\", \"type\": \"x\"}";

        HttpResponse<String> mixed =
                api.post(
                        "/api/v1/events",
                        "[%s, %s, %s]".formatted(good, bad, other),
                        "Content-Type",
                        "application/cloudevents-batch+json");

        assertThat(mixed.statusCode()).isEqualTo(207);
        JsonNode tally = Api.json(mixed);
        assertThat(tally.get("accepted").intValue()).isEqualTo(1);
        assertThat(tally.get("refused").intValue()).isEqualTo(1);
        assertThat(tally.get("ignored").intValue()).isEqualTo(1);
        assertThat(tally.at("/refusals/0/message").stringValue()).contains("context_id");
        assertThat(tally.at("/refusals/0/index").intValue()).isEqualTo(1);
        JsonNode numbered =
                Api.json(api.post("/events", "[%s, 7, %s, %s]".formatted(other, bad, good)));
        assertThat(numbered.at("/refusals/0/index").intValue()).isEqualTo(2);
        assertThat(numbered.at("/refusals/1/index").intValue()).isEqualTo(1);
        assertThat(api.post("/events", "[%s]".formatted(other)).statusCode()).isEqualTo(204);
        assertThat(api.post("/events", "nothing").statusCode()).isEqualTo(422);
    }

    @Test
    void shouldNameTheFormatsThatItTakesOfEvents() throws Exception {
        for (String type :
                new String[] {"application/cloudevents+avro", "text/plain", "application/xml"}) {
            HttpResponse<String> answer = api.post("/api/v1/events", "Obj", "Content-Type", type);
            assertThat(answer.statusCode()).as(type).isEqualTo(415);
            assertThat(Api.json(answer).get("detail").stringValue())
                    .contains(type, "application/cloudevents-batch+json", "ce-specversion");
        }
        assertThat(
                        api.post("/events", "a", "Content-Type", "text/plain", "ce-type", "x")
                                .statusCode())
                .isEqualTo(204);
    }

    @Test
    void shouldLetSendersOfEventsAskForLeave() throws Exception {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        try (Api guarded =
                Api.startGuarded(
                        nobody,
                        new FakeMetering(),
                        new AccessSettings(
                                "team:ingest:" + "ab".repeat(32),
                                null,
                                true,
                                600,
                                0,
                                "loopback"))) {
            for (String path : new String[] {"/events", "/api/events", "/api/v1/events"}) {
                assertHandshake(api, path, "*");
                assertHandshake(guarded, path, "600");
            }
            assertThat(options(guarded, "/api/events").statusCode()).isEqualTo(401);
            assertThat(
                            options(guarded, "/api/budgets", "WebHook-Request-Origin", "a.example")
                                    .statusCode())
                    .isEqualTo(401);
            HttpResponse<String> page =
                    options(
                            guarded,
                            "/api/events",
                            "Origin",
                            "http://localhost:3000",
                            "Access-Control-Request-Method",
                            "POST",
                            "WebHook-Request-Origin",
                            "a.example");
            assertThat(page.statusCode()).isEqualTo(204);
            assertThat(page.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("http://localhost:3000");
            assertThat(page.headers().firstValue("WebHook-Allowed-Origin")).isEmpty();
        }
    }

    private static void assertHandshake(Api asked, String path, String rate) throws Exception {
        HttpResponse<String> leave =
                options(
                        asked,
                        path,
                        "WebHook-Request-Origin",
                        "sender.example.com",
                        "WebHook-Request-Rate",
                        "1000");
        assertThat(leave.statusCode()).isEqualTo(204);
        assertThat(leave.headers().firstValue("WebHook-Allowed-Origin"))
                .contains("sender.example.com");
        assertThat(leave.headers().firstValue("WebHook-Allowed-Rate")).contains(rate);
        assertThat(leave.headers().firstValue("Allow").orElseThrow()).contains("POST");
    }

    private static HttpResponse<String> options(Api asked, String path, String... headers)
            throws Exception {
        return asked.send(asked.request(path, headers).method("OPTIONS", BodyPublishers.noBody()));
    }

    @Test
    void shouldRefuseOneAnswerLikeARecord() throws Exception {
        String answer =
                "{\"id\": \"a\", \"object\": \"chat.completion\", \"model\": \"m\","
                        + " \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 1}}";

        HttpResponse<String> nobodys = api.post("/api/usage/openai", answer);
        assertThat(nobodys.statusCode()).isEqualTo(422);
        assertThat(Api.json(nobodys).get("detail").stringValue()).contains("context_id");
        HttpResponse<String> taken =
                api.post(
                        "/api/v1/usage/openai",
                        answer,
                        "X-Budget-Context",
                        "c",
                        "X-Budget-Component",
                        "x");
        assertThat(taken.statusCode()).isEqualTo(201);
        JsonNode record = Api.json(taken);
        assertThat(record.get("record_id").stringValue()).isEqualTo("openai:a");
        assertThat(record.get("retry_safe").booleanValue()).isTrue();
        assertThat(record.at("/metadata/usage/prompt_tokens").intValue()).isEqualTo(3);
        HttpResponse<String> named =
                api.post(
                        "/api/usage/response",
                        "{\"model\": \"l\", \"done\": true, \"prompt_eval_count\": 2,"
                                + " \"eval_count\": 1}",
                        "X-Budget-Context",
                        "c",
                        "X-Budget-Component",
                        "x",
                        "Idempotency-Key",
                        "mine");
        assertThat(named.statusCode()).as(named.body()).isEqualTo(201);
        assertThat(Api.json(named).get("record_id").stringValue()).isEqualTo("mine");
        assertThat(api.post("/api/usage/nobody", answer).statusCode()).isEqualTo(404);
    }

    /** A record counts once per context and id, so these count once. */
    @Test
    void shouldGiveOneCallOneIdWhicheverWayItComes() throws Exception {
        String answer =
                "{\"id\": \"once\", \"object\": \"chat.completion\", \"model\": \"gpt-4o\","
                        + " \"choices\": [], \"usage\": {\"prompt_tokens\": 3,"
                        + " \"completion_tokens\": 1, \"total_tokens\": 4}}";
        String chunk = answer.replace("chat.completion", "chat.completion.chunk");
        String envelope =
                "{\"context_id\": \"c\", \"component\": \"x\", \"response\": " + answer + "}";
        String result =
                "{\"id\": \"batch_req_1\", \"custom_id\": \"r\", \"error\": null,"
                        + " \"response\": {\"status_code\": 200, \"body\": "
                        + answer
                        + "}}";
        for (String[] way :
                new String[][] {
                    {"/api/usage/openai", answer, "application/json"},
                    {"/api/usage/response", answer, "application/json"},
                    {"/api/v1/usage/openai", envelope, "application/json"},
                    {
                        "/api/usage/openai",
                        "data: " + chunk + "\n\ndata: [DONE]\n",
                        "text/event-stream"
                    },
                    {"/api/usage/openai", result, "application/jsonl"}
                }) {
            HttpResponse<String> taken =
                    api.post(
                            way[0],
                            way[1],
                            "Content-Type",
                            way[2],
                            "X-Budget-Context",
                            "c",
                            "X-Budget-Component",
                            "x");

            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(201);
            JsonNode record = Api.json(taken);
            assertThat(record.get("record_id").stringValue()).isEqualTo("openai:once");
            assertThat(record.get("context_id").stringValue()).isEqualTo("c");
            assertThat(record.get("input_tokens").intValue()).isEqualTo(3);
            assertThat(record.get("output_tokens").intValue()).isEqualTo(1);
        }
    }

    @Test
    void shouldReadAUsageObjectInRecordsOfOurs() throws Exception {
        String record =
                "{\"record_id\": \"%s\", \"context_id\": \"c\", \"component\": \"x\","
                        + " \"provider\": \"xai\", \"model\": \"m\", \"metadata\": {\"a\": 1},"
                        + " \"usage\": {\"prompt_tokens\": 10, \"completion_tokens\": 5,"
                        + " \"completion_tokens_details\": {\"reasoning_tokens\": 7},"
                        + " \"total_tokens\": 22}}";

        HttpResponse<String> single = api.post("/api/usage/record", record.formatted("u1"));
        assertThat(single.statusCode()).as(single.body()).isEqualTo(201);
        assertThat(Api.json(single).get("output_tokens").intValue()).isEqualTo(12);
        assertThat(Api.json(single).at("/metadata/a").intValue()).isEqualTo(1);
        HttpResponse<String> array =
                api.post(
                        "/api/usage/batch",
                        "[%s, {\"usage\": 3}, %s]"
                                .formatted(record.formatted("u2"), record.formatted("u3")),
                        "Content-Type",
                        "application/json");
        assertThat(Api.json(array).get("accepted").intValue()).isEqualTo(2);
        assertThat(Api.json(array).at("/refusals/0/index").intValue()).isEqualTo(1);
    }

    private static HttpResponse<byte[]> send(
            String path, byte[] body, String type, String... headers) throws Exception {
        HttpRequest.Builder request =
                api.request(path, headers)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body));
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static byte[] traces(Span... spans) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (Span span : spans) {
            scope.addSpans(span);
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder()
                                .setResource(
                                        io.opentelemetry.proto.resource.v1.Resource.newBuilder()
                                                .addAttributes(text("service.name", "bot")))
                                .addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    private static Span span(int id, long endNanos) {
        return Span.newBuilder()
                .setTraceId(
                        ByteString.copyFrom(
                                new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}))
                .setSpanId(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) id}))
                .setEndTimeUnixNano(endNanos)
                .addAttributes(text("gen_ai.operation.name", "chat"))
                .addAttributes(text("gen_ai.provider.name", "openai"))
                .addAttributes(text("gen_ai.request.model", "gpt-4o"))
                .addAttributes(number("gen_ai.usage.input_tokens", 5))
                .addAttributes(number("gen_ai.usage.output_tokens", 3))
                .build();
    }

    private static KeyValue text(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue number(String name, long value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    private static byte[] gzip(byte[] body) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        }
        return out.toByteArray();
    }
}
