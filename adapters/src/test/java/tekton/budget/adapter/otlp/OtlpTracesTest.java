package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** One call counts once, whole requests in pieces, and what strangers send. */
class OtlpTracesTest {

    private static final long NOW = OtlpFixture.NOW;
    private static final byte[] TRACE = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final String TRACE_HEX = "0102030405060708090a0b0c0d0e0f10";

    private final SpanMemory memory = new SpanMemory();

    @Test
    void shouldCountOnceWhenFrameworkAndClientComeInTwoRequests() throws Exception {
        byte[] client = body(chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)));
        byte[] framework = body(chat(2, 1).addAttributes(count("gen_ai.usage.input_tokens", 12)));

        assertThat(ids(read(client))).containsExactly("otel:" + TRACE_HEX + ":0000000000000003");
        assertThat(read(framework).calls()).isEmpty();
        assertThat(read(framework).ignored()).isEqualTo(1);
    }

    @Test
    void shouldCountOnceWhenTheFrameworkIsFirst() throws Exception {
        byte[] client = body(chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)));
        byte[] framework = body(chat(2, 1).addAttributes(count("gen_ai.usage.input_tokens", 12)));

        assertThat(read(framework).calls()).hasSize(1);
        assertThat(read(client).calls()).isEmpty();
    }

    @Test
    void shouldCountTheSameSpansWhenABatchIsCutAnew() throws Exception {
        Span.Builder client = chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12));
        Span.Builder framework = chat(2, 1).addAttributes(count("gen_ai.usage.input_tokens", 12));
        List<String> first = ids(read(body(framework)));

        assertThat(ids(read(body(client, framework)))).isEqualTo(first);
        assertThat(ids(read(body(framework)))).isEqualTo(first);
    }

    @Test
    void shouldCountAnAnswerOnceInATraceAndAgainInAnother() throws Exception {
        Span.Builder one = answered(2, "resp-1");
        Span.Builder other = answered(3, "resp-1");
        Span.Builder elsewhere =
                answered(4, "resp-1").setTraceId(ByteString.copyFrom(new byte[15]).concat(b(7)));

        assertThat(ids(read(body(one)))).containsExactly("otel:resp-1");
        assertThat(read(body(other)).calls()).isEmpty();
        assertThat(read(body(elsewhere)).calls()).hasSize(1);
    }

    @Test
    void shouldNameACallAfterItsSpanWhereItsAnswersIdComesAgain() throws Exception {
        Adapted adapted = read(body(answered(2, "chatcmpl-17")));

        assertThat(ids(adapted)).containsExactly("otel:" + TRACE_HEX + ":0000000000000002");
        assertThat(ForeignJson.text(record(adapted), "request_id")).isEqualTo("chatcmpl-17");
    }

    /** Nobody knows here whether Kafka took it; the exporter comes again if it did not. */
    @Test
    void shouldCountWhatIsSentAgainAlsoBesideWhatIsAroundIt() throws Exception {
        byte[] inner = body(answered(2, "r1").setParentSpanId(spanId(1)));
        byte[] outer = body(answered(1, "r1"));
        List<String> once = ids(read(inner));
        assertThat(once).hasSize(1);

        assertThat(ids(read(inner))).isEqualTo(once);
        assertThat(read(outer).calls()).isEmpty();
        assertThat(ids(read(inner))).isEqualTo(once);
        assertThat(ids(read(body(answered(1, "r1"), answered(2, "r1").setParentSpanId(spanId(1))))))
                .isEqualTo(once);
    }

    @Test
    void shouldForgetAfterTenMinutes() throws Exception {
        byte[] client = body(chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)));
        byte[] framework = body(chat(2, 1).addAttributes(count("gen_ai.usage.input_tokens", 12)));
        read(client);

        assertThat(read(framework, NOW + 600_000).calls()).isEmpty();
        assertThat(read(framework, NOW + 600_001).calls()).hasSize(1);
    }

    @Test
    void shouldTakeAHeaderForAServiceThatNobodyNamed() throws Exception {
        Attribution from = new Attribution(null, "comp", null, null, null, null);
        byte[] body =
                body(
                        chat(3, 2)
                                .addAttributes(count("gen_ai.usage.input_tokens", 12))
                                .addAttributes(text("service.name", "unknown_service:node")));

        Adapted named = OtlpTraces.read(body, false, OtlpMapping.DEFAULT, from, memory, NOW);
        assertThat(ForeignJson.text(record(named), "component")).isEqualTo("comp");
        assertThat(ForeignJson.text(record(read(body)), "component"))
                .isEqualTo("unknown_service:node");
    }

    @Test
    void shouldTakeHeadersForWhatSpansDoNotSay() throws Exception {
        Attribution from = new Attribution("ctx", "comp", "team", "user", "task", null);
        byte[] body = body(chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)));
        JsonNode record =
                ForeignJson.read(
                        OtlpTraces.read(body, false, OtlpMapping.DEFAULT, from, memory, NOW)
                                .calls()
                                .getFirst()
                                .toRecord(NOW));

        assertThat(ForeignJson.text(record, "context_id")).isEqualTo("ctx");
        assertThat(ForeignJson.text(record, "component")).isEqualTo("comp");
        assertThat(ForeignJson.text(record, "budget_id")).isEqualTo("team");
        assertThat(ForeignJson.text(record, "user_id")).isEqualTo("user");
        assertThat(ForeignJson.text(record, "task_type")).isEqualTo("task");
        assertThat(ForeignJson.text(record, "operation_id")).isEqualTo(TRACE_HEX);
    }

    @Test
    void shouldTakeTheNamesOfASettingInTheirOrder() throws Exception {
        OtlpMapping mapping =
                new OtlpMapping(
                        List.of("team"),
                        List.of("ticket", "thread"),
                        List.of("mail"),
                        List.of("cost.center"),
                        false);
        byte[] body =
                body(
                        chat(3, 2)
                                .addAttributes(count("gen_ai.usage.input_tokens", 12))
                                .addAttributes(text("thread", "th"))
                                .addAttributes(count("ticket", 4711))
                                .addAttributes(text("team", "blue"))
                                .addAttributes(text("session.id", "s"))
                                .addAttributes(text("cost.center", "cc")));
        JsonNode record =
                ForeignJson.read(
                        OtlpTraces.read(body, false, mapping, Attribution.NONE, memory, NOW)
                                .calls()
                                .getFirst()
                                .toRecord(NOW));

        assertThat(ForeignJson.text(record, "context_id")).isEqualTo("4711");
        assertThat(ForeignJson.text(record, "component")).isEqualTo("blue");
        assertThat(ForeignJson.text(record, "budget_id")).isEqualTo("cc");
        assertThat(record.has("user_id")).isFalse();
    }

    @Test
    void shouldCountHostedAgentsIfTheSettingSaysSo() throws Exception {
        OtlpMapping usual = OtlpMapping.DEFAULT;
        OtlpMapping hosted =
                new OtlpMapping(
                        usual.component(), usual.context(), usual.user(), usual.budget(), true);
        OtlpFixture fixture = OtlpFixture.of("hosted-agent");

        for (boolean json : new boolean[] {true, false}) {
            Adapted adapted =
                    OtlpTraces.read(
                            fixture.body(json),
                            json,
                            hosted,
                            Attribution.NONE,
                            new SpanMemory(),
                            NOW);
            assertThat(adapted.calls()).hasSize(1);
            assertThat(adapted.ignored()).isEqualTo(3);
        }
    }

    @Test
    void shouldRejectACallThatNobodyCanTellFromAnother() throws Exception {
        byte[] body =
                body(
                        chat(3, 2)
                                .setTraceId(ByteString.EMPTY)
                                .addAttributes(count("gen_ai.usage.input_tokens", 12)),
                        chat(4, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)),
                        chat(0, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)),
                        chat(5, 2).setTraceId(ByteString.EMPTY));
        Adapted adapted = read(body);

        assertThat(adapted.calls()).hasSize(1);
        assertThat(adapted.ignored()).isEqualTo(1);
        assertThat(adapted.rejected())
                .extracting(Adapted.Rejection::sentence)
                .containsExactly(
                        "spans: the one named \"chat\": traceId \"\", spanId \"0000000000000003\":"
                                + " expected 16 and 8 bytes, not all zero",
                        "spans: the one named \"chat\": traceId \""
                                + TRACE_HEX
                                + "\", spanId \"0000000000000000\":"
                                + " expected 16 and 8 bytes, not all zero");
    }

    @Test
    void shouldExplainTheFirstOfManyRejections() throws Exception {
        Span.Builder[] spans = new Span.Builder[150];
        for (int i = 0; i < spans.length; i++) {
            spans[i] = chat(0, i).addAttributes(count("gen_ai.usage.input_tokens", 12));
        }
        List<String> rejected =
                read(body(spans)).rejected().stream().map(Adapted.Rejection::sentence).toList();

        assertThat(rejected).hasSize(150);
        assertThat(rejected.get(99)).startsWith("spans: the one named");
        assertThat(rejected.get(100)).isEqualTo(OtlpRejections.MORE);
    }

    @Test
    void shouldReadTextsThatAreNotUtf8() throws Exception {
        Span span = chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)).build();
        byte[] body = body(span.toBuilder());
        // The span's name is "chat"; 0xFF is in no UTF-8.
        int at = new String(body, StandardCharsets.ISO_8859_1).indexOf("chat");
        body[at] = (byte) 0xFF;

        assertThat(read(body).calls()).hasSize(1);
    }

    @Test
    void shouldRejectABrokenSpanAndTakeTheOthers() throws Exception {
        byte[] good =
                chat(3, 2)
                        .addAttributes(count("gen_ai.usage.input_tokens", 12))
                        .build()
                        .toByteArray();
        byte[] broken = Arrays.copyOf(good, good.length - 3);
        byte[] scope = message(2, broken, 2, good);
        Adapted adapted = read(message(1, message(2, scope)));

        assertThat(adapted.calls()).extracting(ForeignCall::position).containsExactly(1);
        assertThat(adapted.ignored()).isZero();
        assertThat(adapted.rejected()).extracting(Adapted.Rejection::position).containsExactly(0);
        assertThat(adapted.rejected())
                .extracting(Adapted.Rejection::sentence)
                .singleElement()
                .asString()
                .startsWith("spans: one of " + broken.length + " bytes cannot be decoded: ");
    }

    @Test
    void shouldTakeWhatComesBeforeTheDamage() throws Exception {
        byte[] whole =
                body(
                        chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)),
                        chat(4, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)));
        Adapted cut = read(Arrays.copyOf(whole, whole.length - 10));

        assertThat(ids(cut)).containsExactly("otel:" + TRACE_HEX + ":0000000000000003");
        assertThat(cut.rejected())
                .extracting(Adapted.Rejection::sentence)
                .containsExactly(
                        "body: the protobuf is damaged: only what comes before the damage was"
                                + " taken, 1 spans");
        assertThatThrownBy(() -> read(Arrays.copyOf(whole, 20)))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage(
                        "body: not an OTLP request in protobuf with resourceSpans: expected the"
                                + " content type and the bytes to agree");
    }

    @Test
    void shouldFindTheResourceBehindItsSpans() throws Exception {
        ScopeSpans scope =
                ScopeSpans.newBuilder()
                        .addSpans(chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12)))
                        .build();
        byte[] resource = message(1, text("service.name", "late").toByteArray());
        JsonNode record = record(read(message(1, message(2, scope.toByteArray(), 1, resource))));

        assertThat(ForeignJson.text(record, "component")).isEqualTo("late");
    }

    @Test
    void shouldTakeAnEmptyRequestAndRefuseAnotherFormat() throws Exception {
        assertThat(read(new byte[0])).isEqualTo(new Adapted(List.of(), 0, List.of()));
        assertThat(json("{}")).isEqualTo(new Adapted(List.of(), 0, List.of()));
        assertThat(json("{\"resourceSpans\": [null, 3, {\"scopeSpans\": 4}]}").calls()).isEmpty();
        assertThat(json("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [7]}]}]}").rejected())
                .containsExactly(
                        new Adapted.Rejection(0, "spans: expected an object in the array"));
        for (String other :
                List.of("", "[]", "3", "{\"resourceSpans\": 3}", "{\"resourceSpans\":")) {
            assertThatThrownBy(() -> json(other)).isInstanceOf(ForeignFormatException.class);
        }
        assertThatThrownBy(() -> read("{\"resourceSpans\": []}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ForeignFormatException.class);
    }

    @Test
    void shouldReadOtlpsJsonAndNotProtobufs() throws Exception {
        // Ids in capitals, numbers as numbers, fields that nobody knows, an unknown kind.
        Adapted adapted =
                json(
                        """
                        {"resourceSpans": [{"scopeSpans": [{"spans": [{
                          "traceId": "0102030405060708090A0B0C0D0E0F10", "spanId": "00000000000000AB",
                          "kind": 99, "later": {"x": [1]}, "endTimeUnixNano": 1795700002000000000,
                          "attributes": [
                            {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
                            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": 12}},
                            {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "9007199254740993"}},
                            {"key": "session.id", "value": {"intValue": "1234567890123456789"}},
                            {"key": "gen_ai.usage.reasoning_tokens", "value": {"intValue": 3.0}},
                            {"key": "x", "value": {"strange": 1}}, {"key": 5}, 6]}]}]}]}
                        """);
        JsonNode record = record(adapted);

        assertThat(ForeignJson.text(record, "record_id"))
                .isEqualTo("otel:" + TRACE_HEX + ":00000000000000ab");
        assertThat(ForeignJson.text(record, "timestamp")).isEqualTo("2026-11-26T13:33:22Z");
        assertThat(ForeignJson.text(record, "context_id")).isEqualTo("1234567890123456789");
        assertThat(ForeignJson.count(record, "reasoning_tokens")).isEqualTo(3);
        assertThat(ForeignJson.count(record, "input_tokens")).isEqualTo(12);
        assertThat(ForeignJson.count(record, "output_tokens")).isEqualTo(1_000_000_000);
        assertThat(record.get("metadata").get("tokens_clamped").booleanValue()).isTrue();
    }

    @Test
    void shouldKeepNeitherPromptsNorDepthNorCrowds() throws Exception {
        Span.Builder span = chat(3, 2).addAttributes(count("gen_ai.usage.input_tokens", 12));
        span.addAttributes(text("gen_ai.input.messages", "x".repeat(1 << 20)));
        AnyValue deep = AnyValue.newBuilder().setIntValue(1).build();
        for (int i = 0; i < 90; i++) {
            deep =
                    AnyValue.newBuilder()
                            .setKvlistValue(
                                    KeyValueList.newBuilder()
                                            .addValues(
                                                    KeyValue.newBuilder()
                                                            .setKey("k")
                                                            .setValue(deep)))
                            .build();
        }
        span.addAttributes(KeyValue.newBuilder().setKey("deep").setValue(deep));
        for (int i = 0; i < 100_000; i++) {
            span.addAttributes(count("a" + i, i));
        }

        assertThat(ForeignJson.count(record(read(body(span))), "input_tokens")).isEqualTo(12);
    }

    @Test
    void shouldSayThatACallMayStandBehindACrowd() throws Exception {
        Span.Builder crowd =
                Span.newBuilder().setName("crowd").setTraceId(ByteString.copyFrom(TRACE));
        for (int i = 0; i < 100_000; i++) {
            crowd.addAttributes(count("a" + i, i));
        }
        crowd.addAttributes(text("gen_ai.operation.name", "chat"))
                .addAttributes(count("gen_ai.usage.input_tokens", 12));
        Span.Builder good =
                chat(1, 0).setKindValue(77).addAttributes(count("gen_ai.usage.input_tokens", 12));

        Adapted adapted = read(body(crowd, good));

        assertThat(adapted.calls()).hasSize(1);
        assertThat(adapted.ignored()).isZero();
        assertThat(adapted.rejected())
                .containsExactly(
                        new Adapted.Rejection(
                                0,
                                "spans: the one named \"crowd\": more than 1000 attributes: no call"
                                        + " was found in the first"));
    }

    @Test
    void shouldRejectMoreCallsThanItTakes() throws Exception {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (int i = 1; i <= OtlpTraces.CALLS_MAX + 2; i++) {
            scope.addSpans(chat(i, 0).addAttributes(count("gen_ai.usage.input_tokens", 12)));
        }
        Adapted adapted = read(request(scope));

        assertThat(adapted.calls()).hasSize(OtlpTraces.CALLS_MAX);
        assertThat(adapted.ignored()).isZero();
        assertThat(adapted.rejected())
                .extracting(Adapted.Rejection::sentence)
                .hasSize(2)
                .containsOnly("spans: more than 10000 of inference in one request: send fewer");
    }

    @Test
    void shouldRefuseMoreMessagesThanItCanRemember() {
        byte[] scope = new byte[2_000_000];
        for (int i = 0; i < scope.length; i += 2) {
            scope[i] = 2 << 3 | 2;
        }

        assertThatThrownBy(() -> read(message(1, message(2, scope))))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("body: more than 1000000 spans, resources and scopes");
    }

    private Adapted read(byte[] body) throws ForeignFormatException {
        return read(body, NOW);
    }

    private Adapted read(byte[] body, long nowMs) throws ForeignFormatException {
        return OtlpTraces.read(body, false, OtlpMapping.DEFAULT, Attribution.NONE, memory, nowMs);
    }

    private Adapted json(String body) throws ForeignFormatException {
        return OtlpTraces.read(
                body.getBytes(StandardCharsets.UTF_8),
                true,
                OtlpMapping.DEFAULT,
                Attribution.NONE,
                memory,
                NOW);
    }

    private static JsonNode record(Adapted adapted) throws ForeignFormatException {
        return OtlpFixture.records(adapted).getFirst();
    }

    private static List<String> ids(Adapted adapted) throws ForeignFormatException {
        return OtlpFixture.records(adapted).stream()
                .map(record -> ForeignJson.text(record, "record_id"))
                .toList();
    }

    private static Span.Builder chat(int id, int parent) {
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(TRACE))
                .setSpanId(ByteString.copyFrom(new byte[6]).concat(b(id >> 8)).concat(b(id)))
                .setParentSpanId(ByteString.copyFrom(new byte[7]).concat(b(parent)))
                .setName("chat")
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(1_795_700_000_000_000_000L)
                .setEndTimeUnixNano(1_795_700_002_000_000_000L)
                .addAttributes(text("gen_ai.operation.name", "chat"));
    }

    private static Span.Builder answered(int id, String response) {
        return chat(id, 0)
                .addAttributes(count("gen_ai.usage.input_tokens", 12))
                .addAttributes(text("gen_ai.response.id", response));
    }

    private static ByteString spanId(int id) {
        return ByteString.copyFrom(new byte[7]).concat(b(id));
    }

    private static ByteString b(int value) {
        return ByteString.copyFrom(new byte[] {(byte) value});
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue count(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    private static byte[] body(Span.Builder... spans) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (Span.Builder span : spans) {
            scope.addSpans(span);
        }
        return request(scope);
    }

    private static byte[] request(ScopeSpans.Builder scope) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    /** A message of fields of bytes: number, bytes, number, bytes. */
    private static byte[] message(Object... fields) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int i = 0; i < fields.length; i += 2) {
            out.writeByteArray((Integer) fields[i], (byte[]) fields[i + 1]);
        }
        out.flush();
        return bytes.toByteArray();
    }
}
