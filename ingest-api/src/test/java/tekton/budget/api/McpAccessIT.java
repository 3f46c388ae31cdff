package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.api.access.AccessSettings;
import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** With keys: a tool may do what its caller's key may do, and no more. */
class McpAccessIT {

    private static final String INGEST = "bk_ingest_0123456789abcdef0123456789abcdef";
    private static final String READ = "bk_read_0123456789abcdef0123456789abcdef";
    private static final String TEAM = "bk_team_0123456789abcdef0123456789abcdef";

    private static TestBroker broker;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api =
                Api.startGuarded(
                        broker.bootstrapServers(),
                        new FakeMetering(),
                        new AccessSettings(
                                String.join(
                                        ",",
                                        entry("ingest:ingest", INGEST),
                                        entry("read:read", READ),
                                        entry("team:ingest+read@team", TEAM)),
                                null,
                                true,
                                0,
                                0,
                                "none"));
        api.awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
        broker.close();
    }

    private static String entry(String nameAndScopes, String key) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        return nameAndScopes + ':' + HexFormat.of().formatHex(digest);
    }

    private static JsonNode call(String key, String tool, String arguments) throws Exception {
        HttpResponse<String> answer =
                api.post(
                        "/mcp",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
                                .formatted(tool, arguments),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Api.json(answer).get("result");
    }

    private static String record(String budget) {
        return "{\"record_id\":\"r\",\"context_id\":\"c\",\"budget_id\":\"%s\",\"component\":\"k\",\"provider\":\"ollama\",\"model\":\"llama3\",\"input_tokens\":1,\"output_tokens\":1}"
                .formatted(budget);
    }

    private static void allowed(JsonNode result) {
        assertThat(result.get("isError").asBoolean()).as(result.toString()).isFalse();
    }

    private static void refused(JsonNode result) {
        assertThat(result.get("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asString())
                .contains("HTTP 403", "authorization_error")
                .doesNotContain("bk_");
    }

    @Test
    void shouldNeedSomeKey() throws Exception {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        HttpResponse<String> none = api.post("/mcp", ping, "Content-Type", "application/json");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        for (String key : new String[] {INGEST, READ, TEAM}) {
            HttpResponse<String> any =
                    api.post("/mcp", ping, "Content-Type", "application/json", "X-API-Key", key);
            assertThat(any.statusCode()).isEqualTo(200);
            // A client that looks for a stream, or ends a session, is told that there is none.
            for (String method : new String[] {"GET", "DELETE"}) {
                assertThat(
                                api.send(
                                                api.request("/mcp", "X-API-Key", key)
                                                        .method(method, BodyPublishers.noBody()))
                                        .statusCode())
                        .isEqualTo(405);
            }
        }
        assertThat(api.status("DELETE", "/mcp")).isEqualTo(401);
    }

    @Test
    void shouldNeedTheScopeOfWhatAToolAsks() throws Exception {
        allowed(call(INGEST, "record_usage", record("team")));
        refused(call(READ, "record_usage", record("team")));
        refused(call(INGEST, "usage_report", "{}"));
        refused(
                call(
                        READ,
                        "allocate_budget",
                        "{\"request_id\":\"x\",\"context_id\":\"c\",\"component\":\"k\",\"tokens\":1}"));
    }

    @Test
    void shouldKeepAKeyToItsBudget() throws Exception {
        allowed(call(TEAM, "record_usage", record("team")));
        refused(call(TEAM, "record_usage", record("other")));
        refused(call(TEAM, "usage_report", "{}"));
        refused(call(TEAM, "get_usage", "{\"dimension\":\"budget\",\"id\":\"other\"}"));
        refused(call(TEAM, "get_usage", "{\"dimension\":\"context\",\"id\":\"c\"}"));
        refused(call(TEAM, "get_budget_status", "{\"budget_id\":\"other\"}"));
        refused(call(TEAM, "release_allocation", "{\"allocation_id\":\"other.1\"}"));
        refused(call(TEAM, "release_allocation", "{\"allocation_id\":\"team.1/../../other.1\"}"));
        allowed(call(TEAM, "usage_report", "{\"budget_id\":\"team\"}"));
    }

    @Test
    void shouldHoldTektonsToolsToTheSame() throws Exception {
        String[] headers = {"Content-Type", "application/json", "X-API-Key", READ};
        HttpResponse<String> refused =
                api.post(
                        "/api/tools/RecordUsage/execute",
                        "{\"parameters\":%s}".formatted(record("team")),
                        headers);
        assertThat(Api.json(refused).get("success").asBoolean()).isFalse();
        assertThat(Api.json(refused).get("error").asString()).contains("HTTP 403");
        assertThat(
                        api.post("/api/mcp/message", "{}", "Content-Type", "application/json")
                                .statusCode())
                .isEqualTo(401);
        assertThat(api.get("/mcp/tools").statusCode()).isEqualTo(200);
    }
}
