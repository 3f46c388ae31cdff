package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.refused;
import static tekton.budget.api.LedgerApi.usage;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the reference implementation gets wrong, and this one does not: one test for each entry of
 * the list of its holes that concerns budgets, policies and allocations, under the entry's number.
 */
class LedgerHolesIT {

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

    @Test
    void hole03MetadataIsKept() throws Exception {
        String metadata = ", \"metadata\": {\"team\": \"a\", \"n\": [1.50, {\"deep\": null}]}";
        String expected = "{\"team\":\"a\",\"n\":[1.50,{\"deep\":null}]}";
        String budget = api.budget(metadata);
        String policy = api.policy(budget, "warn", "daily", ", \"token_limit\": 1" + metadata);
        String allocation = id(api.granted(budget, "c", 1, metadata));

        for (String path :
                List.of(
                        "/api/budgets/" + budget,
                        "/api/policies/" + policy,
                        "/api/allocations/" + allocation)) {
            assertThat(api.read(path).get("metadata").toString()).as(path).isEqualTo(expected);
        }
    }

    @Test
    void hole04APolicyBelongsToItsBudget() throws Exception {
        String budget = api.budget();
        String policy = api.policy(budget, "warn", "per_task", ", \"token_limit\": 5");

        assertThat(api.read("/api/policies/" + policy).get("budget_id").stringValue())
                .isEqualTo(budget);
        assertThat(
                        api.totals(
                                "/api/policies?budget_id=" + budget,
                                "/api/policies?period=per_task&budget_id=" + budget,
                                "/api/policies?period=per_task&budget_id=default"))
                .containsExactly(20, 1, 0);
    }

    @Test
    void hole05ABudgetKnowsItsPolicies() throws Exception {
        String budget = api.budget();
        String policy = api.policy(budget, "warn", "per_task", ", \"cost_limit\": 5");

        JsonNode policies = api.read("/api/budgets/" + budget).get("policies");

        assertThat(policies.size()).isEqualTo(20);
        assertThat(policies.toString()).contains("\"" + policy + "\"");
        assertThat(api.totals("/api/budgets/" + budget + "/policies")).containsExactly(20);
    }

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

        assertThat(api.allocation(allocation, position).get("tokens_used").intValue())
                .isEqualTo(30);
        assertThat(api.release(allocation).get("tokens_released").intValue()).isEqualTo(70);
        assertThat(window(budget, "daily", position).get("total_tokens_used").intValue())
                .isEqualTo(30);
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
    void hole09CallersAtTheSameTimeDoNotBothPass() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1000");

        List<Integer> statuses =
                atOnce(40, i -> () -> api.allocate(budget, "c" + i, 99, "").statusCode());

