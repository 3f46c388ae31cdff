package tekton.budget.api.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** What the revisions of the protocol promise, message by message. */
class McpProtocolTest {

    private static final McpHeaders NONE = new McpHeaders(null, null, null);

    private final McpProtocol protocol = new McpProtocol("1.2.3");
    private final List<String> called = new ArrayList<>();

    private ToolResult run(String name, @Nullable JsonNode arguments) {
        called.add(name + ' ' + arguments);
        return name.equals("allocate_budget")
                ? ToolResult.refused(402, "there is too little")
                : ToolResult.of(McpJson.object().put("allowed", true));
    }

    private McpReply send(String body, McpHeaders headers) {
        return protocol.answer(body.getBytes(StandardCharsets.UTF_8), headers, this::run);
    }

    private static JsonNode body(McpReply reply) {
        return Objects.requireNonNull(reply.body());
    }

    private static void failed(McpReply reply, int status, int code) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(body(reply).at("/error/code").asInt()).isEqualTo(code);
        assertThat(body(reply).get("jsonrpc").asString()).isEqualTo("2.0");
    }

    private static String legacy(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}"
                .formatted(method, params);
    }

    private static String modern(String method, String more) {
        return modern(method, McpProtocol.MODERN, more);
    }

    private static String modern(String method, String version, String more) {
        return legacy(
                method,
                "{%s\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"%s\",\"io.modelcontextprotocol/clientCapabilities\":{}}}"
                        .formatted(more, version));
    }

    private static McpHeaders headers(String method, @Nullable String name) {
        return new McpHeaders(McpProtocol.MODERN, method, name);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-11-05,2024-11-05",
        "2025-03-26,2025-03-26",
        "2025-06-18,2025-06-18",
        "2025-11-25,2025-11-25",
        "2026-07-28,2025-11-25",
        "1999-01-01,2025-11-25"
    })
    void shouldAgreeOnARevisionThatBothKnow(String wanted, String agreed) {
        McpReply reply =
                send(legacy("initialize", "{\"protocolVersion\":\"%s\"}".formatted(wanted)), NONE);

        assertThat(reply.status()).isEqualTo(200);
        JsonNode result = body(reply).get("result");
        assertThat(result.get("protocolVersion").asString()).isEqualTo(agreed);
        assertThat(result.at("/capabilities/tools").isObject()).isTrue();
        assertThat(result.at("/serverInfo/version").asString()).isEqualTo("1.2.3");
        assertThat(body(reply).get("id").asInt()).isEqualTo(7);
    }

    @Test
    void shouldServeTheEraThatBeginsWithInitialize() {
        McpHeaders header = new McpHeaders("2025-06-18", null, null);

        assertThat(body(send(legacy("ping", "{}"), NONE)).get("result").isEmpty()).isTrue();
        JsonNode list = body(send(legacy("tools/list", "{}"), header)).get("result");
        assertThat(list.get("tools").size()).isEqualTo(12);
        assertThat(list.has("ttlMs")).isFalse();
        assertThat(list.has("resultType")).isFalse();
        JsonNode call =
                body(send(legacy("tools/call", "{\"name\":\"check_budget\"}"), header))
                        .get("result");
        assertThat(call.get("isError").asBoolean()).isFalse();
        assertThat(call.get("structuredContent").get("allowed").asBoolean()).isTrue();
        assertThat(call.at("/content/0/text").asString()).isEqualTo("{\"allowed\":true}");
        failed(send(legacy("resources/list", "{}"), header), 200, -32601);
        failed(send(legacy("tools/call", "{\"name\":\"drop_all\"}"), header), 200, -32602);
        failed(send(legacy("tools/list", "{\"cursor\":\"2\"}"), header), 200, -32602);
        assertThat(called).containsExactly("check_budget null");
    }

    @Test
    void shouldTellARefusalAsAResult() {
        JsonNode result =
                body(send(legacy("tools/call", "{\"name\":\"allocate_budget\"}"), NONE))
                        .get("result");

        assertThat(result.get("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asString()).isEqualTo("there is too little");
        assertThat(result.has("structuredContent")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/whatever\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
                "[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}]"
            })
    void shouldTakeWhatNeedsNoAnswer(String body) {
        assertThat(send(body, NONE)).isEqualTo(McpReply.ACCEPTED);
    }

    @Test
    void shouldServeBatchesInTheRevisionsThatHaveThem() {
        String two =
                "[%s,%s,{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"},3]"
                        .formatted(legacy("ping", "{}"), legacy("initialize", "{}"));

        JsonNode answers = body(send(two, new McpHeaders("2025-03-26", null, null)));
        assertThat(answers.size()).isEqualTo(3);
        assertThat(answers.get(0).has("result")).isTrue();
        assertThat(answers.get(1).at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(answers.get(2).at("/error/code").asInt()).isEqualTo(-32600);

        failed(send(two, new McpHeaders("2025-06-18", null, null)), 400, -32600);
        failed(send(two, headers("ping", null)), 400, -32600);
        failed(send("[]", NONE), 400, -32600);
        failed(send("[" + "1,".repeat(20) + "1]", NONE), 400, -32600);
    }

    @Test
    void shouldServeRequestsThatStandAlone() {
        JsonNode found =
                body(send(modern("server/discover", ""), headers("server/discover", null)))
                        .get("result");
        assertThat(found.get("supportedVersions").get(0).asString()).isEqualTo(McpProtocol.MODERN);
        assertThat(found.get("resultType").asString()).isEqualTo("complete");
        assertThat(found.get("ttlMs").asInt()).isPositive();
        assertThat(found.get("cacheScope").asString()).isEqualTo("public");
        assertThat(found.get("_meta").get("io.modelcontextprotocol/serverInfo").has("name"))
                .isTrue();

        JsonNode list =
                body(send(modern("tools/list", ""), headers("tools/list", null))).get("result");
        assertThat(list.get("tools").size()).isEqualTo(12);
        assertThat(list.get("ttlMs").asInt()).isPositive();

        JsonNode call =
                body(send(
                                modern("tools/call", "\"name\":\"check_budget\","),
                                headers("tools/call", "check_budget")))
                        .get("result");
        assertThat(call.get("resultType").asString()).isEqualTo("complete");
        assertThat(call.get("isError").asBoolean()).isFalse();
    }

    @Test
    void shouldReadANameThatComesInBase64() {
        String name = "=?base64?" + base64("check_budget") + "?=";
        String call = modern("tools/call", "\"name\":\"check_budget\",");

        assertThat(send(call, headers("tools/call", name)).status()).isEqualTo(200);
        failed(send(call, headers("tools/call", "=?base64?!!!?=")), 400, -32020);
        failed(send(call, headers("tools/call", "=?base64?=")), 400, -32020);
        failed(
                send(call, headers("tools/call", "=?base64?" + base64("get_usage") + "?=")),
                400,
                -32020);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldRefuseARequestWhoseHeadersSaySomethingElse() {
        String list = modern("tools/list", "");
        failed(send(list, headers("tools/call", null)), 400, -32020);
        failed(send(list, new McpHeaders(McpProtocol.MODERN, null, null)), 400, -32020);
        failed(send(list, new McpHeaders("2025-11-25", "tools/list", null)), 400, -32020);
        failed(send(list, NONE), 400, -32020);
        failed(
                send(
                        modern("tools/call", "\"name\":\"check_budget\","),
                        headers("tools/call", null)),
                400,
                -32020);
        assertThat(called).isEmpty();
    }

    @Test
    void shouldRefuseARequestThatDoesNotSayWhatItIs() {
        McpHeaders header = headers("tools/list", null);
        failed(send(legacy("tools/list", "{}"), header), 400, -32602);
        failed(
                send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", header),
                400,
                -32602);
        failed(
                send(
                        legacy(
                                "tools/list",
                                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}"),
                        header),
                400,
                -32602);
    }

    @Test
    void shouldNameTheRevisionsThatItKnows() {
        McpReply reply =
                send(
                        modern("server/discover", "2030-01-01", ""),
                        new McpHeaders("2030-01-01", "server/discover", null));

        failed(reply, 400, -32022);
        assertThat(body(reply).at("/error/data/supported/0").asString())
                .isEqualTo(McpProtocol.MODERN);
        assertThat(body(reply).at("/error/data/requested").asString()).isEqualTo("2030-01-01");
        failed(
                send(legacy("tools/list", "{}"), new McpHeaders("1999-01-01", null, null)),
                400,
                -32022);
    }

    @ParameterizedTest
    @ValueSource(strings = {"initialize", "ping", "logging/setLevel", "resources/list", "x"})
    void shouldNotServeWhatTheNewRevisionHasNot(String method) {
        failed(send(modern(method, ""), headers(method, null)), 404, -32601);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} {}",
                "\u0000",
                "{\"a\":1e}"
            })
    void shouldRefuseWhatIsNoJson(String body) {
        failed(send(body, NONE), 400, -32700);
    }

    @Test
    void shouldBoundDepthAndNumbers() {
        failed(send("[".repeat(40) + "]".repeat(40), NONE), 400, -32700);
        failed(send("{\"id\":" + "9".repeat(100) + "}", NONE), 400, -32700);
        assertThat(
                        send(
                                        legacy(
                                                "tools/call",
                                                "{\"name\":\"check_budget\",\"arguments\":{\"tokens\":1e999999999}}"),
                                        NONE)
                                .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3",
                "\"x\"",
                "{}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":3}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}"
            })
    void shouldRefuseWhatIsNoRequest(String body) {
        failed(send(body, NONE), 400, -32600);
    }

    @Test
    void shouldRefuseParametersThatAreNoObject() {
        failed(send(legacy("ping", "[1]"), NONE), 400, -32602);
        failed(
                send(legacy("tools/call", "{\"name\":\"check_budget\",\"arguments\":[1]}"), NONE),
                200,
                -32602);
    }
}
