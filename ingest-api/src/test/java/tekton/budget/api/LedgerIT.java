package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.named;
import static tekton.budget.api.LedgerApi.position;
import static tekton.budget.api.LedgerApi.refused;
import static tekton.budget.api.LedgerApi.usage;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.Map;

/** Budgets, limits and allocations, the whole way: HTTP, Kafka, both applications, and back. */
class LedgerIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

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

    /** Tekton's user guide limits one provider, and then allocates without naming a model. */
    @Test
    void shouldHoldWhatIsLeftOpenWithinTheScopeOfALimit() throws Exception {
        String budget = api.budget();
        api.policy(
                budget, "hard_limit", "daily", ", \"cost_limit\": 5, \"provider\": \"anthropic\"");

        JsonNode granted = api.granted(budget, "c", 10_000, "");
        assertThat(granted.get("unpriced").booleanValue()).isTrue();
        assertThat(granted.get("estimated_cost").intValue()).isZero();

        JsonNode refused =
                Api.json(api.allocate(budget, "c", 1_000_000, ", \"provider\": \"anthropic\""));
        assertThat(refused.get("code").stringValue()).isEqualTo("insufficient_budget");
        assertThat(refused.get("detail").stringValue())
                .contains("1000000 tokens are held at ", "naming provider and model may hold less");
        api.granted(budget, "c", 1_000_000, ", \"provider\": \"openai\"");
    }

    @Test
    void shouldGrantWhatIsFreeWhenTheMoneyIsGone() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"cost_limit\": 0.075");
        api.granted(budget, "c", 1_000, OPUS);

        assertThat(api.allocate(budget, "c", 1, OPUS).statusCode()).isEqualTo(402);
        api.granted(budget, "c", 1_000, ", \"provider\": \"ollama\", \"model\": \"llama3\"");
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

    /** As Tekton's command line sets a limit of one budget. */
    @Test
    void shouldMoveAPolicyMadeWithoutABudgetToTheOneThatIsMeant() throws Exception {
        String budget = api.budget();
        String policy =
                api.created(
                                "/api/policies",
                                """
                                {"type": "hard_limit", "period": "daily", "cost_limit": 10,
                                 "component": "attached"}\
                                """)
                        .get("policy_id")
                        .stringValue();
        String body = "{\"policies\": [\"%s\"]}".formatted(policy);
        String path = "/api/budgets/" + budget + "/policies";

        JsonNode once = api.put(path, body);
        JsonNode twice = api.put(path, body);

        assertThat(once.get("policies").size()).isEqualTo(20);
        assertThat(twice.get("policies")).isEqualTo(once.get("policies"));
        JsonNode attached =
                api.read("/api/policies?component=attached&budget_id=" + budget)
                        .get("items")
                        .get(0);
        assertThat(attached.get("type").stringValue()).isEqualTo("hard_limit");
        assertThat(attached.get("cost_limit").intValue()).isEqualTo(10);
        assertThat(api.totals("/api/policies?component=attached")).containsExactly(1);
    }

    @Test
    void shouldSummariseAllBudgets() throws Exception {
        String budget = api.budget();
        String position = api.use("sum", 100, 250, ", \"budget_id\": \"%s\"".formatted(budget));

        JsonNode all = api.read("/api/v1/budgets/summary?period=monthly", position);

        assertThat(all.get(0).get("period").stringValue()).isEqualTo("monthly");
        JsonNode last = all.get(all.size() - 1);
        assertThat(last.get("name").stringValue()).isEqualTo("Default Budget weekly");
        assertThat(last.get("cost_limit").intValue()).isEqualTo(25);
        JsonNode used =
                all.values().stream()
                        .filter(one -> one.get("name").stringValue().equals(budget + " daily"))
                        .filter(one -> one.get("limit").intValue() == 5)
                        .findFirst()
                        .orElseThrow();
        assertThat(used.get("total_cost").decimalValue()).isEqualTo("0.02025");
        assertThat(used.get("cost_usage_percentage").decimalValue()).isEqualTo("0.405");
        assertThat(used.get("input_tokens").intValue()).isEqualTo(100);
    }

    /** One rule, the ledger's, whichever way a budget is asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"Mars/Olympus", "+05:17", "UTC-00:00:30"})
    void shouldRefuseAZoneThatIsNotWholeQuartersOfAnHourFromUtc(String zone) throws Exception {
        HttpResponse<String> response =
                api.http.post(
                        "/api/budgets", "{\"name\": \"n\", \"zone\": \"%s\"}".formatted(zone));

        assertThat(refused(400, "invalid_value", response).get("detail").stringValue())
                .isEqualTo(
                        "zone: \"%s\" (expected: a time zone whole quarters of an hour from UTC, such as Asia/Kolkata)"
                                .formatted(zone));
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
}