        assertThat(statuses.stream().filter(s -> s == 201)).hasSize(10);
        assertThat(statuses.stream().filter(s -> s == 402)).hasSize(30);
    }

    @Test
    void hole10OpenAllocationsAreReserved() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "monthly", ", \"token_limit\": 100");
        String open = id(api.granted(budget, "c", 60, ""));

        JsonNode problem = refused(402, "insufficient_budget", api.allocate(budget, "c", 50, ""));
        assertThat(problem.get("reserved").intValue()).isEqualTo(60);
        assertThat(problem.get("used").intValue()).isZero();

        api.release(open);
        api.granted(budget, "c", 50, "");
    }

    @Test
    void hole11AnAbsentScopeMeansAnyWhenCheckedAndItselfWhenPut() throws Exception {
        String budget = api.budget();
        String general = api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        String scoped =
                api.policy(
                        budget,
                        "hard_limit",
                        "daily",
                        ", \"token_limit\": 10, \"component\": \"other\"");
        assertThat(scoped).isNotEqualTo(general);
        refused(
                402,
                "insufficient_budget",
                api.allocate(budget, "c", 101, OPUS + ", \"task_type\": \"chat\""));

        String again = api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 200");

        assertThat(again).isEqualTo(general);
        api.granted(budget, "c", 101, "");
        assertThat(api.read("/api/policies/" + scoped).get("token_limit").intValue()).isEqualTo(10);
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

    @Test
    void hole13UsageDrawsTheAllocationThatItNamesAndNoOther() throws Exception {
        String budget = api.budget();
        String older = id(api.granted(budget, "c13", 100, ""));
        String newer = id(api.granted(budget, "c13", 100, ""));
        String ended = id(api.granted(budget, "c13", 100, ""));
        api.release(ended);

        String first = api.use("c13", 10, 0, named(newer));
        String unnamed = api.use("c13", 7, 0, ", \"budget_id\": \"%s\"".formatted(budget));
        String late = api.use("c13", 5, 0, named(ended));

        assertThat(used(older, first, unnamed, late)).isZero();
        assertThat(used(newer)).isEqualTo(10);
        assertThat(used(ended)).isZero();
        assertThat(window(budget, "daily").get("total_tokens_used").intValue()).isEqualTo(22);
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
        assertThat(window(budget, "daily").get("total_tokens_used").intValue()).isEqualTo(350);
    }

    @Test
    void hole15NoUpdateIsLost() throws Exception {
        String allocation = id(api.granted(api.budget(), "c15", 10_000, ""));

        List<String> positions = atOnce(100, i -> () -> api.use("c15", 1, 2, named(allocation)));

        assertThat(used(allocation, positions.toArray(String[]::new))).isEqualTo(300);
    }

    @Test
    void hole16ARepeatedReportIsDrawnOnce() throws Exception {
        String allocation = id(api.granted(api.budget(), "c16", 1_000, ""));
        String once = named(allocation) + ", \"request_id\": \"the-same\"";

        String first = api.use("c16", 1, 2, once);
        String again = api.use("c16", 1, 2, once);

        assertThat(used(allocation, first, again)).isEqualTo(3);
    }

    @Test
    void hole18AnUnknownPriceIsNotFree() throws Exception {
        String budget = api.budget();
        String unheardOf = ", \"provider\": \"p\", \"model\": \"unheard-of\"";
        JsonNode granted = api.granted(budget, "c", 1, unheardOf);
        assertThat(granted.get("unpriced").booleanValue()).isTrue();
        assertThat(granted.get("estimated_cost").intValue()).isZero();
        String policy = api.policy(budget, "hard_limit", "daily", ", \"cost_limit\": 100");

        JsonNode problem = refused(402, "price_unknown", api.allocate(budget, "c", 1, unheardOf));

        assertThat(problem.get("policy_id").stringValue()).isEqualTo(policy);
        refused(402, "price_unknown", api.allocate(budget, "c", 1, ""));
        api.granted(budget, "c", 1, OPUS);
    }

    @Test
    void hole19ALimitOfZeroIsALimit() throws Exception {
        String tokens = api.budget();
        api.policy(tokens, "hard_limit", "daily", ", \"token_limit\": 0");
        refused(402, "insufficient_budget", api.allocate(tokens, "c", 1, OPUS));

        String cost = api.budget();
        api.policy(cost, "hard_limit", "daily", ", \"cost_limit\": 0");
        JsonNode problem = refused(402, "insufficient_budget", api.allocate(cost, "c", 1, OPUS));
        assertThat(problem.get("measure").stringValue()).isEqualTo("cost");
        assertThat(problem.get("asked").decimalValue()).isEqualTo("0.000075");
        api.granted(cost, "c", 1, ", \"provider\": \"ollama\", \"model\": \"llama3\"");
    }

    @Test
    void hole20ASummaryCountsItsPolicysScopeOnly() throws Exception {
        String budget = api.budget();
        String own = ", \"budget_id\": \"%s\"".formatted(budget);
        String heavy = api.use("c20", 10, 20, own);
        String light = api.use("c20", 1, 2, own + ", \"tier\": \"local_lightweight\"");

        JsonNode summary =
                api.read("/api/budgets/" + budget + "/summary?period=weekly", heavy, light);

        assertThat(usedBy(summary, "local_lightweight")).isEqualTo(3);
        assertThat(usedBy(summary, "local_midweight")).isZero();
        assertThat(usedBy(summary, "remote_heavyweight")).isEqualTo(30);
        assertThat(usedBy(summary, null)).isEqualTo(33);
    }

    @Test
    void hole23FiltersComeBeforePagingAndFindWhatIsSwitchedOff() throws Exception {
        String owner = ", \"owner\": \"hole23\"";
        String first = api.budget(owner);
        api.budget(owner);
        api.budget(owner);
        api.delete("/api/budgets/" + first);
        String disabled =
                api.policy(first, "warn", "per_task", ", \"token_limit\": 1, \"provider\": \"x\"");
        api.delete("/api/policies/" + disabled);
        api.release(id(api.granted("default", "c23", 1, "")));

        JsonNode page = api.read("/api/budgets?owner=hole23&limit=1&page=2");
        assertThat(page.get("total").intValue()).isEqualTo(3);
        assertThat(page.get("items").size()).isEqualTo(1);
        assertThat(
                        api.totals(
                                "/api/budgets?owner=hole23&is_active=false",
                                "/api/policies?provider=x&enabled=false",
                                "/api/policies?provider=x&enabled=true",
                                "/api/allocations?context_id=c23",
                                "/api/allocations?context_id=c23&is_active=false",
                                "/api/allocations?context_id=c23&is_active=true"))
                .containsExactly(1, 1, 0, 1, 1, 0);
        assertThat(api.read("/api/budgets?owner=hole23").get("items").get(2).get("budget_id"))
                .as("what is not active comes last")
                .hasToString("\"" + first + "\"");
    }

    @Test
    void hole24ThresholdsHoldAndLimitsCanBeCleared() throws Exception {
        String budget = api.budget();
        String early =
                ", \"token_limit\": 100, \"cost_limit\": 5, \"warning_threshold\": 0.1,"
                        + " \"action_threshold\": 50";
        String policy = api.policy(budget, "warn", "daily", early);
        JsonNode warnings = api.granted(budget, "c", 10, OPUS).get("warnings");
        assertThat(warnings.get(0).get("policy_id").stringValue()).isEqualTo(policy);
        assertThat(warnings.get(0).get("level").stringValue()).isEqualTo("warning");
        JsonNode stored = api.read("/api/policies/" + policy);
        assertThat(stored.get("warning_threshold").decimalValue()).isEqualTo("0.1");
        assertThat(stored.get("action_threshold").decimalValue()).isEqualTo("0.5");

        JsonNode kept = api.put("/api/policies/" + policy, "{\"token_limit\": null}");
        assertThat(kept.get("token_limit").intValue()).isEqualTo(100);
        api.policy(budget, "warn", "daily", ", \"cost_limit\": 6");
        assertThat(api.read("/api/policies/" + policy).get("token_limit").isNull()).isTrue();

        for (String wrong :
                List.of(
                        ", \"token_limit\": -1",
                        ", \"token_limit\": 1, \"warning_threshold\": 0",
                        ", \"token_limit\": 1, \"warning_threshold\": 101")) {
            String body = "{\"type\": \"warn\", \"period\": \"daily\"%s}".formatted(wrong);
            refused(422, "invalid_request", api.http.post("/api/policies", body));
        }
    }

    @Test
    void hole25LimitsOfSessionsAndTasksAreEvaluated() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "per_task", ", \"token_limit\": 100");
        api.policy(budget, "hard_limit", "per_session", ", \"token_limit\": 150");

        refused(402, "insufficient_budget", api.allocate(budget, "s1", 101, ""));
        api.granted(budget, "s1", 100, "");
        refused(402, "insufficient_budget", api.allocate(budget, "s1", 51, ""));
        api.granted(budget, "s1", 50, "");
        api.granted(budget, "s2", 100, "");
    }

    @Test
    void hole26AnAllocationEndsWhenItExpires() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        String soon = ", \"expiration_time\": \"%s\"".formatted(Instant.now().plusSeconds(6));
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

    @Test
    void hole27ADatedModelHasTheTierOfItsFamily() throws Exception {
        String dated = ", \"provider\": \"anthropic\", \"model\": \"claude-3-haiku-20240307\"";

        JsonNode granted = api.granted("default", "c27", 1, dated);

        assertThat(granted.get("tier").stringValue()).isEqualTo("local_midweight");
    }

    @Test
    void hole28WindowsBeginInTheBudgetsZoneAndTimesNameTheirs() throws Exception {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        String budget = api.budget(", \"zone\": \"Europe/Berlin\"");
        LocalDate before = LocalDate.now(berlin);
        JsonNode day = window(budget, "daily");
        LocalDate after = LocalDate.now(berlin);

        String start = day.get("start_time").stringValue();
        assertThat(start).endsWith("Z");
        ZonedDateTime midnight = Instant.parse(start).atZone(berlin);
        assertThat(midnight).isEqualTo(midnight.toLocalDate().atStartOfDay(berlin));
        assertThat(midnight.toLocalDate()).isBetween(before, after);
        JsonNode made = api.read("/api/budgets/" + budget);
        assertThat(made.get("zone").stringValue()).isEqualTo("Europe/Berlin");
        assertThat(made.get("created_at").stringValue()).endsWith("Z");
    }

    @Test
    void hole29ADeactivatedBudgetHoldsNothingAndGrantsNothing() throws Exception {
        String budget = api.budget();
        String allocation = id(api.granted(budget, "c29", 100, ""));

        JsonNode answer = api.delete("/api/budgets/" + budget);

        assertThat(answer.get("message").stringValue()).contains(budget);
        assertThat(answer.get("budget_id").stringValue()).isEqualTo(budget);
        assertThat(api.read("/api/budgets/" + budget).get("is_active").booleanValue()).isFalse();
        assertThat(api.allocation(allocation).get("is_active").booleanValue()).isFalse();
        refused(409, "budget_inactive", api.allocate(budget, "c29", 1, ""));
        refused(409, "budget_inactive", api.allocate(budget, "c29", 1, ", \"priority\": 10"));
        refused(404, "resource_not_found", api.allocate("no-such-budget", "c29", 1, ""));
        String position = api.use("c29", 1, 2, ", \"budget_id\": \"%s\"".formatted(budget));
        assertThat(window(budget, "daily", position).get("total_tokens_used").intValue())
                .isEqualTo(3);

        api.put("/api/budgets/" + budget, "{\"is_active\": true}");
        api.granted(budget, "c29", 1, "");
    }

    private static String named(String allocationId) {
        return ", \"allocation_id\": \"%s\"".formatted(allocationId);
    }

    private static int used(String allocationId, String... positions) throws Exception {
        return api.allocation(allocationId, positions).get("tokens_used").intValue();
    }

    /** How the budget's default cost policy of a period stands: it covers everything. */
    private static JsonNode window(String budget, String period, String... positions)
            throws Exception {
        JsonNode all = api.read("/api/budgets/" + budget + "/summary?period=" + period, positions);
        return IntStream.range(0, all.size())
                .mapToObj(all::get)
                .filter(each -> each.get("tier").isNull())
                .collect(Collectors.collectingAndThen(Collectors.toList(), List::getFirst));
    }

    private static int usedBy(JsonNode summary, String tier) {
        return IntStream.range(0, summary.size())
                .mapToObj(summary::get)
                .filter(each -> Objects.equals(tier, each.get("tier").stringValue(null)))
                .mapToInt(each -> each.get("total_tokens_used").intValue())
                .sum();
    }

    /** What so many callers get that begin at the same time. */
    private static <T> List<T> atOnce(int count, IntFunction<Callable<T>> callers)
            throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer :
                    threads.invokeAll(IntStream.range(0, count).mapToObj(callers).toList())) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
