package tekton.budget.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.api.Api;
import tekton.budget.api.FakeLedger;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;

import tools.jackson.databind.JsonNode;

import java.time.Instant;
import java.util.List;
import java.util.Set;

class LiveEventTest {

    private static final BudgetEvent EVENT =
            new BudgetEvent(
                    "e-1",
                    BudgetEvent.Type.COST_LIMIT_EXCEEDED,
                    Severity.ERROR,
                    "team",
                    "ann",
                    "team.p",
                    "Limit of \"team\" reached",
                    "line one\nline two",
                    new Metadata("{\"cost_limit\":2.5}"),
                    Instant.parse("2026-05-01T10:00:00.5Z"));

    @Test
    void shouldTellABudgetEventAsBothClientsReadIt() {
        LiveEvent news = LiveEvent.of(EVENT, 2, 7, false);
        JsonNode frame = frame(news);

        assertThat(news.topic()).isEqualTo(LiveTopic.ALERTS);
        assertThat(news.budgetId()).isEqualTo("team");
        assertThat(frame.get("type").stringValue()).isEqualTo("alert");
        assertThat(frame.get("topic").stringValue()).isEqualTo("budget_alerts");
        assertThat(frame.get("timestamp").stringValue()).startsWith("2026-05-01T10:00:00.5");
        JsonNode payload = frame.get("payload");
        assertThat(frame.get("data")).isEqualTo(payload);
        JsonNode listed = payload.get("alerts").get(0);
        for (JsonNode alert : List.of(payload, listed)) {
            assertThat(alert.get("alert_id").stringValue()).isEqualTo("e-1");
            assertThat(alert.get("type").stringValue()).isEqualTo("cost_limit_exceeded");
            assertThat(alert.get("severity").stringValue()).isEqualTo("error");
            assertThat(alert.get("title").stringValue()).isEqualTo("Limit of \"team\" reached");
            assertThat(alert.get("message").stringValue()).isEqualTo("line one\nline two");
            assertThat(alert.get("details").get("cost_limit").doubleValue()).isEqualTo(2.5);
            assertThat(alert.get("acknowledged").booleanValue()).isFalse();
        }
        EventRef told = news.message().told();
        assertThat(ServerSentEvent.alert(Places.parse("2:8").orElseThrow(), told))
                .isEqualTo("id: 2:8\nevent: alert\ndata: " + Push.alertJson(EVENT) + "\n\n");
    }

    @Test
    void shouldKeepWhatIsPastForThoseWhoComeBackOnly() {
        LiveEvent news = LiveEvent.of(EVENT, 2, 7, true);

        assertThat(news.message().past()).isTrue();
        assertThat(news.budgetId()).isNull();
    }

    @Test
    void shouldFilterEvents() {
        EventRef told = LiveEvent.of(EVENT, 2, 7, false).message().told();

        assertThat(new EventFilter(Set.of(), Set.of(), null).wants(told)).isTrue();
        assertThat(
                        new EventFilter(Set.of(EVENT.type()), Set.of(EVENT.severity()), "team")
                                .wants(told))
                .isTrue();
        assertThat(
                        new EventFilter(Set.of(BudgetEvent.Type.DEAD_LETTER), Set.of(), null)
                                .wants(told))
                .isFalse();
        assertThat(new EventFilter(Set.of(), Set.of(Severity.INFO), null).wants(told)).isFalse();
        assertThat(new EventFilter(Set.of(), Set.of(), "other").wants(told)).isFalse();
    }

    @Test
    void shouldTellAllocationsWithoutMissingNumbers() {
        Allocation allocation = FakeLedger.open("team.a", "c");
        LiveEvent granted =
                LiveEvent.of(new AllocationGranted("r", allocation, List.of(), List.of(), 5));

        assertThat(granted.topic()).isEqualTo(LiveTopic.ALLOCATIONS);
        assertThat(granted.budgetId()).isEqualTo("team");
        JsonNode payload = frame(granted).get("payload");
        assertThat(payload.get("allocation_id").stringValue()).isEqualTo("team.a");
        JsonNode told = payload.get("allocation");
        assertThat(told.get("component").stringValue()).isEqualTo("x");
        assertThat(told.get("tokens_allocated").intValue()).isEqualTo(1_000);
        assertThat(told.get("tokens_used").intValue()).isZero();
        assertThat(told.get("estimated_cost").isNumber()).isTrue();
        assertThat(told.get("is_active").booleanValue()).isTrue();
        assertThat(LiveEvent.of(new LedgerEvent.AllocationEnded(allocation, 1, 5)).topic())
                .isEqualTo(LiveTopic.ALLOCATIONS);
        assertThat(LiveEvent.of(new LedgerEvent.AllocationReleased("r", allocation, 1, 5)).topic())
                .isEqualTo(LiveTopic.ALLOCATIONS);
    }

    @Test
    void shouldTellPoliciesAndPrices() {
        var policy = FakeLedger.policy("team.p", PolicyType.WARN, Period.DAILY, Scope.ANY);
        LiveEvent defined = LiveEvent.of(new LedgerEvent.PolicyDefined("r", policy, 5));
        assertThat(defined.topic()).isEqualTo(LiveTopic.UPDATES);
        JsonNode frame = frame(defined);
        assertThat(frame.get("type").stringValue()).isEqualTo("policy_update");
        assertThat(frame.get("payload").get("policy").get("policy_id").stringValue())
                .isEqualTo("team.p");

        LiveEvent priced =
                LiveEvent.of(
                        new PricePublished(
                                "openai",
                                "gpt-4o",
                                Instant.EPOCH,
                                "litellm",
                                Rates.of(2_500_000, 10_000_000),
                                true),
                        5);
        assertThat(priced.topic()).isEqualTo(LiveTopic.PRICES);
        JsonNode update = frame(priced).get("payload").get("update");
        assertThat(update.get("input_cost_per_token").decimalValue()).isEqualTo("0.0000025");
        assertThat(update.get("output_cost_per_token").decimalValue()).isEqualTo("0.00001");
        assertThat(update.get("source").stringValue()).isEqualTo("litellm");
    }

    @Test
    void shouldTellNothingOfWhatHasChangedNothing() {
        LiveEvent refused =
                LiveEvent.of(
                        new LedgerEvent.RequestRefused(
                                "r",
                                "team",
                                new Refusal(Refusal.RefusalCode.TOO_MANY, "m", List.of()),
                                5));

        assertThat(refused.topic()).isNull();
        assertThat(refused.budgetId()).isNull();
    }

    private static JsonNode frame(LiveEvent news) {
        return Api.json(news.message().frame());
    }
}
