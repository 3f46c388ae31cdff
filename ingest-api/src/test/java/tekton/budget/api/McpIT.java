package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.alerting.consume.Alerting;
import tekton.budget.alerting.consume.AlertingClients;
import tekton.budget.alerting.consume.ProcessingStep;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Every tool, the whole way: the protocol, the own API, Kafka, both applications, and back. */
class McpIT {

    private static final String MODEL =
            "\"provider\":\"anthropic\",\"model\":\"claude-3-opus-20240229\"";

    private static final AtomicInteger COUNT = new AtomicInteger();

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Alerting alerting;
    private static Api api;
    private static final Map<String, JsonNode> OUTPUTS = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        alerting =
                new Alerting(
                        new AlertingClients(
                                KafkaConnection.plain(broker.bootstrapServers()), "mcp"),
                        new Attempts(1, Duration.ofMillis(20)),
                        false,
                        InstantSource.system(),
                        ProcessingStep.UNOBSERVED);
        alerting.start();
        api = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
        Api.await(() -> api.get("/api/alerts").statusCode() == 200);
        for (JsonNode tool : rpc("tools/list", "{}").at("/result/tools")) {
            OUTPUTS.put(tool.get("name").asString(), tool.get("outputSchema"));
        }
    }

    @AfterAll
    static void stop() {
        api.close();
        alerting.close();
        broker.close();
    }

    private static String next(String prefix) {
        return prefix + COUNT.incrementAndGet();
    }

    private static HttpResponse<String> post(String body, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        return api.post("/mcp", body, all);
    }

    private static JsonNode rpc(String method, String params) throws Exception {
        return Api.json(
                post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
                                .formatted(method, params)));
    }

    private static JsonNode call(String tool, String arguments) throws Exception {
        return rpc("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments))
                .get("result");
    }

    /** What a tool answers, which is what its schema promises; once all parts are there. */
    private static JsonNode answer(String tool, String arguments) throws Exception {
        JsonNode[] result = new JsonNode[1];
        Api.await(
                () -> {
                    result[0] = call(tool, arguments);
                    // The stores of a whole application move now and then.
                    return !result[0].at("/content/0/text").asString().contains("(HTTP 50");
                });
        JsonNode answer = result[0].path("structuredContent");
        assertThat(result[0].get("isError").asBoolean()).as(result[0].toString()).isFalse();
        assertThat(
                        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                                .getSchema(OUTPUTS.get(tool))
                                .validate(answer))
                .as(tool + ' ' + answer)
                .isEmpty();
        assertThat(Api.json(result[0].at("/content/0/text").asString())).isEqualTo(answer);
        return answer;
    }

    private static String refusal(String tool, String arguments) throws Exception {
        JsonNode result = call(tool, arguments);
        assertThat(result.get("isError").asBoolean()).as(result.toString()).isTrue();
        assertThat(result.has("structuredContent")).isFalse();
        return result.at("/content/0/text").asString();
    }

    private static void limit(String budget, int tokens) throws Exception {
        HttpResponse<String> made =
                api.post(
                        "/api/budgets",
                        "{\"name\":\"b\",\"budget_id\":\"%s\"}".formatted(budget),
                        "Content-Type",
                        "application/json");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        HttpResponse<String> limited =
                api.post(
                        "/api/policies",
                        "{\"budget_id\":\"%s\",\"type\":\"hard_limit\",\"period\":\"daily\",\"token_limit\":%d}"
                                .formatted(budget, tokens),
                        "Content-Type",
                        "application/json");
        assertThat(limited.statusCode()).as(limited.body()).isEqualTo(201);
    }

    @Test
    void shouldSpendAsAModelWould() throws Exception {
        String budget = next("spend-");
        limit(budget, 2_000);
        String who =
                "\"budget_id\":\"%s\",\"component\":\"agent\",\"context_id\":\"c-%s\",%s"
                        .formatted(budget, budget, MODEL);

        JsonNode check = answer("check_budget", "{%s,\"tokens\":1000}".formatted(who));
        assertThat(check.get("allowed").asBoolean()).isTrue();
        assertThat(check.get("estimated_cost").asString()).isEqualTo("0.06");

        String reserve = "{%s,\"tokens\":1000,\"request_id\":\"r-%s\"}".formatted(who, budget);
        JsonNode grant = answer("allocate_budget", reserve);
        JsonNode again = answer("allocate_budget", reserve);
        assertThat(again.get("allocation_id")).isEqualTo(grant.get("allocation_id"));
        assertThat(grant.get("replayed").asBoolean()).isFalse();
        assertThat(again.get("replayed").asBoolean()).isTrue();

        String record =
                "{%s,\"record_id\":\"u-%s\",\"user_id\":\"user/%s\",\"allocation_id\":%s,\"input_tokens\":100,\"output_tokens\":250}"
                        .formatted(who, budget, budget, grant.get("allocation_id"));
        JsonNode used = answer("record_usage", record);
        assertThat(used.get("total_cost").asString()).isEqualTo("0.02025");
        String after = answer("record_usage", record).get("position").toString();

        JsonNode total =
                answer(
                        "get_usage",
                        "{\"dimension\":\"budget\",\"id\":\"%s\",\"after_position\":%s}"
                                .formatted(budget, after));
        assertThat(total.get("record_count").asInt()).as("counted once").isEqualTo(1);
        assertThat(total.get("total_cost").asString()).isEqualTo("0.02025");

        JsonNode status =
                answer(
                        "get_budget_status",
                        "{\"budget_id\":\"%s\",\"limit\":3,\"after_position\":%s}"
                                .formatted(budget, after));
        assertThat(status.get("limits").size()).isEqualTo(3);
        assertThat(status.get("truncated").asBoolean()).isTrue();
        assertThat(status.get("limits").valueStream())
                .anyMatch(
                        limit ->
                                limit.get("type").asString().equals("hard_limit")
                                        && limit.get("tokens_used").asInt() == 350
                                        && limit.get("token_limit").asInt() == 2_000);

        JsonNode report =
                answer(
                        "usage_report",
                        "{\"group_by\":[\"model\",\"day\"],\"budget_id\":\"%s\",\"after_position\":%s}"
                                .formatted(budget, after));
        assertThat(report.get("rows").get(0).get("total_cost").asString()).isEqualTo("0.02025");
        assertThat(report.get("rows").get(0).get("model").asString())
                .isEqualTo("claude-3-opus-20240229");

        String user = "user/" + budget;
        JsonNode person =
                answer(
                        "get_usage",
                        "{\"dimension\":\"user\",\"id\":\"%s\",\"after_position\":%s}"
                                .formatted(user, after));
        assertThat(person.get("total_tokens").asInt()).isEqualTo(350);
        JsonNode people =
                answer(
                        "usage_report",
                        "{\"group_by\":[\"user\",\"model\"],\"user_id\":\"%s\",\"after_position\":%s}"
                                .formatted(user, after));
        assertThat(people.get("rows").size()).isEqualTo(1);
        assertThat(people.get("rows").get(0).get("user").asString()).isEqualTo(user);
        assertThat(people.get("rows").get(0).get("total_tokens").asInt()).isEqualTo(350);

        String release =
                "{\"allocation_id\":%s,\"after_position\":%s}"
                        .formatted(grant.get("allocation_id"), after);
        assertThat(answer("release_allocation", release).get("tokens_released").asInt())
                .isEqualTo(650);
        assertThat(answer("release_allocation", release).get("tokens_released").asInt()).isZero();
    }

    @Test
    void shouldExplainARefusal() throws Exception {
        String budget = next("refuse-");
        limit(budget, 100);
        String ask =
                "\"budget_id\":\"%s\",\"component\":\"agent\",\"context_id\":\"c\",\"tokens\":101,%s"
                        .formatted(budget, MODEL);

        String refused =
                refusal("allocate_budget", "{%s,\"request_id\":\"r-%s\"}".formatted(ask, budget));
        assertThat(refused)
                .contains("HTTP 402", "insufficient_budget", "leaves 100 tokens", "until 20")
                .contains("Ask for fewer tokens");

        JsonNode explained = answer("explain_refusal", "{%s}".formatted(ask));
        assertThat(explained.get("allowed_now").asBoolean()).isFalse();
        assertThat(explained.get("explanation").asString()).contains("leaves 100 tokens");
        assertThat(explained.at("/blocking/0/left").asString()).isEqualTo("100");
        JsonNode check = answer("check_budget", "{%s}".formatted(ask));
        assertThat(check.get("allowed").asBoolean()).isFalse();
        assertThat(check.get("code").asString()).isEqualTo("insufficient_budget");

        Api.await(
                () ->
                        answer("list_alerts", "{\"budget_id\":\"%s\"}".formatted(budget))
                                        .get("total")
                                        .asInt()
                                > 0);
    }

    @Test
    void shouldTellPrices() throws Exception {
        assertThat(
                        answer(
                                        "estimate_cost",
                                        "{%s,\"input_tokens\":100,\"output_tokens\":250}"
                                                .formatted(MODEL))
                                .get("total_cost")
                                .asString())
                .isEqualTo("0.02025");
        JsonNode price = answer("model_price", "{%s}".formatted(MODEL));
        assertThat(price.get("input_cost_per_token").asString()).isEqualTo("0.000015");
        assertThat(price.at("/rates/output").asString()).isEqualTo("0.000075");
        JsonNode models = answer("recommend_models", "{%s,\"limit\":2}".formatted(MODEL));
        assertThat(models.get("models").size()).isEqualTo(2);
        assertThat(models.get("truncated").asBoolean()).isTrue();
        answer("recommend_models", "{\"max_cost\":\"0.001\"}");
        assertThat(refusal("model_price", "{\"provider\":\"x\",\"model\":\"nobody-has-it\"}"))
                .contains("HTTP 404");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "check_budget | {} | tokens: missing",
                "check_budget | {\"tokens\":1,\"budget_id\":\"nobody-made-it\"} | HTTP 404",
                "allocate_budget | {\"tokens\":1,\"component\":\"c\",\"context_id\":\"c\"} |"
                        + " request_id: missing",
                "allocate_budget | {\"request_id\":\"a"
                    + " b\",\"tokens\":1,\"component\":\"c\",\"context_id\":\"c\"} | fits ^[!-~]+$",
                "get_usage | {\"dimension\":\"context\",\"id\":\"nobody/../used it\"} | HTTP 404",
                "usage_report | {\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}"
                        + " | HTTP 422",
                "release_allocation | {\"allocation_id\":\"../../budgets\"} | HTTP 404",
                "record_usage |"
                    + " {\"record_id\":\"r\",\"component\":\"c\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":1}"
                    + " | context_id: missing",
                "get_usage |"
                    + " {\"dimension\":\"budget\",\"id\":\"default\",\"after_position\":\"nonsense\"}"
                    + " | Budget-Position",
            })
    void shouldRefuseWithASentence(String tool, String arguments, String expected)
            throws Exception {
        assertThat(refusal(tool, arguments)).contains(expected);
    }

    @Test
    void shouldServeRequestsThatStandAlone() throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/call\",\"params\":{\"name\":\"model_price\",\"arguments\":{%s},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}}}"
                        .formatted(MODEL);
        String[] headers = {
            "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", ""
        };
        headers[5] = "model_price";
        JsonNode served = Api.json(post(body, headers));
        assertThat(served.at("/result/resultType").asString()).isEqualTo("complete");
        assertThat(served.get("id").asString()).isEqualTo("x");
        headers[5] = "get_usage";
        HttpResponse<String> mismatch = post(body, headers);
        assertThat(mismatch.statusCode()).isEqualTo(400);
        assertThat(mismatch.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(Api.json(mismatch).at("/error/code").asInt()).isEqualTo(-32020);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "PUT"})
    void shouldServeNothingButPosts(String method) throws Exception {
        HttpResponse<String> answer =
                api.send(api.request("/mcp").method(method, BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void shouldRefuseHostileBodiesInTheProtocolsWords() throws Exception {
        HttpResponse<String> huge = post("{\"a\":\"" + "x".repeat(70_000) + "\"}");
        assertThat(huge.statusCode()).isEqualTo(413);
        assertThat(Api.json(huge).at("/error/code").asInt()).isEqualTo(-32600);
        HttpResponse<String> typed = api.post("/mcp", "{}", "Content-Type", "text/plain");
        assertThat(typed.statusCode()).isEqualTo(415);
        assertThat(Api.json(typed).at("/error/code").asInt()).isEqualTo(-32600);
        HttpResponse<String> deep = post("[".repeat(30_000));
        assertThat(deep.statusCode()).isEqualTo(400);
        assertThat(Api.json(deep).at("/error/code").asInt()).isEqualTo(-32700);
        HttpResponse<String> page =
                post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
                        "Origin",
                        "http://evil.example");
        assertThat(page.statusCode()).isEqualTo(403);
        HttpResponse<String> notification =
                post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        assertThat(notification.statusCode()).isEqualTo(202);
        assertThat(notification.body()).isEmpty();
    }

    private static JsonNode tekton(String path, String body) throws Exception {
        JsonNode[] answer = new JsonNode[1];
        Api.await(
                () -> {
                    HttpResponse<String> response =
                            api.post(path, body, "Content-Type", "application/json");
                    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                    answer[0] = Api.json(response);
                    return !response.body().contains("(HTTP 50");
                });
        return answer[0];
    }

    private static JsonNode message(String type, String payload) throws Exception {
        JsonNode answer =
                tekton(
                        "/api/v1/mcp/message",
                        "{\"message_id\":\"%s\",\"sender\":\"apollo\",\"message_type\":\"budget.%s\",\"payload\":%s}"
                                .formatted(next("m-"), type, payload));
        assertThat(answer.get("status").asString()).as(answer.toString()).isEqualTo("success");
        assertThat(answer.get("sender").asString()).isEqualTo("budget");
        assertThat(answer.get("request_id").asString()).startsWith("m-");
        return answer;
    }

    @Test
    void shouldAnswerTektonsMessages() throws Exception {
        JsonNode grant =
                message(
                        "allocate_tokens",
                        "{\"context_id\":\"t-1\",\"amount\":1000,\"tier\":\"heavyweight\",%s}"
                                .formatted(MODEL));
        assertThat(grant.get("message_type").asString()).isEqualTo("budget.allocation_response");
        assertThat(grant.at("/payload/amount").asInt()).isEqualTo(1_000);
        assertThat(grant.at("/payload/tier").asString()).isEqualTo("heavyweight");
        JsonNode used =
                message(
                        "record_usage",
                        "{\"context_id\":\"t-1\",\"input_tokens\":100,\"output_tokens\":250,\"allocation_id\":%s,%s}"
                                .formatted(grant.at("/payload/allocation_id"), MODEL));
        assertThat(used.at("/payload/recorded_tokens").asInt()).isEqualTo(350);
        assertThat(used.at("/payload/remaining").asInt()).isEqualTo(650);
        JsonNode check =
                message(
                        "check_budget",
                        "{\"input_text\":\"What is a token?\",%s}".formatted(MODEL));
        assertThat(check.at("/payload/allowed").asBoolean()).isTrue();
        assertThat(check.at("/payload/info/cost_estimate/input_tokens").asInt()).isEqualTo(4);
        JsonNode status = message("get_budget_status", "{\"period\":\"daily\"}");
        assertThat(status.at("/payload/tiers/heavyweight/limit").isNumber()).isTrue();
        JsonNode models =
                message("get_model_recommendations", "{\"context_size\":1000,%s}".formatted(MODEL));
        assertThat(models.at("/payload/recommendations").isEmpty()).isFalse();
        JsonNode route =
                message(
                        "route_with_budget_awareness",
                        "{\"input_text\":\"x\",\"default_provider\":\"anthropic\",\"default_model\":\"claude-3-opus-20240229\"}");
        assertThat(route.at("/payload/is_downgraded").asBoolean()).isFalse();
        JsonNode sums = message("get_usage_analytics", "{\"period\":\"daily\"}");
        assertThat(sums.at("/payload/providers").has("anthropic")).isTrue();

        JsonNode unknown =
                tekton(
                        "/api/mcp/message",
                        "{\"sender\":\"x\",\"message_type\":\"budget.drop_all\",\"payload\":{}}");
        assertThat(unknown.get("message_type").asString()).isEqualTo("budget.error");
        assertThat(unknown.get("status").asString()).isEqualTo("error");
    }

    @Test
    void shouldRouteToACheaperModelWhatTheBudgetDoesNotAllow() throws Exception {
        String budget = next("route-");
        limit(budget, 10);
        JsonNode answer =
                tekton(
                        "/api/tools/budget.RouteWithBudgetAwareness/execute",
                        "{\"parameters\":{\"budget_id\":\"%s\",\"input_text\":\"%s\",\"default_provider\":\"anthropic\",\"default_model\":\"claude-3-opus-20240229\"}}"
                                .formatted(budget, "long ".repeat(20)));
        JsonNode route = answer.get("result");
        assertThat(route.get("is_downgraded").asBoolean()).isTrue();
        assertThat(route.get("model").asString()).isNotEqualTo("claude-3-opus-20240229");
        assertThat(route.get("original_model").asString()).isEqualTo("claude-3-opus-20240229");
        assertThat(route.get("warnings").get(0).asString()).contains("leaves 10");
    }

    @Test
    void shouldTellAnalyticsAsTheyWent() throws Exception {
        String context = next("series-");
        String after = "";
        for (int i = 0; i < 10; i++) {
            after =
                    answer(
                                    "record_usage",
                                    "{\"record_id\":\"%d\",\"context_id\":\"%s\",\"component\":\"%s\",\"input_tokens\":1,\"output_tokens\":1,%s}"
                                            .formatted(i, context, context, MODEL))
                            .get("position")
                            .toString();
        }
        answer(
                "get_usage",
                "{\"dimension\":\"component\",\"id\":\"%s\",\"after_position\":%s}"
                        .formatted(context, after));
        JsonNode sums =
                tekton(
                                "/mcp/tools/GetUsageAnalytics/execute",
                                "{\"parameters\":{\"component\":\"%s\"}}".formatted(context))
                        .get("result");
        assertThat(sums.get("record_count").asInt()).isEqualTo(10);
        assertThat(sums.at("/time_series/counts").valueStream().mapToInt(JsonNode::asInt).sum())
                .isEqualTo(10);
    }

    @Test
    void shouldListAndExecuteTektonsTools() throws Exception {
        for (String path :
                new String[] {
                    "/mcp/tools", "/api/mcp/tools", "/api/mcp/v2/tools", "/api/v1/mcp/v2/tools"
                }) {
            JsonNode list = Api.json(api.get(path));
            assertThat(list.get("count").asInt()).isEqualTo(7);
            assertThat(list.get("tools").valueStream().map(each -> each.get("name").asString()))
                    .contains("AllocateBudget", "GetUsageAnalytics");
            for (JsonNode tool : list.get("tools")) {
                // Each is somebody's to execute, and says by which message it goes as well.
                HttpResponse<String> executed =
                        api.post(
                                tool.get("endpoint").asString(),
                                "{}",
                                "Content-Type",
                                "application/json");
                assertThat(executed.statusCode()).isEqualTo(200);
                JsonNode answered =
                        tekton(
                                "/api/mcp/message",
                                "{\"sender\":\"x\",\"message_type\":%s}"
                                        .formatted(tool.at("/metadata/message_type")));
                assertThat(answered.get("message_type"))
                        .isEqualTo(tool.at("/metadata/response_type"));
            }
        }
        JsonNode run =
                tekton(
                        "/api/mcp/process",
                        "{\"tool\":\"budget_CheckBudget\",\"parameters\":{\"input_text\":\"x\",%s}}"
                                .formatted(MODEL));
        assertThat(run.get("success").asBoolean()).isTrue();
        assertThat(run.get("status").asString()).isEqualTo("success");
        JsonNode wrong = tekton("/api/mcp/process", "{\"tool_name\":\"Nothing\"}");
        assertThat(wrong.get("success").asBoolean()).isFalse();
        assertThat(wrong.get("error").asString()).contains("Nothing");
        HttpResponse<String> none =
                api.post(
                        "/api/tools/budget.Nothing/execute",
                        "{}",
                        "Content-Type",
                        "application/json");
        assertThat(none.statusCode()).isEqualTo(404);
        JsonNode refused =
                tekton(
                        "/api/tools/AllocateBudget/execute",
                        "{\"parameters\":{\"amount\":-1,\"component\":\"x\"}}");
        assertThat(refused.get("success").asBoolean()).isFalse();
        assertThat(refused.get("error").asString()).contains("tokens_allocated");
    }
}
