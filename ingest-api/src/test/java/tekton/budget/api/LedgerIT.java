package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.created;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.position;
import static tekton.budget.api.LedgerApi.refused;
import static tekton.budget.api.LedgerApi.usage;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Budgets, limits and allocations, the whole way: HTTP, Kafka, both applications, and back. */
class LedgerIT {

    private static final String KEY = "Idempotency-Key";

    @TempDir private static Path data;

    private static LedgerApi api;

    @BeforeAll
    static void start() throws Exception {
        api = LedgerApi.start(data);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /** The integration guide's example, its requests as the guide's Python sends them. */
    @Test
    void shouldRunTheIntegrationGuide() throws Exception {
        HttpResponse<String> allocated =
                api.http.post(
                        "/api/allocations",
                        """
                        {"context_id": "my-context-123", "component": "my-component",
                         "tokens_allocated": 1000, "tier": "REMOTE_HEAVYWEIGHT",
                         "provider": "anthropic", "model": "claude-3-opus-20240229"}\
                        """,
                        "Content-Type",
                        "application/json");
        JsonNode allocation = created(allocated);
        assertThat(allocation.get("tier").stringValue()).isEqualTo("remote_heavyweight");
        assertThat(allocation.get("estimated_cost").decimalValue()).isEqualTo("0.06");
        assertThat(allocation.get("remaining_tokens").intValue()).isEqualTo(1_000);
        assertThat(allocation.get("priority").intValue()).isEqualTo(5);
        assertThat(allocation.get("task_type").stringValue()).isEqualTo("default");
        assertThat(time(allocation, "expiration_time"))
                .isEqualTo(time(allocation, "creation_time").plus(Duration.ofHours(24)));

        HttpResponse<String> used =
                api.http.post(
                        "/api/usage/record",
                        """
                        {"context_id": "my-context-123", "allocation_id": "%s",
                         "component": "my-component", "provider": "anthropic",
                         "model": "claude-3-opus-20240229", "input_tokens": 100,
                         "output_tokens": 250}\
                        """
                                .formatted(id(allocation)));
        JsonNode usage = created(used);
        assertThat(usage.get("input_cost").decimalValue()).isEqualTo("0.0015");
        assertThat(usage.get("output_cost").decimalValue()).isEqualTo("0.01875");
        assertThat(usage.get("total_cost").decimalValue()).isEqualTo("0.02025");

        JsonNode after = api.allocation(id(allocation), position(used));
        assertThat(after.get("tokens_used").intValue()).isEqualTo(350);
        assertThat(after.get("input_tokens_used").intValue()).isEqualTo(100);
        assertThat(after.get("output_tokens_used").intValue()).isEqualTo(250);
        assertThat(after.get("remaining_tokens").intValue()).isEqualTo(650);
        assertThat(after.get("usage_percentage").decimalValue()).isEqualTo("0.35");
        assertThat(after.get("actual_cost").decimalValue()).isEqualTo("0.02025");
        assertThat(after.get("is_active").booleanValue()).isTrue();
    }

    /** The same through the other prefix, in lower case, in camelCase, with a task type. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'context_id':'v','component':'c','tokens_allocated':1000,"
                        + "'tier':'remote_heavyweight','task_type':'chat'",
                "{'contextId':'v','component':'c','tokensAllocated':1000,'tier':'Heavyweight',"
                        + "'taskType':'chat'",
            })
    void shouldRunTheIntegrationGuideInEverySpelling(String body) throws Exception {
        JsonNode allocation =
                api.created("/api/v1/allocations", body.replace('\'', '"') + OPUS + "}");

        assertThat(allocation.get("tier").stringValue()).isEqualTo("remote_heavyweight");
        assertThat(allocation.get("task_type").stringValue()).isEqualTo("chat");
        assertThat(allocation.get("estimated_cost").decimalValue()).isEqualTo("0.06");
        JsonNode found = api.read("/api/v1/allocations/context/v");
        assertThat(found.get("context_id").stringValue()).isEqualTo("v");
        api.release(id(allocation));
    }

    @Test
    void shouldHaveADefaultBudgetFromTheStart() throws Exception {
        JsonNode budget = api.read("/api/budgets/default");

        assertThat(budget.get("is_active").booleanValue()).isTrue();
        assertThat(budget.get("policies").size()).isEqualTo(19);
        assertThat(budget.get("policies").get(0).stringValue()).isEqualTo("default.default-01");
    }

    @Test
    void shouldRefuseWhatAHardLimitDoesNotLeave() throws Exception {
        String budget = api.budget();
        String policy = api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1000");
        api.granted(budget, "c", 900, "");

        JsonNode problem = refused(402, "insufficient_budget", api.allocate(budget, "c", 101, ""));
        assertThat(problem.get("policy_id").stringValue()).isEqualTo(policy);
        assertThat(problem.get("limit").intValue()).isEqualTo(1_000);
        assertThat(problem.get("used").intValue()).isZero();
        assertThat(problem.get("reserved").intValue()).isEqualTo(900);
        assertThat(problem.get("asked").intValue()).isEqualTo(101);
        assertThat(problem.get("left").intValue()).isEqualTo(100);

        api.granted(budget, "c", 100, "");
    }

    @Test
    void shouldLetPriorityTenPassAndRecordIt() throws Exception {
        String budget = api.budget();
        String policy = api.policy(budget, "hard_limit", "monthly", ", \"token_limit\": 10");

        JsonNode granted = api.granted(budget, "c", 11, ", \"priority\": 10");

        assertThat(granted.get("override").booleanValue()).isTrue();
        assertThat(granted.get("overridden").get(0).get("policy_id").stringValue())
                .isEqualTo(policy);
        refused(402, "insufficient_budget", api.allocate(budget, "c", 1, ", \"priority\": 9"));
    }

    @Test
    void shouldAnswerARepeatWithTheFirstDecision() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        HttpResponse<String> first = api.allocate(budget, "c", 60, "", KEY, "same");
        HttpResponse<String> again = api.allocate(budget, "c", 60, "", KEY, "same");

        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        refused(409, "idempotency_conflict", api.allocate(budget, "c", 61, "", KEY, "same"));

        refused(402, "insufficient_budget", api.allocate(budget, "c", 60, "", KEY, "refused"));
        api.release(id(created(first)));
        refused(402, "insufficient_budget", api.allocate(budget, "c", 60, "", KEY, "refused"));
        api.granted(budget, "c", 60, "");
    }

    @Test
    void shouldMakeABudgetOncePerKey() throws Exception {
        String body = "{\"name\": \"once\"}";
        HttpResponse<String> first = api.http.post("/api/budgets", body, KEY, "budget-once");
        HttpResponse<String> again = api.http.post("/api/v1/budgets", body, KEY, "budget-once");

        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(api.totals("/api/budgets?name=once")).containsExactly(1);
        String taken = "{\"name\": \"n\", \"budget_id\": \"default\"}";
        refused(409, "resource_exists", api.http.post("/api/budgets", taken));
    }

    @Test
    void shouldReturnWhatIsReleasedOnce() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1000");
        String allocation = id(api.granted(budget, "c/1", 1_000, OPUS));
        String position =
                api.use("c/1", 100, 250, ", \"allocation_id\": \"%s\"".formatted(allocation));
        api.allocation(allocation, position);

        JsonNode released = api.release(allocation);
        assertThat(released.get("allocation_id").stringValue()).isEqualTo(allocation);
        assertThat(released.get("tokens_released").intValue()).isEqualTo(650);
        assertThat(api.release(allocation).get("tokens_released").intValue()).isZero();

        JsonNode ended = api.allocation(allocation);
        assertThat(ended.get("is_active").booleanValue()).isFalse();
        assertThat(ended.get("state").stringValue()).isEqualTo("released");
        assertThat(ended.get("remaining_tokens").intValue()).isZero();
        refused(402, "insufficient_budget", api.allocate(budget, "c", 651, ""));
        api.granted(budget, "c", 650, "");
        refused(
                404,
                "resource_not_found",
                api.http.post("/api/allocations/" + budget + ".none/release", ""));
    }

    @Test
    void shouldWarnAndNameCheaperModelsAtASoftLimit() throws Exception {
        String budget = api.budget();
        String policy = api.policy(budget, "downgrade", "daily", ", \"token_limit\": 1000");
        assertThat(api.granted(budget, "c", 700, OPUS).get("warnings").size()).isZero();

        JsonNode granted = api.granted(budget, "c", 600, OPUS);

        JsonNode warning = granted.get("warnings").get(0);
        assertThat(warning.get("policy_id").stringValue()).isEqualTo(policy);
        assertThat(warning.get("type").stringValue()).isEqualTo("soft_limit");
        assertThat(warning.get("level").stringValue()).isEqualTo("exceeded");
        assertThat(warning.get("reserved").intValue()).isEqualTo(700);
        assertThat(granted.get("alternatives").size()).isEqualTo(5);
        BigDecimal estimate = granted.get("estimated_cost").decimalValue();
        for (JsonNode cheaper : granted.get("alternatives").values()) {
            assertThat(cheaper.get("estimated_cost").decimalValue()).isLessThan(estimate);
        }
    }

    @Test
    void shouldCheckWithTheSameRulesAndReserveNothing() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");

        for (int i = 0; i < 3; i++) {
            JsonNode fits =
                    Api.json(api.http.post("/api/check", LedgerApi.body(budget, "c", 100, OPUS)));
            assertThat(fits.get("allowed").booleanValue()).isTrue();
            assertThat(fits.get("advisory").booleanValue()).isTrue();
            assertThat(fits.get("estimated_cost").decimalValue()).isEqualTo("0.006");
        }
        JsonNode refused =
                Api.json(api.http.post("/api/check", LedgerApi.body(budget, "c", 101, "")));
        assertThat(refused.get("allowed").booleanValue()).isFalse();
        assertThat(refused.get("code").stringValue()).isEqualTo("insufficient_budget");
        assertThat(refused.get("blocking").get(0).get("left").intValue()).isEqualTo(100);
        api.granted(budget, "c", 100, "");
    }

    /** Over REST, in a batch, and straight to Kafka; with the context named and without. */
    @Test
    void shouldDrawAnAllocationDownWhicheverWayUsageComesIn() throws Exception {
        String allocation = id(api.granted("default", "draw/1", 1_000, OPUS));
        String named = ", \"allocation_id\": \"%s\"".formatted(allocation);

        String alone = usage("", 1, 2, named).replace("\"context_id\": \"\",", "");
        String rest = position(api.http.post("/api/usage/record", alone));
        String array = "[%s, %s]".formatted(usage("draw/1", 10, 20, named), alone);
        String batch = position(api.http.post("/api/usage/batch", array));
        String direct =
                direct("draw/1", usage("draw/1", 100, 200, named + ", \"record_id\": \"d-1\""));

        JsonNode after = api.allocation(allocation, rest, batch, direct);
        assertThat(after.get("input_tokens_used").intValue()).isEqualTo(112);
        assertThat(after.get("output_tokens_used").intValue()).isEqualTo(224);
        assertThat(after.get("remaining_tokens").intValue()).isEqualTo(664);
    }

    @Test
    void shouldCountUsageWithoutAnAllocationAgainstItsBudget() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1000");
        String position = api.use("c", 400, 500, ", \"budget_id\": \"%s\"".formatted(budget));
        api.read("/api/budgets/" + budget, position);

        JsonNode problem = refused(402, "insufficient_budget", api.allocate(budget, "c", 101, ""));

        assertThat(problem.get("used").intValue()).isEqualTo(900);
    }

    @Test
    void shouldKeepTheOldestOpenAllocationOfAContextInReach() throws Exception {
        String budget = api.budget();
        String first = id(api.granted(budget, "ctx/of/two", 10, ""));
        String second = id(api.granted(budget, "ctx/of/two", 10, ""));
        String path = "/api/allocations/context/ctx/of/two";

        assertThat(id(api.read(path))).isEqualTo(first);
        api.release(first);
        assertThat(id(api.read("/api/allocations/context/ctx%2Fof%2Ftwo"))).isEqualTo(second);
        api.release(second);
        assertThat(api.http.get(path).statusCode()).isEqualTo(404);
    }

    private static String direct(String contextId, String value) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", api.broker.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            RecordMetadata written =
                    producer.send(
                                    new ProducerRecord<>(
                                            Topics.USAGE_REPORTED.name(), contextId, value))
                            .get();
            return Positions.of(written.partition(), written.offset()).toString();
        }
    }

    private static Instant time(JsonNode json, String name) {
        return Instant.parse(json.get(name).stringValue());
    }
}
