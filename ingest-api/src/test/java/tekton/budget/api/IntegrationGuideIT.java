package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.created;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.position;
import static tekton.budget.api.LedgerApi.usage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

/** The integration guide's example, the whole way: HTTP, Kafka, both applications, and back. */
class IntegrationGuideIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

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

    private static Instant time(JsonNode json, String name) {
        return Instant.parse(json.get(name).stringValue());
    }
}
