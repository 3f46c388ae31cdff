package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.codec.Parsed;
import tekton.budget.codec.Timestamps;
import tekton.budget.event.UsageReported;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** One record over HTTP, to the topic and back. */
class RecordIT {

    private static final String PATH = "/api/usage/record";

    private static final FakeMetering METERING = new FakeMetering();

    private static TestBroker broker;
    private static Api api;
    private static UsageTopic topic;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), METERING).awaitHealthy();
        topic = new UsageTopic(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        topic.close();
        api.close();
        broker.close();
    }

    @Test
    void shouldAnswerTheRecordWithItsExactCostsAndItsPositionInTheTopic() throws Exception {
        String body =
                """
                {"context_id": "ctx/1", "component": "rhetor", "provider": "anthropic",
                 "model": "claude-3-opus-20240229", "input_tokens": 100, "output_tokens": 250,
                 "request_id": "r-1", "user_id": "u", "metadata": {"a": [1.50, {"b": null}]},
                 "timestamp": "%s"}\
                """
                        .formatted(Instant.now().minusSeconds(60).toString());

        HttpResponse<String> response = api.post(PATH, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode json = Api.json(response);
        assertThat(json.get("record_id").stringValue()).isEqualTo("r-1");
        assertThat(json.get("context_id").stringValue()).isEqualTo("ctx/1");
        assertThat(json.get("budget_id").stringValue()).isEqualTo("default");
        assertThat(json.get("task_type").stringValue()).isEqualTo("default");
        assertThat(json.get("tier").stringValue()).isEqualTo("remote_heavyweight");
        assertThat(json.get("allocation_id").isNull()).isTrue();
        assertThat(json.get("total_tokens").longValue()).isEqualTo(350);
        assertThat(json.get("input_cost").decimalValue()).isEqualTo(new BigDecimal("0.0015"));
        assertThat(json.get("output_cost").decimalValue()).isEqualTo(new BigDecimal("0.01875"));
        assertThat(json.get("total_cost").decimalValue()).isEqualTo(new BigDecimal("0.02025"));
        assertThat(json.get("cost")).isEqualTo(json.get("total_cost"));
        assertThat(json.get("unpriced").booleanValue()).isFalse();
        assertThat(json.get("pricing_version").stringValue()).startsWith("anthropic/claude");
        assertThat(json.get("metadata").toString()).isEqualTo("{\"a\":[1.50,{\"b\":null}]}");
        assertThat(json.get("retry_safe").booleanValue()).isTrue();
        assertThat(json.get("timestamp").stringValue()).endsWith("Z");

        UsageTopic.Stored stored = topic.at(position(response));
        assertThat(stored.key()).isEqualTo("ctx/1");
        assertThat(stored.partition()).isEqualTo(Partitions.of("ctx/1", FakeMetering.PARTITIONS));
        assertThat(stored.parsed()).isInstanceOf(Parsed.Accepted.class);
        UsageReported usage = ((Parsed.Accepted) stored.parsed()).usage();
        assertThat(usage.recordId()).isEqualTo("r-1");
        assertThat(usage.sentTaskType()).isNull();
        assertThat(usage.pricingVersion()).isEqualTo(json.get("pricing_version").stringValue());
        assertThat(usage.receivedAtMs()).isNotNull();
    }

    @Test
    void shouldCountUnknownPricesAsUnknownAndNotAsFree() throws Exception {
        JsonNode json = Api.json(api.post("/api/v1/usage/record", record("\"model\": \"new\"")));

        assertThat(json.get("unpriced").booleanValue()).isTrue();
        assertThat(json.get("pricing_version").isNull()).isTrue();
        assertThat(json.get("total_cost").decimalValue()).isEqualTo(new BigDecimal("0"));
    }

    @Test
    void shouldNameARecordByIdThenHeaderThenRequestThenItself() throws Exception {
        String ids = "\"record_id\": \"rec\", \"request_id\": \"req\"";
        String key = "Idempotency-Key";

        assertThat(idOf(api.post(PATH, record(ids), key, "k"))).isEqualTo("rec");
        assertThat(idOf(api.post(PATH, record("\"request_id\": \"req\""), key, "k")))
                .isEqualTo("k");
        assertThat(idOf(api.post(PATH, record("\"request_id\": \"req\"")))).isEqualTo("req");
        HttpResponse<String> nameless = api.post(PATH, record("\"tier\": null"));
        assertThat(idOf(nameless)).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-.{17}");
        assertThat(Api.json(nameless).get("retry_safe").booleanValue()).isFalse();
    }

    @Test
    void shouldTakeCamelCaseEnumsInAnyCaseAndTheLastOfARepeatedField() throws Exception {
        HttpResponse<String> response =
                api.post(
                        PATH,
                        """
                        {"contextId": "c", "component": "x", "provider": "p", "model": "m",
                         "inputTokens": 1, "inputTokens": 7, "outputTokens": 2, "taskType": "chat",
                         "tier": "LIGHTWEIGHT", "surprise": {"deep": [[[]]]}}\
                        """);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        JsonNode json = Api.json(response);
        assertThat(json.get("input_tokens").longValue()).isEqualTo(7);
        assertThat(json.get("tier").stringValue()).isEqualTo("local_lightweight");
        assertThat(json.get("task_type").stringValue()).isEqualTo("chat");
    }

    @Test
    void shouldNameEveryWrongFieldAndItsPlace() throws Exception {
        HttpResponse<String> response =
                api.post(PATH, "{\"context_id\": 7, \"component\": \"x\", \"input_tokens\": -1}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(t -> assertThat(t).startsWith("application/problem+json"));
        JsonNode json = Api.json(response);
        assertThat(json.get("code").stringValue()).isEqualTo("invalid_request");
        assertThat(json.get("error")).isEqualTo(json.get("detail"));
        assertThat(json.get("errors").valueStream().map(e -> e.get("loc").toString()).toList())
                .containsExactlyInAnyOrder(
                        "[\"body\",\"context_id\"]",
                        "[\"body\",\"provider\"]",
                        "[\"body\",\"model\"]",
                        "[\"body\",\"input_tokens\"]",
                        "[\"body\",\"output_tokens\"]");
    }

    @Test
    void shouldFindTheContextOfAnAllocationThatIsNamedAlone() throws Exception {
        METERING.ledger.allocations.add(FakeLedger.open("team.known", "its/context"));
        long before = topic.size();

        HttpResponse<String> response = api.post(PATH, ofAllocation("team.known"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(Api.json(response).get("context_id").stringValue()).isEqualTo("its/context");
        assertThat(Api.json(response).get("budget_id").stringValue()).isEqualTo("team");
        assertThat(topic.at(position(response)).key()).isEqualTo("its/context");

        HttpResponse<String> unknown = api.post(PATH, ofAllocation("team.unknown"));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(Api.json(unknown).get("detail").stringValue())
                .isEqualTo(
                        "Allocation with ID team.unknown not found; usage of it needs its"
                                + " context_id");
        METERING.ledger.notReady = true;
        assertThat(api.post(PATH, ofAllocation("team.unknown")).statusCode()).isEqualTo(503);
        assertThat(api.post(PATH, ofAllocation("team.known")).statusCode()).isEqualTo(201);
        METERING.ledger.reset();
        assertThat(topic.size() - before).isEqualTo(2);
    }

    /** Rules of the domain are 400, shapes and bounds 422. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | \"tier\": \"huge\"",
                "400 | \"budget_id\": \"a.b\"",
                "400 | \"budget_id\": \"a\", \"allocation_id\": \"b.1\"",
                "400 | \"cached_input_tokens\": 11",
                "400 | \"token_style\": \"other\"",
                "422 | \"tier\": \"huge\", \"input_tokens\": \"1\"",
                "422 | \"input_tokens\": 1.5",
                "422 | \"input_tokens\": 1e99999999",
                "422 | \"input_tokens\": 1000000001",
                "201 | \"input_tokens\": 1000000000",
                "201 | \"input_tokens\": 0",
                "422 | \"timestamp\": \"yesterday\"",
                "422 | \"timestamp\": 1767225600",
                "422 | \"metadata\": []",
                "201 | \"metadata\": {\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}",
                "422 | \"metadata\":"
                        + " {\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}",
                "422 | \"user_id\": \"a\\u0000b\"",
                "422 | \"user_id\": \"\\ud800\"",
                "422 | \"user_id\": true",
            })
    void shouldJudgeFields(int status, String fields) throws Exception {
        HttpResponse<String> response = api.post(PATH, record(fields));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    /** Lengths at the bound and one beyond. */
    @ParameterizedTest
    @CsvSource({
        "record_id, 256",
        "context_id, 256",
        "request_id, 256",
        "operation_id, 256",
        "user_id, 256",
        "component, 128",
        "provider, 128",
        "budget_id, 128",
        "task_type, 128",
        "model, 256"
    })
    void shouldBoundTexts(String field, int longest) throws Exception {
        String within = "\"%s\": \"%s\"".formatted(field, "x".repeat(longest));
        String beyond = "\"%s\": \"%s\"".formatted(field, "x".repeat(longest + 1));

        assertThat(api.post(PATH, record(within)).statusCode()).isEqualTo(201);
        HttpResponse<String> refused = api.post(PATH, record(beyond));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Api.json(refused).get("detail").stringValue())
                .contains(field)
                .contains(String.valueOf(longest));
    }

    @Test
    void shouldBoundMetadataByBytes() throws Exception {
        // {"a":"…"} has eight bytes around the text.
        String within = "\"metadata\": {\"a\":\"%s\"}".formatted("x".repeat(16_384 - 8));
        String beyond = "\"metadata\": {\"a\":\"%s\"}".formatted("x".repeat(16_385 - 8));

        assertThat(api.post(PATH, record(within)).statusCode()).isEqualTo(201);
        assertThat(api.post(PATH, record(beyond)).statusCode()).isEqualTo(422);
    }

    @Test
    void shouldBoundTheBody() throws Exception {
        String exact = record("\"task_type\": \"t\"");
        exact = exact + " ".repeat(65_536 - exact.length());

        assertThat(api.post(PATH, exact).statusCode()).isEqualTo(201);
        HttpResponse<String> refused = api.post(PATH, exact + " ");
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(Api.json(refused).get("code").stringValue()).isEqualTo("payload_too_large");
    }

    @Test
    void shouldBoundABodyThatDoesNotSayItsLength() throws IOException {
        String chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
        String answer = chunked(chunk.repeat(2) + "1\r\n \r\n0\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("payload_too_large");
        String record = record("\"task_type\": \"t\"");
        assertThat(chunked("%x\r\n%s\r\n0\r\n\r\n".formatted(record.length(), record)))
                .startsWith("HTTP/1.1 201 ");
    }

    @Test
    void shouldBoundTimestamps() throws Exception {
        Instant now = Instant.now();
        Duration slack = Duration.ofMinutes(1);

        assertThat(post(now.minus(Duration.ofDays(35)).plus(slack))).isEqualTo(201);
        assertThat(post(now.minus(Duration.ofDays(35)).minus(slack))).isEqualTo(422);
        assertThat(post(now.plus(Duration.ofMinutes(5)).minus(slack))).isEqualTo(201);
        assertThat(post(now.plus(Duration.ofMinutes(5)).plus(slack))).isEqualTo(422);
    }

    /** Bodies that are no JSON object, as Latin-1 with backslash escapes for bytes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            emptyValue = "",
            value = {"''", "{", "[]", "null", "7", "\"x\"", "{} {}", "{}x", "{'a':1}"})
    void shouldRefuseWhatIsNotOneJsonObject(String body) throws Exception {
        HttpResponse<String> response = api.post(PATH, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        Api.json(response);
    }

    @Test
    void shouldRefuseHostileBytes() throws Exception {
        String good = record("\"task_type\": \"t\"");
        byte[] invalidUtf8 = record("\"user_id\": \"aXa\"").getBytes(StandardCharsets.US_ASCII);
        invalidUtf8[new String(invalidUtf8, StandardCharsets.US_ASCII).indexOf("aXa") + 1] =
                (byte) 0xC0;

        assertThat(api.post(PATH, invalidUtf8).statusCode()).isEqualTo(422);
        assertThat(api.post(PATH, good.getBytes(StandardCharsets.UTF_16LE)).statusCode())
                .isEqualTo(422);
        HttpResponse<String> marked = api.post(PATH, "\uFEFF" + good);
        assertThat(marked.statusCode()).isEqualTo(422);
        assertThat(marked.body()).contains("byte order mark");
        assertThat(api.post(PATH, "{\"a\":" + "[".repeat(60_000)).statusCode()).isEqualTo(422);
        assertThat(api.post(PATH, "[".repeat(60_000)).statusCode()).isEqualTo(422);
        String digits = "\"input_tokens\": " + "9".repeat(60_000);
        assertThat(api.post(PATH, record(digits)).statusCode()).isEqualTo(422);
    }

    @Test
    void shouldBoundTheIdempotencyKey() throws Exception {
        String body = record("\"task_type\": \"t\"");
        String key = "Idempotency-Key";

        assertThat(api.post(PATH, body, key, "k".repeat(240)).statusCode()).isEqualTo(201);
        assertThat(api.post(PATH, body, key, "k".repeat(241)).statusCode()).isEqualTo(422);
        HttpResponse<String> empty = api.post(PATH, body, key, "");
        assertThat(empty.statusCode()).isEqualTo(422);
        assertThat(Api.json(empty).get("errors").get(0).get("loc").toString())
                .isEqualTo("[\"header\",\"Idempotency-Key\"]");
    }

    @Test
    void shouldServePostOfPlainJsonOnly() throws Exception {
        String body = record("\"task_type\": \"t\"");
        String type = "Content-Type";

        HttpResponse<String> get = api.get(PATH);
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        assertThat(Api.json(get).get("code").stringValue()).isEqualTo("method_not_allowed");
        assertThat(api.post(PATH, body, type, "application/json; charset=UTF-8").statusCode())
                .isEqualTo(201);
        assertThat(api.post(PATH, body, type, "text/plain").statusCode()).isEqualTo(415);
        assertThat(api.post(PATH, body, type, "application/x-ndjson").statusCode()).isEqualTo(415);
        HttpResponse<String> brotli = api.post(PATH, body, "Content-Encoding", "br");
        assertThat(brotli.statusCode()).isEqualTo(415);
        assertThat(brotli.body()).contains("identity, gzip, zstd");
        HttpResponse<String> notGzip = api.post(PATH, body, "Content-Encoding", "gzip");
        assertThat(notGzip.statusCode()).isEqualTo(422);
        assertThat(notGzip.body()).contains("cannot be decompressed");
    }

    private static int post(Instant timestamp) throws Exception {
        String field =
                "\"timestamp\": \"%s\"".formatted(Timestamps.format(timestamp.toEpochMilli()));
        return api.post(PATH, record(field)).statusCode();
    }

    private static String chunked(String chunks) throws IOException {
        return api.raw(
                "POST /api/usage/record HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + chunks);
    }

    /** A good record, then the fields under test: of a repeated field the last one counts. */
    private static String record(String fields) {
        return """
        {"context_id": "c", "component": "x", "provider": "p", "model": "m",
         "input_tokens": 10, "output_tokens": 2, %s}\
        """
                .formatted(fields);
    }

    private static String ofAllocation(String allocationId) {
        return """
        {"allocation_id": "%s", "component": "x", "provider": "p", "model": "m",
         "input_tokens": 1, "output_tokens": 2}\
        """
                .formatted(allocationId);
    }

    private static String idOf(HttpResponse<String> response) {
        return Api.json(response).get("record_id").stringValue();
    }

    private static Positions position(HttpResponse<String> response) {
        return Positions.parse(response.headers().firstValue("Budget-Position").orElseThrow())
                .orElseThrow();
    }
}
