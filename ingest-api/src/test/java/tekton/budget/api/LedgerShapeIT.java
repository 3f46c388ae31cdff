package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.api.publish.LedgerClient;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.Release;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;
import tekton.budget.value.Tier;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ledger's endpoints over HTTP, on a ledger that grants everything and counts nothing. */
class LedgerShapeIT {

    private static final String POSITION = "Budget-Position";
    private static final String KEY = "Idempotency-Key";

    private static final String OPUS =
            "\"provider\": \"anthropic\", \"model\": \"claude-3-opus-20240229\"";

    private static final FakeMetering METERING = new FakeMetering();
    private static final FakeLedger LEDGER = METERING.ledger;

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        Policy limit =
                FakeLedger.policy(
                        "team.p1",
                        PolicyType.HARD_LIMIT,
                        Period.DAILY,
                        new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", null, null));
        Policy warning = FakeLedger.policy("team.p2", PolicyType.WARN, Period.MONTHLY, Scope.ANY);
        LEDGER.budgets.add(
                new BudgetView(
                        FakeLedger.budget("team", "Team", "ann", true), List.of(limit, warning)));
        LEDGER.budgets.add(new BudgetView(FakeLedger.budget("old", "Old", null, false), List.of()));
        for (int i = 0; i < 25; i++) {
            LEDGER.budgets.add(
                    new BudgetView(FakeLedger.budget("b-" + i, "Many", "bob", true), List.of()));
        }
        LEDGER.standings.add(
                new PolicyView(
                        limit,
                        FakeLedger.NOW,
                        FakeLedger.NOW + Duration.ofDays(1).toMillis(),
                        100,
                        250,
                        new Amount(350, Money.parse("3")),
                        new Amount(50, Money.parse("0.5")),
                        2,
                        400));
        LEDGER.allocations.add(FakeLedger.open("team.a1", "a/b c"));
        api = Api.start(METERING.withoutKafka(), LEDGER);
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @AfterEach
    void reset() {
        LEDGER.reset();
    }

    @Test
    void shouldAnswerAGrantWithEveryFieldOfAnAllocation() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/api/allocations",
                        allocation(", \"tier\": \"REMOTE_HEAVYWEIGHT\", " + OPUS));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue(POSITION)).contains("requests-1:7");
        assertThat(response.headers().firstValue("Idempotent-Replayed")).isEmpty();
        Allocate asked = (Allocate) LEDGER.asked;
        assertThat(asked.allocationId()).matches("default\\.[0-9a-f-]{36}");
        assertThat(asked.head().budgetId()).isEqualTo("default");
        assertThat(asked.scope())
                .isEqualTo(new Scope(Tier.REMOTE_HEAVYWEIGHT, "anthropic", "x", null));
        assertThat(asked.price().ratePico()).isEqualTo(75_000_000);
        assertThat(response.body())
                .isEqualTo(
                        "{\"allocation_id\":\""
                                + asked.allocationId()
                                + "\",\"budget_id\":\"default\",\"context_id\":\"c/1\","
                                + "\"component\":\"x\",\"tier\":\"remote_heavyweight\","
                                + "\"provider\":\"anthropic\","
                                + "\"model\":\"claude-3-opus-20240229\","
                                + "\"task_type\":\"default\",\"priority\":5,"
                                + "\"tokens_allocated\":1000,\"tokens_used\":0,"
                                + "\"input_tokens_used\":0,\"output_tokens_used\":0,"
                                + "\"estimated_cost\":0.06,\"unpriced\":false,\"actual_cost\":0,"
                                + "\"creation_time\":\"2026-05-01T10:00:00Z\","
                                + "\"expiration_time\":\"2026-05-02T10:00:00Z\","
                                + "\"last_updated\":\"2026-05-01T10:00:00Z\","
                                + "\"is_active\":true,\"state\":\"open\",\"metadata\":{},"
                                + "\"remaining_tokens\":1000,\"usage_percentage\":0,"
                                + "\"override\":false,\"scope_mismatch\":false,"
                                + "\"warnings\":[],\"overridden\":[],\"alternatives\":[]}");
    }

    @Test
    void shouldCompleteWhatAnAllocationLeavesOut() throws Exception {
        Allocate bare =
                allocate("{\"contextId\": \"c\", \"component\": \"x\", \"taskType\": \"coding\"}");
        assertThat(bare.tokens()).isEqualTo(8_000);
        assertThat(bare.priority()).isEqualTo(5);
        assertThat(bare.scope()).isEqualTo(new Scope(null, null, "x", "coding"));
        assertThat(bare.price()).isNull();
        assertThat(bare.expiresAtMs()).isNull();
        assertThat(bare.head().repeat()).isNull();

        Allocate dated =
                allocate(
                        allocation(
                                ", \"model\": \"claude-3-haiku-20240307\", \"priority\": 0,"
                                        + " \"budget_id\": \"team\", \"metadata\": {\"a\": 1.50},"
                                        + " \"expiration_time\": \"2030-01-01\""));
        assertThat(dated.scope().tier()).isEqualTo(Tier.LOCAL_MIDWEIGHT);
        assertThat(dated.priority()).isEqualTo(1);
        assertThat(dated.allocationId()).startsWith("team.");
        assertThat(dated.metadata().json()).isEqualTo("{\"a\":1.50}");
        assertThat(dated.expiresAtMs())
                .isEqualTo(Instant.parse("2030-01-02T00:00:00Z").toEpochMilli());

        assertThat(allocate(allocation(", \"provider\": \"ollama\"")).scope().tier())
                .isEqualTo(Tier.LOCAL_MIDWEIGHT);
        assertThat(allocate(allocation(", \"provider\": \"new\"")).scope().tier())
                .isEqualTo(Tier.REMOTE_HEAVYWEIGHT);
    }

    @Test
    void shouldMarkAnAllocationWithoutAPriceInsteadOfCallingItFree() throws Exception {
        JsonNode unknown =
                Api.json(
                        api.post(
                                "/api/v1/allocations",
                                allocation(", \"provider\": \"p\", \"model\": \"m\"")));
        assertThat(unknown.get("estimated_cost").intValue()).isZero();
        assertThat(unknown.get("unpriced").booleanValue()).isTrue();

        JsonNode free =
                Api.json(
                        api.post(
                                "/api/allocations",
                                allocation(", \"provider\": \"ollama\", \"model\": \"llama3\"")));
        assertThat(free.get("unpriced").booleanValue()).isFalse();
    }

    @Test
    void shouldNameCheaperModelsWhenASoftLimitWarns() throws Exception {
        LEDGER.warnings = List.of(standing(PolicyType.SOFT_LIMIT));

        JsonNode json = Api.json(api.post("/api/allocations", allocation(", " + OPUS)));

        JsonNode warning = json.get("warnings").get(0);
        assertThat(warning.get("policy_id").stringValue()).isEqualTo("team.p1");
        assertThat(warning.get("type").stringValue()).isEqualTo("soft_limit");
        assertThat(warning.get("level").stringValue()).isEqualTo("action");
        assertThat(warning.get("window_end").stringValue()).isEqualTo("2026-05-02T00:00:00Z");
        JsonNode cheaper = json.get("alternatives").get(0);
        assertThat(cheaper.get("model").stringValue()).isEqualTo("llama3");
        assertThat(cheaper.get("savings").toString()).isEqualTo("0.06");
        assertThat(cheaper.get("savings_percent").toString()).isEqualTo("100");

        LEDGER.warnings = List.of(standing(PolicyType.WARN));
        JsonNode warned = Api.json(api.post("/api/allocations", allocation(", " + OPUS)));
        assertThat(warned.get("warnings").size()).isEqualTo(1);
        assertThat(warned.get("alternatives").size()).isZero();
    }

    @Test
    void shouldRefuseWith402AndSayWhatBlocks() throws Exception {
        LEDGER.refuse(
                Refusal.Code.INSUFFICIENT_BUDGET,
                "policy team.p1 leaves 50 tokens",
                standing(PolicyType.HARD_LIMIT));

        HttpResponse<String> response = api.post("/api/allocations", allocation(""));

        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.headers().firstValue(POSITION)).contains("requests-1:7");
        JsonNode json = Api.json(response);
        assertThat(json.get("code").stringValue()).isEqualTo("insufficient_budget");
        assertThat(json.get("policy_id").stringValue()).isEqualTo("team.p1");
        assertThat(json.get("limit").intValue()).isEqualTo(1_000);
        assertThat(json.get("used").intValue()).isEqualTo(800);
        assertThat(json.get("reserved").intValue()).isEqualTo(150);
        assertThat(json.get("asked").intValue()).isEqualTo(100);
        assertThat(json.get("left").intValue()).isEqualTo(50);
        assertThat(json.get("blocking").size()).isEqualTo(1);
    }

    @Test
    void shouldAnswerARepeatLikeTheFirstTimeAndSaySo() throws Exception {
        HttpResponse<String> first = api.post("/api/allocations", allocation(""), KEY, "k1");
        Allocate asked = (Allocate) LEDGER.asked;
        assertThat(asked.head().repeat().key()).isEqualTo("k1");
        var grant = LEDGER.decide.apply(asked);
        LEDGER.decide = again -> new RequestRepeated(again.head().requestId(), grant, 0);

        HttpResponse<String> second = api.post("/api/v1/allocations", allocation(""), KEY, "k1");

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(((Allocate) LEDGER.asked).head().repeat()).isEqualTo(asked.head().repeat());
    }

    @Test
    void shouldNameTheRequestThatWasNotDecidedInTime() throws Exception {
        LEDGER.outcome =
                Optional.of(
                        new LedgerClient.Undecided(
                                Positions.ofRequest(2, 9), Duration.ofMillis(750)));

        HttpResponse<String> response = api.post("/api/allocations", allocation(""), KEY, "k");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.headers().firstValue(POSITION)).contains("requests-2:9");
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        JsonNode json = Api.json(response);
        assertThat(json.get("code").stringValue()).isEqualTo("not_decided");
        assertThat(json.get("request_id").stringValue()).isEqualTo(LEDGER.asked.head().requestId());
        assertThat(json.get("detail").stringValue())
                .contains("750 ms")
                .contains("same Idempotency-Key");

        JsonNode without = Api.json(api.post("/api/allocations", allocation("")));
        assertThat(without.get("detail").stringValue())
                .contains(((Allocate) LEDGER.asked).allocationId());
    }

    @Test
    void shouldTellKafkaAwayFromTooManyWaiting() throws Exception {
        LEDGER.outcome = Optional.of(new LedgerClient.Unwritten(false));
        HttpResponse<String> before = api.post("/api/allocations", allocation(""));
        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(before.headers().firstValue("Retry-After")).contains("1");
        assertThat(Api.json(before).get("detail").stringValue()).startsWith("nothing was written");

        LEDGER.outcome = Optional.of(new LedgerClient.Unwritten(true));
        HttpResponse<String> during = api.post("/api/allocations", allocation(""));
        assertThat(during.statusCode()).isEqualTo(503);
        assertThat(Api.json(during).get("request_id")).isNotNull();

        LEDGER.outcome = Optional.of(new LedgerClient.Full());
        assertThat(api.post("/api/allocations", allocation("")).statusCode()).isEqualTo(429);
    }

    /** What is wrong with an allocation's shape is 422, with its meaning 400. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "422 | {}",
                "422 | []",
                "422 | {\"context_id\": 7, \"component\": \"x\"}",
                "422 | {\"context_id\": \"c\"}",
                "422 | {\"context_id\": \"c\", \"component\": \"x\", \"tokens_allocated\": 0}",
                "422 | {\"context_id\": \"c\", \"component\": \"x\", \"tokens_allocated\":"
                        + " 1000000001}",
                "422 | {\"context_id\": \"c\", \"component\": \"x\", \"tokens_allocated\": 1.5}",
                "422 | {\"context_id\": \"c\", \"component\": \"x\", \"priority\": 11}",
                "422 | {\"context_id\": \"c\", \"component\": \"x\", \"priority\": -1}",
                "422 | {\"context_id\": \"c\", \"component\": \"x\", \"expiration_time\":"
                        + " \"soon\"}",
                "422 | {\"context_id\": \"c\", \"component\": \"x\", \"metadata\": []}",
                "400 | {\"context_id\": \"c\", \"component\": \"x\", \"tier\": \"huge\"}",
                "400 | {\"context_id\": \"c\", \"component\": \"x\", \"budget_id\": \"a.b\"}",
                "422 | {\"context_id\": 7, \"component\": \"x\", \"tier\": \"huge\"}",
            })
    void shouldRefuseAnImpossibleAllocation(int status, String body) throws Exception {
        for (String path : new String[] {"/api/allocations", "/api/check"}) {
            LEDGER.asked = null;
            HttpResponse<String> response = api.post(path, body);

            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(Api.json(response).get("errors").get(0).get("loc").get(0).stringValue())
                    .isEqualTo("body");
            assertThat(LEDGER.asked).isNull();
        }
    }

    @Test
    void shouldBoundBodyMediaTypeAndKey() throws Exception {
        String type = "Content-Type";
        assertThat(api.post("/api/budgets", "{}", type, "text/plain").statusCode()).isEqualTo(415);
        String large = allocation(", \"metadata\": {\"a\": \"" + "x".repeat(70_000) + "\"}");
        assertThat(api.post("/api/allocations", large).statusCode()).isEqualTo(413);
        assertThat(api.post("/api/allocations", allocation(""), KEY, "k".repeat(241)).statusCode())
                .isEqualTo(422);
        String metadata = allocation(", \"metadata\": {\"a\": \"" + "x".repeat(16_384) + "\"}");
        assertThat(api.post("/api/allocations", metadata).statusCode()).isEqualTo(422);
    }

    @Test
    void shouldMakeABudget() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/api/budgets",
                        """
                        {"name": "Ann's", "owner": "ann", "description": "two\\nlines",
                         "zone": "Europe/Berlin", "budget_id": "ann_s-1", "metadata": {"a": 1}}\
                        """);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(((CreateBudget) LEDGER.asked).withDefaultPolicies()).isTrue();
        assertThat(response.body())
                .isEqualTo(
                        "{\"budget_id\":\"ann_s-1\",\"name\":\"Ann's\","
                                + "\"description\":\"two\\nlines\",\"owner\":\"ann\","
                                + "\"zone\":\"Europe/Berlin\","
                                + "\"policies\":[\"ann_s-1.default-01\"],"
                                + "\"created_at\":\"2026-05-01T10:00:00Z\","
                                + "\"updated_at\":\"2026-05-01T10:00:00Z\","
                                + "\"creation_time\":\"2026-05-01T10:00:00Z\","
                                + "\"is_active\":true,\"metadata\":{\"a\":1}}");
    }

    @Test
    void shouldNameABudgetByItsKeyOrAtRandom() throws Exception {
        String body = "{\"name\": \"n\"}";
        String derived = budgetId(api.post("/api/budgets", body, KEY, "k"));

        assertThat(derived)
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(budgetId(api.post("/api/budgets", body, KEY, "k"))).isEqualTo(derived);
        assertThat(budgetId(api.post("/api/budgets", body, KEY, "l"))).isNotEqualTo(derived);
        assertThat(budgetId(api.post("/api/budgets", body)))
                .isNotEqualTo(budgetId(api.post("/api/budgets", body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "422 | {}",
                "422 | {\"name\": \"\"}",
                "422 | {\"name\": \"n\", \"budget_id\": \"a.b\"}",
                "422 | {\"name\": \"n\", \"budget_id\": \"a/b\"}",
                "400 | {\"name\": \"n\", \"budget_id\": \"summary\"}",
                "422 | {\"name\": \"n\", \"zone\": \"Mars/Olympus\"}",
                "422 | {\"name\": \"n\", \"zone\": \"Asia/Kolkata\"}",
                "422 | {\"name\": \"n\", \"zone\": \"Australia/Lord_Howe\"}",
                "201 | {\"name\": \"n\", \"zone\": \"America/New_York\"}",
            })
    void shouldRefuseAnImpossibleBudget(int status, String body) throws Exception {
        HttpResponse<String> response = api.post("/api/budgets", body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    @Test
    void shouldChangeAndDeactivateABudget() throws Exception {
        HttpResponse<String> changed =
                api.send(
                        api.request("/api/budgets/team")
                                .PUT(
                                        BodyPublishers.ofString(
                                                "{\"name\": \"New\", \"owner\": null}")));
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        UpdateBudget update = (UpdateBudget) LEDGER.asked;
        assertThat(update.name()).isEqualTo("New");
        assertThat(update.owner()).isNull();
        assertThat(update.active()).isNull();
        assertThat(Api.json(changed).get("policies").toString())
                .isEqualTo("[\"team.p1\",\"team.p2\"]");

        HttpResponse<String> deleted = api.send(api.request("/api/v1/budgets/team").DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(((UpdateBudget) LEDGER.asked).active()).isFalse();
        assertThat(deleted.body())
                .isEqualTo(
                        "{\"message\":\"Budget team"
                                + " deactivated\",\"data\":{\"budget_id\":\"team\"},"
                                + "\"budget_id\":\"team\"}");
    }

    @Test
    void shouldFilterBudgetsBeforePaging() throws Exception {
        JsonNode all = Api.json(api.get("/api/budgets"));
        assertThat(all.get("total").intValue()).isEqualTo(27);
        assertThat(all.get("items").size()).isEqualTo(20);
        assertThat(all.get("page").intValue()).isEqualTo(1);
        assertThat(all.get("limit").intValue()).isEqualTo(20);
        assertThat(all.get("items").get(0).get("budget_id").stringValue()).isEqualTo("team");
        assertThat(Api.json(api.get("/api/budgets?page=2")).get("items").size()).isEqualTo(7);
        assertThat(Api.json(api.get("/api/budgets?page=1000000")).get("items").size()).isZero();

        JsonNode inactive = Api.json(api.get("/api/v1/budgets?is_active=false"));
        assertThat(inactive.get("total").intValue()).isEqualTo(1);
        assertThat(inactive.get("items").get(0).get("owner").isNull()).isTrue();
        JsonNode bobs = Api.json(api.get("/api/budgets?owner=bob&name=Many&limit=2&page=3"));
        assertThat(bobs.get("total").intValue()).isEqualTo(25);
        assertThat(bobs.get("items").get(0).get("budget_id").stringValue()).isEqualTo("b-4");
    }

    @Test
    void shouldPutAPolicyWithItsThresholdsAndZeroAsALimit() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/api/policies",
                        """
                        {"type": "ENFORCE", "period": "Daily", "tier": "lightweight",
                         "tokenLimit": 0, "costLimit": 2.50, "warningThreshold": 75,
                         "action_threshold": 0.9, "taskType": "chat"}\
                        """);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        PutPolicy put = (PutPolicy) LEDGER.asked;
        assertThat(put.head().budgetId()).isEqualTo("default");
        assertThat(put.policyId()).matches("default\\.[0-9a-f-]{36}");
        assertThat(response.body())
                .isEqualTo(
                        "{\"policy_id\":\""
                                + put.policyId()
                                + "\",\"budget_id\":\"default\",\"type\":\"hard_limit\","
                                + "\"period\":\"daily\",\"tier\":\"local_lightweight\","
                                + "\"provider\":null,\"component\":null,\"task_type\":\"chat\","
                                + "\"token_limit\":0,\"cost_limit\":2.5,"
                                + "\"warning_threshold\":0.75,\"action_threshold\":0.9,"
                                + "\"start_date\":\"2026-05-01T10:00:00Z\",\"end_date\":null,"
                                + "\"enabled\":true,\"metadata\":{},"
                                + "\"created_at\":\"2026-05-01T10:00:00Z\","
                                + "\"updated_at\":\"2026-05-01T10:00:00Z\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 800000, 950000",
        "', \"warning_threshold\": 0.97', 970000, 970000",
        "', \"action_threshold\": 50', 500000, 500000",
        "', \"warning_threshold\": 1, \"action_threshold\": 100', 1000000, 1000000",
        "', \"warning_threshold\": 0.0000001', 1, 950000",
    })
    void shouldReadThresholds(String fields, int warning, int action) throws Exception {
        api.post("/api/policies", policy(fields));

        assertThat(((PutPolicy) LEDGER.asked).warningPpm()).isEqualTo(warning);
        assertThat(((PutPolicy) LEDGER.asked).actionPpm()).isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | , \"type\": \"forbid\"",
                "400 | , \"period\": \"yearly\"",
                "400 | , \"tier\": \"medium\"",
                "422 | , \"type\": null",
                "422 | , \"period\": null",
                "422 | , \"token_limit\": null",
                "422 | , \"token_limit\": -1",
                "422 | , \"token_limit\": 1000000000000001",
                "422 | , \"cost_limit\": -0.01",
                "422 | , \"cost_limit\": 0.0000000000001",
                "422 | , \"cost_limit\": \"5\"",
                "422 | , \"warning_threshold\": 0",
                "422 | , \"warning_threshold\": 101",
                "400 | , \"warning_threshold\": 0.9, \"action_threshold\": 0.8",
                "422 | , \"enabled\": \"yes\"",
            })
    void shouldRefuseAnImpossiblePolicy(int status, String fields) throws Exception {
        HttpResponse<String> response = api.post("/api/policies", policy(fields));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    @Test
    void shouldChangeAndDisableAPolicy() throws Exception {
        HttpResponse<String> changed =
                api.send(
                        api.request("/api/policies/team.p1")
                                .PUT(
                                        BodyPublishers.ofString(
                                                """
                                                {"id": "team.p1", "tokenLimit": null,
                                                 "warningThreshold": 80, "enabled": false}\
                                                """)));
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        UpdatePolicy update = (UpdatePolicy) LEDGER.asked;
        assertThat(update.head().budgetId()).isEqualTo("team");
        assertThat(update.tokenLimit()).isNull();
        assertThat(update.warningPpm()).isEqualTo(800_000);
        assertThat(update.actionPpm()).isNull();
        assertThat(update.enabled()).isFalse();

        HttpResponse<String> deleted = api.send(api.request("/api/policies/team.p1").DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(Api.json(deleted).get("policy_id").stringValue()).isEqualTo("team.p1");
        assertThat(((UpdatePolicy) LEDGER.asked).enabled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2",
        "?period=DAILY, 1",
        "?tier=midweight, 1",
        "?provider=ollama, 1",
        "?component=x, 0",
        "?task_type=x, 0",
        "?enabled=false, 0",
        "?enabled=true, 2",
        "?budget_id=old, 0",
    })
    void shouldFilterPolicies(String query, int total) throws Exception {
        JsonNode json = Api.json(api.get("/api/policies" + query));

        assertThat(json.get("total").intValue()).isEqualTo(total);
        assertThat(json.get("items").size()).isEqualTo(total);
    }

    @Test
    void shouldListAndReadAllocations() throws Exception {
        JsonNode page =
                Api.json(
                        api.get(
                                "/api/allocations?tier=heavyweight&context_id=a/b&is_active=1"
                                        + "&component=x&provider=p&model=m/1&task_type=t"));
        assertThat(page.get("total").intValue()).isEqualTo(1);
        assertThat(LEDGER.filter)
                .isEqualTo(
                        new AllocationFilter(
                                null, "a/b", "x", Tier.REMOTE_HEAVYWEIGHT, "p", "m/1", "t", true));

        api.get("/api/budgets/team/allocations?is_active=false");
        assertThat(LEDGER.filter)
                .isEqualTo(new AllocationFilter("team", null, null, null, null, null, null, false));
        for (String path : new String[] {"team.a1", "context/a/b%20c", "context/a%2Fb%20c"}) {
            HttpResponse<String> one = api.get("/api/allocations/" + path);
            assertThat(one.statusCode()).as(path + " " + one.body()).isEqualTo(200);
            assertThat(Api.json(one).get("allocation_id").stringValue()).isEqualTo("team.a1");
        }
    }

    @Test
    void shouldReleaseAnAllocation() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/api/allocations/team.a1/release",
                        BodyPublishers.noBody(),
                        "Content-Type",
                        "application/json");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(((Release) LEDGER.asked).allocationId()).isEqualTo("team.a1");
        assertThat(response.headers().firstValue(POSITION)).contains("requests-1:7");
        assertThat(response.body())
                .isEqualTo(
                        "{\"message\":\"Allocation team.a1 released\","
                                + "\"data\":{\"allocation_id\":\"team.a1\"},"
                                + "\"allocation_id\":\"team.a1\",\"tokens_released\":650}");
    }

    @Test
    void shouldSummariseByPolicy() throws Exception {
        HttpResponse<String> response = api.get("/api/budgets/team/summary");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(
                        "[{\"budget_id\":\"team\",\"period\":\"daily\","
                                + "\"tier\":\"local_midweight\",\"provider\":\"ollama\","
                                + "\"component\":null,\"task_type\":null,"
                                + "\"total_tokens_allocated\":400,\"total_tokens_used\":350,"
                                + "\"token_limit\":1000,\"token_usage_percentage\":0.35,"
                                + "\"total_cost\":3,\"cost_limit\":2.5,"
                                + "\"cost_usage_percentage\":1.2,\"active_allocations\":2,"
                                + "\"start_time\":\"2026-05-01T10:00:00Z\","
                                + "\"end_time\":\"2026-05-02T10:00:00Z\","
                                + "\"remaining_tokens\":650,\"remaining_cost\":0,"
                                + "\"token_limit_exceeded\":false,\"cost_limit_exceeded\":true,"
                                + "\"policy_id\":\"team.p1\",\"type\":\"hard_limit\","
                                + "\"name\":\"Team\",\"input_tokens\":100,"
                                + "\"output_tokens\":250,\"spent\":3,\"limit\":2.5,"
                                + "\"reserved_tokens\":50,\"reserved_cost\":0.5}]");
        assertThat(api.get("/api/budgets/team/summary?period=per_task").body()).isEqualTo("[]");
    }

    @Test
    void shouldCheckWithoutPromising() throws Exception {
        LEDGER.warnings = List.of(standing(PolicyType.WARN));
        HttpResponse<String> fits = api.post("/api/check", allocation(", " + OPUS));
        assertThat(fits.statusCode()).as(fits.body()).isEqualTo(200);
        JsonNode json = Api.json(fits);
        assertThat(json.get("allowed").booleanValue()).isTrue();
        assertThat(json.get("advisory").booleanValue()).isTrue();
        assertThat(json.get("code").isNull()).isTrue();
        assertThat(json.get("estimated_cost").toString()).isEqualTo("0.06");
        assertThat(json.get("warnings").size()).isEqualTo(1);

        LEDGER.refuse(
                Refusal.Code.INSUFFICIENT_BUDGET, "too little", standing(PolicyType.HARD_LIMIT));
        JsonNode refused = Api.json(api.post("/api/v1/check", allocation("")));
        assertThat(refused.get("allowed").booleanValue()).isFalse();
        assertThat(refused.get("code").stringValue()).isEqualTo("insufficient_budget");
        assertThat(refused.get("reason").stringValue()).isEqualTo("too little");
        assertThat(refused.get("blocking").get(0).get("left").intValue()).isEqualTo(50);

        LEDGER.refuse(Refusal.Code.BUDGET_NOT_FOUND, "no such budget");
        assertThat(api.post("/api/check", allocation("")).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "404, /api/budgets/nobody",
        "404, /api/budgets/a.b",
        "404, /api/budgets/nobody/policies",
        "404, /api/budgets/nobody/allocations",
        "404, /api/budgets/nobody/summary",
        "404, /api/budgets/a%07",
        "404, /api/policies/nothing",
        "404, /api/policies/team.p9",
        "404, /api/allocations/nothing",
        "404, /api/allocations/team.a9",
        "404, /api/allocations/context/nobody",
        "400, /api/policies?tier=huge",
        "400, /api/policies?period=yearly",
        "422, /api/policies?enabled=perhaps",
        "422, /api/budgets?page=0",
        "422, /api/budgets?limit=101",
        "422, /api/allocations?is_active=perhaps",
        "400, /api/allocations?tier=huge",
        "400, /api/budgets/team/summary?period=yearly",
        "405, /api/check",
    })
    void shouldAnswerEveryRefusalAsAProblem(int status, String path) throws Exception {
        HttpResponse<String> response = api.get(path);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode json = Api.json(response);
        assertThat(json.get("status").intValue()).isEqualTo(status);
        assertThat(json.get("error")).isEqualTo(json.get("detail"));
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        api.get("/api/budgets/team?wait_ms=250", POSITION, "requests-1:7");

        assertThat(LEDGER.after)
                .isEqualTo(new ReadAfter(Positions.ofRequest(1, 7), Duration.ofMillis(250)));
        LEDGER.notReady = true;
        HttpResponse<String> restoring = api.get("/api/budgets");
        assertThat(restoring.statusCode()).isEqualTo(503);
        assertThat(restoring.headers().firstValue("Retry-After")).contains("1");
    }

    private static Allocate allocate(String body) throws Exception {
        HttpResponse<String> response = api.post("/api/allocations", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return (Allocate) LEDGER.asked;
    }

    private static String budgetId(HttpResponse<String> response) {
        return Api.json(response).get("budget_id").stringValue();
    }

    private static String allocation(String fields) {
        return """
        {"context_id": "c/1", "component": "x", "tokens_allocated": 1000%s}\
        """
                .formatted(fields);
    }

    /** A good policy, then the fields under test: of a repeated field the last one counts. */
    private static String policy(String fields) {
        return """
        {"type": "warn", "period": "daily", "token_limit": 5%s}\
        """
                .formatted(fields);
    }

    private static Standing standing(PolicyType type) {
        return new Standing(
                "team.p1",
                type,
                Period.DAILY,
                Scope.ANY,
                FakeLedger.NOW - Duration.ofHours(10).toMillis(),
                FakeLedger.NOW + Duration.ofHours(14).toMillis(),
                Measure.TOKENS,
                Level.ACTION,
                BigDecimal.valueOf(1_000),
                BigDecimal.valueOf(800),
                BigDecimal.valueOf(150),
                BigDecimal.valueOf(100));
    }
}
