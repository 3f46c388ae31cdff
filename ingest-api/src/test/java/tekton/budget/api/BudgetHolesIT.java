package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.position;
import static tekton.budget.api.LedgerApi.refused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;

/**
 * What the reference implementation gets wrong about budgets, policies and time, and this one does
 * not: a test for each entry of the list of its holes, under the entry's number.
 */
class BudgetHolesIT {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @RegisterExtension static final LedgerApi api = new LedgerApi();

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
    void hole20ASummaryCountsItsPolicysScopeOnly() throws Exception {
        String budget = api.budget();
        String limit = ", \"token_limit\": 1000000";
        String provider = ", \"provider\": \"ollama\"";
        String component = ", \"component\": \"other\"";
        String taskType = ", \"task_type\": \"chat\"";
        String ofProvider = api.policy(budget, "warn", "weekly", limit + provider);
        String ofComponent = api.policy(budget, "warn", "weekly", limit + component);
        String ofTaskType = api.policy(budget, "warn", "weekly", limit + taskType);
        String ofBoth = api.policy(budget, "warn", "weekly", limit + provider + taskType);
        String own = ", \"budget_id\": \"%s\"".formatted(budget);

        JsonNode summary =
                api.read(
                        "/api/budgets/" + budget + "/summary?period=weekly",
                        api.use("c20", 10, 20, own),
                        api.use("c20", 1, 2, own + ", \"tier\": \"local_lightweight\""),
                        api.use("c20", 100, 0, own + provider),
                        api.use("c20", 1_000, 0, own + component),
                        api.use("c20", 10_000, 0, own + taskType),
                        api.use("c20", 100_000, 0, own + taskType + provider));

        assertThat(usedBy(summary, budget + ".default-03")).as("light").isEqualTo(3);
        assertThat(usedBy(summary, budget + ".default-08")).as("middle").isZero();
        assertThat(usedBy(summary, budget + ".default-13")).as("heavy").isEqualTo(111_130);
        assertThat(usedBy(summary, budget + ".default-18")).as("all").isEqualTo(111_133);
        assertThat(usedBy(summary, ofProvider)).isEqualTo(100_100);
        assertThat(usedBy(summary, ofComponent)).isEqualTo(1_000);
        assertThat(usedBy(summary, ofTaskType)).isEqualTo(110_000);
        assertThat(usedBy(summary, ofBoth)).isEqualTo(100_000);
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
                                "/api/allocations?context_id=c23&page=1",
                                "/api/allocations?context_id=c23&page=1&is_active=false",
                                "/api/allocations?context_id=c23&page=1&is_active=true"))
                .containsExactly(1, 1, 0, 1, 1, 0);
        assertThat(api.read("/api/budgets?owner=hole23").get("items").get(2).get("budget_id"))
                .as("what is not active comes last")
                .hasToString("\"" + first + "\"");
    }

    @Test
    void hole23AListWithoutDatesShowsEveryDay() throws Exception {
        String twoDaysAgo = Instant.now().minus(Duration.ofDays(2)).toString();
        String old = api.use("c23", 1, 0, ", \"timestamp\": \"%s\"".formatted(twoDaysAgo));
        String now = api.use("c23", 2, 0, "");

        JsonNode items = api.read("/api/usage/records?context_id=c23", old, now).get("items");

        assertThat(items.values().stream().map(item -> item.get("input_tokens").intValue()))
                .containsExactly(2, 1);
    }

    /** Clocks change seldom: the ledger's own tests let a day of 23 hours and one of 25 pass. */
    @Test
    void hole28WindowsBeginInTheBudgetsZoneAndTimesNameTheirs() throws Exception {
        String budget = api.budget(", \"zone\": \"Europe/Berlin\"");
        JsonNode made = api.read("/api/budgets/" + budget);
        assertThat(made.get("zone").stringValue()).isEqualTo("Europe/Berlin");
        assertThat(made.get("created_at").stringValue()).endsWith("Z");

        // A midnight may pass meanwhile, but not twice.
        boolean sameDay = hasUsageOfToday(budget, "c28") || hasUsageOfToday(budget, "c28-again");

        assertThat(sameDay).isTrue();
    }

    /**
     * Reports usage right before and right behind the midnight that today began with in Berlin, and
     * sees that only the latter is of today; false when today has ended meanwhile.
     */
    private static boolean hasUsageOfToday(String budget, String context) throws Exception {
        JsonNode before = api.window(budget, "daily");
        String start = before.get("start_time").stringValue();
        assertThat(start).endsWith("Z");
        Instant midnight = Instant.parse(start);
        assertThat(midnight.atZone(BERLIN).toLocalTime()).isEqualTo(LocalTime.MIDNIGHT);
        String at = ", \"budget_id\": \"" + budget + "\", \"timestamp\": \"%s\"";

        JsonNode today =
                api.window(
                        budget,
                        "daily",
                        api.use(context, 1, 0, at.formatted(midnight.minusMillis(1))),
                        api.use(context, 20, 0, at.formatted(midnight)));

        if (!today.get("start_time").equals(before.get("start_time"))) {
            return false;
        }
        assertThat(
                        today.get("total_tokens_used").intValue()
                                - before.get("total_tokens_used").intValue())
                .isEqualTo(20);
        return true;
    }

    /** A day is from midnight to midnight, also when the clocks change in between. */
    @Test
    void hole28ADayMayHave23HoursOr25() throws Exception {
        api.use("c28", 1, 0, ", \"budget_id\": \"clocks\"");
        Instant change = BERLIN.getRules().previousTransition(Instant.now()).getInstant();
        LocalDate day = change.atZone(BERLIN).toLocalDate();
        Api.await(() -> api.http.get("/api/totals/budgets/clocks").statusCode() == 200);

        JsonNode window =
                api.read(
                        "/api/totals/budgets/clocks?zone=Europe/Berlin&from=%s&to=%s"
                                .formatted(day, day));

        OffsetDateTime from = OffsetDateTime.parse(window.get("from").stringValue());
        OffsetDateTime to = OffsetDateTime.parse(window.get("to").stringValue());
        assertThat(from.toLocalTime()).isEqualTo(LocalTime.MIDNIGHT);
        assertThat(to.toLocalTime()).isEqualTo(LocalTime.MIDNIGHT);
        assertThat(to.getOffset()).isNotEqualTo(from.getOffset());
        assertThat(Duration.between(from, to).toHours()).isIn(23L, 25L);
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
        assertThat(api.window(budget, "daily", position).get("total_tokens_used").intValue())
                .isEqualTo(3);

        api.put("/api/budgets/" + budget, "{\"is_active\": true}");
        api.granted(budget, "c29", 1, "");
    }

    private static int usedBy(JsonNode summary, String policyId) {
        return summary.values().stream()
                .filter(each -> each.get("policy_id").stringValue().equals(policyId))
                .mapToInt(each -> each.get("total_tokens_used").intValue())
                .sum();
    }
}
