package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;

import tools.jackson.databind.JsonNode;

import java.time.Instant;

/** Every kind of push, the whole way: HTTP, Kafka, both applications, and the WebSocket. */
class LiveIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

    private static LiveTopics topics;

    @BeforeAll
    static void start() throws Exception {
        Api.await(() -> !sse503());
        topics = new LiveTopics(api.broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        topics.close();
    }

    @Test
    void shouldTellAllocations() throws Exception {
        String budget = api.budget();
        try (LiveClient client = LiveClient.connect(api.http, "/ws/budget/allocations")) {
            String id = LedgerApi.id(api.granted(budget, "live/1", 1_000, LedgerApi.OPUS));

            JsonNode granted = client.await("allocation_update", id);
            assertThat(granted.get("topic").stringValue()).isEqualTo("allocation_updates");
            JsonNode allocation = granted.get("payload").get("allocation");
            assertThat(granted.get("payload").get("allocation_id").stringValue()).isEqualTo(id);
            assertThat(allocation.get("component").stringValue()).isEqualTo("my-component");
            assertThat(allocation.get("tokens_allocated").intValue()).isEqualTo(1_000);
            assertThat(allocation.get("tokens_used").intValue()).isZero();
            assertThat(allocation.get("estimated_cost").decimalValue()).isEqualTo("0.06");
            assertThat(allocation.get("is_active").booleanValue()).isTrue();

            api.release(id);
            JsonNode released = client.await("allocation_update", id);
            assertThat(released.get("payload").get("allocation").get("is_active").booleanValue())
                    .isFalse();

            String used = LedgerApi.id(api.granted(budget, "live/2", 10, LedgerApi.OPUS));
            client.await("allocation_update", used);
            api.use("live/2", 5, 5, ", \"allocation_id\": \"%s\"".formatted(used));
            JsonNode ended = client.await("allocation_update", used);
            assertThat(ended.get("payload").get("allocation").get("state").stringValue())
                    .isEqualTo("exhausted");
        }
    }

    /** By usage alone, without any decision: hole 31 of the reference. */
    @Test
    void shouldTellHowABudgetStandsAfterUsage() throws Exception {
        String budget = api.budget();
        try (LiveClient client = LiveClient.connect(api.http, "/ws/budget/updates")) {
            client.await("budget_update", "\"" + budget + "\"");

            api.use("live/3", 100, 250, ", \"budget_id\": \"%s\"".formatted(budget));

            JsonNode payload;
            do {
                payload = client.await("budget_update", "\"" + budget + "\"").get("payload");
            } while (payload.get("summary").get("total_tokens_used").intValue() == 0);
            JsonNode summary = payload.get("summary");
            assertThat(payload.get("budget_id").stringValue()).isEqualTo(budget);
            assertThat(payload.get("period").stringValue()).isIn("hourly", "daily", "weekly");
            assertThat(summary.get("period")).isEqualTo(payload.get("period"));
            assertThat(summary.get("total_cost").decimalValue()).isEqualTo("0.02025");
            assertThat(summary.get("cost_limit").isNumber()).isTrue();
            assertThat(summary.get("cost_usage_percentage").isNumber()).isTrue();
            JsonNode summaries = payload.get("summaries");
            assertThat(summaries.size()).as("its own, then those of the budget shown").isEqualTo(8);
            assertThat(summaries.get(3).get("policy_id")).isEqualTo(summary.get("policy_id"));
            assertThat(summaries.get(7).get("budget_id").stringValue()).isEqualTo("default");
            assertThat(summaries.get(7).get("cost_limit").isNumber()).isTrue();
        }
    }

    @Test
    void shouldTellPolicies() throws Exception {
        String budget = api.budget();
        try (LiveClient client = LiveClient.connect(api.http, "/ws")) {
            String policy = api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1000");

            JsonNode told = client.await("policy_update", policy);

            assertThat(told.get("topic").stringValue()).isEqualTo("budget_events");
            assertThat(told.get("payload").get("policy").get("token_limit").intValue())
                    .isEqualTo(1_000);
        }
    }

    @Test
    void shouldTellPrices() throws Exception {
        try (LiveClient client = LiveClient.connect(api.http, "/ws/budget/prices")) {
            topics.tell(
                    new PricePublished(
                            "live",
                            "model/one",
                            Instant.parse("2026-05-01T10:00:00Z"),
                            "manual",
                            Rates.of(2_500_000, 10_000_000),
                            true));

            JsonNode payload = client.await("price_update", "model/one").get("payload");
            assertThat(payload.get("provider").stringValue()).isEqualTo("live");
            assertThat(payload.get("update").get("input_cost_per_token").decimalValue())
                    .isEqualTo("0.0000025");
            assertThat(payload.get("update").get("source").stringValue()).isEqualTo("manual");
        }
    }

    @Test
    void shouldTellAlertsOnceHoweverOftenSubscribed() throws Exception {
        try (LiveClient client = LiveClient.connect(api.http, "/ws/budget/alerts")) {
            for (int i = 0; i < 3; i++) {
                client.say("{'type':'subscription','payload':{'topic':'budget_alerts'}}");
                client.next("subscription");
            }
            client.say("{'type':'unsubscription','payload':{'topic':'budget_alerts'}}");
            client.next("unsubscription");
            client.say("{'type':'subscription','payload':{'topic':'budget_alerts'}}");
            client.next("subscription");

            topics.tell(
                    LiveTopics.event(
                            "a-1",
                            BudgetEvent.Type.TOKEN_LIMIT_APPROACHING,
                            Severity.WARNING,
                            "x"));
            topics.tell(
                    LiveTopics.event(
                            "a-2", BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED, Severity.ERROR, "x"));

            JsonNode first = client.next("alert");
            assertThat(first.get("topic").stringValue()).isEqualTo("budget_alerts");
            assertThat(first.get("payload").get("alert_id").stringValue()).isEqualTo("a-1");
            assertThat(first.get("payload").get("alerts").get(0).get("title").stringValue())
                    .isEqualTo("title of a-1");
            assertThat(client.next("alert").get("payload").get("alert_id").stringValue())
                    .isEqualTo("a-2");

            client.say("{'type':'unsubscription','payload':{'topic':'budget_alerts'}}");
            client.next("unsubscription");
            topics.tell(
                    LiveTopics.event(
                            "a-3", BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED, Severity.ERROR, "x"));
            client.say("{'type':'subscription','payload':{'topic':'price_updates'}}");
            client.next("subscription");
            topics.tell(
                    new PricePublished(
                            "live", "two", Instant.EPOCH, "manual", Rates.of(1, 2), true));
            assertThat(client.next("price_update").get("payload").get("model").stringValue())
                    .isEqualTo("two");
        }
    }

    /** Tomcat decodes text piece by piece, and a character may lie across two of them. */
    @Test
    void shouldReadCharactersOfAnyLength() throws Exception {
        try (LiveClient client = LiveClient.connect(api.http, "/ws/budget/alerts")) {
            String note = "x\u00e9\u20ac\ud83d\ude00".repeat(300);
            client.say(
                    "{'type':'subscription','payload':{'topic':'budget_alerts','note':'"
                            + note
                            + "'}}");
            client.next("subscription");
        }
    }

    /** True while the topics are not read yet: then nothing that is written now would be told. */
    private static boolean sse503() throws Exception {
        try (LiveStream stream = LiveStream.open(api.http, "/events", null)) {
            return stream.failure.isDone();
        }
    }
}
