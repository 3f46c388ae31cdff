package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.atOnce;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.named;
import static tekton.budget.api.LedgerApi.position;
import static tekton.budget.api.LedgerApi.refused;
import static tekton.budget.api.LedgerApi.usage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;

/**
 * What the reference implementation gets wrong about allocations and their usage, and this one does
 * not: a test for each entry of the list of its holes, under the entry's number.
 */
class AllocationHolesIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

    @Test
    void hole06TierAndExpiryOfARequestAreKept() throws Exception {
        String expiry = Instant.now().plusSeconds(7_200).toString().substring(0, 19) + "Z";
        JsonNode granted =
                api.granted(
                        "default",
                        "c",
                        1,
                        OPUS
                                + ", \"tier\": \"local_midweight\", \"expiration_time\": \"%s\""
                                        .formatted(expiry));

        JsonNode read = api.allocation(id(granted));

        assertThat(read.get("tier").stringValue()).isEqualTo("local_midweight");
        assertThat(read.get("expiration_time").stringValue()).isEqualTo(expiry);
    }

    @Test
    void hole07UsageAndReleaseAreCounted() throws Exception {
        String budget = api.budget();
        String allocation = id(api.granted(budget, "c7", 100, ""));
        String position = api.use("c7", 10, 20, named(allocation));

        assertThat(api.release(allocation, position).get("tokens_released").intValue())
                .as("what was reported before has drawn it down")
                .isEqualTo(70);
        assertThat(api.used(allocation)).isEqualTo(30);
        assertThat(api.window(budget, "daily").get("total_tokens_used").intValue()).isEqualTo(30);
    }

    @Test
    void hole08ARefusalIsAnAnswer() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1");

        HttpResponse<String> response = api.allocate(budget, "c", 2, "");

        refused(402, "insufficient_budget", response);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(t -> assertThat(t).startsWith("application/problem+json"));
        assertThat(response.headers().firstValue(LedgerApi.POSITION)).isPresent();
    }

    @Test
    void hole12UsageBelongsToTheBudgetOfItsAllocation() throws Exception {
        String budget = api.budget();
        String allocation = id(api.granted(budget, "c12", 100, ""));

        HttpResponse<String> used =
                api.http.post("/api/usage/record", usage("c12", 10, 20, named(allocation)));

        assertThat(LedgerApi.created(used).get("budget_id").stringValue()).isEqualTo(budget);
        JsonNode total = api.read("/api/totals/budgets/" + budget, LedgerApi.position(used));
        assertThat(total.get("total_tokens").intValue()).isEqualTo(30);
    }

    /** The context alone finds none, and least of all one that has ended. */
    @Test
    void hole13UsageDrawsTheAllocationThatItNamesAndNoOther() throws Exception {
        String budget = api.budget();
        String soon = ", \"expiration_time\": \"%s\"".formatted(Instant.now().plusSeconds(10));
        String expired = id(api.granted(budget, "c13", 100, soon));
        String older = id(api.granted(budget, "c13", 100, ""));
        String newer = id(api.granted(budget, "c13", 100, ""));
        String released = id(api.granted(budget, "c13", 100, ""));
        api.release(released);
        Api.await(() -> api.allocation(expired).get("state").stringValue().equals("expired"));

        String first = api.use("c13", 10, 0, named(newer));
        String unnamed = api.use("c13", 7, 0, ", \"budget_id\": \"%s\"".formatted(budget));
        String late = api.use("c13", 5, 0, named(released));
        String tooLate = api.use("c13", 3, 0, named(expired));

        assertThat(api.used(older, first, unnamed, late, tooLate)).isZero();
        assertThat(api.used(newer)).isEqualTo(10);
        assertThat(api.used(released)).as("a report that the release has overtaken").isEqualTo(5);
        assertThat(api.used(expired)).isEqualTo(3);
        assertThat(api.allocation(expired).get("state").stringValue()).isEqualTo("expired");
        assertThat(api.read("/api/allocations/context/c13").get("allocation_id").stringValue())
                .isEqualTo(older);
        assertThat(api.window(budget, "daily").get("total_tokens_used").intValue()).isEqualTo(25);
    }

    @Test
    void hole14OverUseIsCountedInFull() throws Exception {
        String budget = api.budget();
        String allocation = id(api.granted(budget, "c14", 100, OPUS));

        JsonNode over = api.allocation(allocation, api.use("c14", 100, 250, named(allocation)));

        assertThat(over.get("tokens_used").intValue()).isEqualTo(350);
        assertThat(over.get("input_tokens_used").intValue()).isEqualTo(100);
        assertThat(over.get("remaining_tokens").intValue()).isZero();
        assertThat(over.get("usage_percentage").decimalValue()).isEqualTo("3.5");
        assertThat(over.get("actual_cost").decimalValue()).isEqualTo("0.02025");
        assertThat(over.get("state").stringValue()).isEqualTo("exhausted");
        assertThat(api.window(budget, "daily").get("total_tokens_used").intValue()).isEqualTo(350);
    }

    @Test
    void hole15NoUpdateIsLost() throws Exception {
        String allocation = id(api.granted(api.budget(), "c15", 10_000, ""));

        List<String> positions = atOnce(100, i -> () -> api.use("c15", 1, 2, named(allocation)));

        assertThat(api.used(allocation, positions.toArray(String[]::new))).isEqualTo(300);
    }

    @Test
    void hole16ARepeatedReportIsDrawnOnce() throws Exception {
        String allocation = id(api.granted(api.budget(), "c16", 1_000, ""));
        String once = named(allocation) + ", \"request_id\": \"the-same\"";

        String first = api.use("c16", 1, 2, once);
        String again = api.use("c16", 1, 2, once);

        assertThat(api.used(allocation, first, again)).isEqualTo(3);
    }

    @Test
    void hole26AnAllocationEndsWhenItExpires() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        String soon = ", \"expiration_time\": \"%s\"".formatted(Instant.now().plusSeconds(10));
        String allocation = id(api.granted(budget, "c26", 100, soon));

        Api.await(() -> !api.allocation(allocation).get("is_active").booleanValue());

        assertThat(api.allocation(allocation).get("state").stringValue()).isEqualTo("expired");
        assertThat(api.http.get("/api/allocations/context/c26").statusCode()).isEqualTo(404);
        api.granted(budget, "c26", 100, "");
        refused(
                400,
                "invalid_value",
                api.allocate(budget, "c", 1, ", \"expiration_time\": \"2020-01-01\""));
    }
}
