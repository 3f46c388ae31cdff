package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.FakeLedgerApi.allocation;
import static tekton.budget.api.FakeLedgerApi.standing;
import static tekton.budget.api.LedgerApi.POSITION;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.value.Positions;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Allocations over HTTP, on a ledger that grants everything and counts nothing. */
class AllocationShapeIT {

    @RegisterExtension static final FakeLedgerApi api = new FakeLedgerApi();

    private static final String OPUS =
            "\"provider\": \"anthropic\", \"model\": \"claude-3-opus-20240229\"";

    @Test
    void shouldAnswerAGrantWithEveryFieldOfAnAllocation() throws Exception {
        HttpResponse<String> response =
                api.http.post(
                        "/api/allocations",
                        allocation(", \"tier\": \"REMOTE_HEAVYWEIGHT\", " + OPUS));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue(POSITION)).contains("requests-1:7");
        assertThat(response.headers().firstValue("Idempotent-Replayed")).isEmpty();
        Allocate asked = (Allocate) api.ledger.asked;
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
                                + "\"service_tier\":null,\"max_requests\":1,"
                                + "\"requests_used\":0,\"reserved_cost\":0.075,"
                                + "\"warnings\":[],\"overridden\":[],\"alternatives\":[]}");
    }

    @Test
    void shouldCompleteWhatAnAllocationLeavesOut() throws Exception {
        Allocate bare =
                allocate("{\"contextId\": \"c\", \"component\": \"x\", \"taskType\": \"coding\"}");
        assertThat(bare.tokens()).isEqualTo(8_000);
        assertThat(bare.priority()).isEqualTo(5);
        assertThat(bare.scope()).isEqualTo(new Scope(null, null, "x", "coding"));
        assertThat(bare.price()).as("held at the dearest of all").isNotNull();
        assertThat(bare.price().leavesOpen()).isTrue();
        assertThat(bare.serviceTier()).isNull();
        assertThat(bare.maxRequests()).isNull();
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
    }

    @Test
    void shouldTakeWhatMakesAHoldSmaller() throws Exception {
        Allocate asked =
                allocate(allocation(", \"serviceTier\": \"BATCH\", \"max_requests\": 20, " + OPUS));

        assertThat(asked.serviceTier()).isEqualTo(ServiceTier.BATCH);
        assertThat(asked.maxRequests()).isEqualTo(20);
        Map<String, Integer> refused =
                Map.of(
                        ", \"service_tier\": \"turbo\"", 400,
                        ", \"max_requests\": 0", 422,
                        ", \"max_requests\": 1000001", 422);
        for (Map.Entry<String, Integer> wrong : refused.entrySet()) {
            assertThat(api.http.post("/api/allocations", allocation(wrong.getKey())).statusCode())
                    .as(wrong.getKey())
                    .isEqualTo(wrong.getValue());
        }
    }

    @Test
    void shouldTakeWholeNumbersHoweverTheyAreWrittenAndShowOthersAsTheyWere() throws Exception {
        Allocate whole =
                allocate(
                        "{\"context_id\": \"c\", \"component\": \"x\","
                                + " \"tokens_allocated\": 1.5e3, \"priority\": 8.0}");
        assertThat(whole.tokens()).isEqualTo(1_500);
        assertThat(whole.priority()).isEqualTo(8);

        HttpResponse<String> refused =
                api.http.post(
                        "/api/allocations",
                        "{\"context_id\": 7, \"component\": \"x\", \"tier\": \"100\","
                                + " \"tokens_allocated\": \"1500\", \"priority\": 1e-400}");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Api.json(refused).get("errors").valueStream())
                .extracting(error -> error.get("msg").stringValue().replaceFirst(" \\(.*", ""))
                .containsExactlyInAnyOrder(
                        "context_id: 7",
                        "tier: \"100\"",
                        "tokens_allocated: \"1500\"",
                        "priority: 1e-400");
    }

    /** Only what usage of it is bound to have: usage of ollama's llama3 is local_midweight. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            nullValues = "unknown",
            value = {
                "unknown, ",
                "unknown, `, \"model\": \"llama3\"`",
                "unknown, `, \"provider\": \"ollama\"`",
                "unknown, `, \"provider\": \"new\"`",
                "local_midweight, `, \"model\": \"mistral-7b\"`",
                "local_midweight, `, \"provider\": \"ollama\", \"model\": \"llama3\"`",
                "local_lightweight, `, \"provider\": \"ollama\", \"model\": \"codellama\"`",
                "remote_heavyweight, `, \"provider\": \"new\", \"model\": \"new\"`",
                "local_lightweight, `, \"model\": \"llama3\", \"tier\": \"lightweight\"`",
                "local_lightweight, `, \"provider\": \"new\", \"tier\": \"lightweight\"`",
            })
    void shouldKnowATierOnlyWhenItIsCertain(String tier, String fields) throws Exception {
        Tier known = allocate(allocation(Objects.toString(fields, ""))).scope().tier();

        assertThat(known == null ? null : known.wireName()).isEqualTo(tier);
    }

    @Test
    void shouldMarkAnAllocationWithoutAPriceInsteadOfCallingItFree() throws Exception {
        JsonNode unknown =
                Api.json(
                        api.http.post(
                                "/api/v1/allocations",
                                allocation(", \"provider\": \"p\", \"model\": \"m\"")));
        assertThat(unknown.get("estimated_cost").intValue()).isZero();
        assertThat(unknown.get("unpriced").booleanValue()).isTrue();

        JsonNode free =
                Api.json(
                        api.http.post(
                                "/api/allocations",
                                allocation(", \"provider\": \"ollama\", \"model\": \"llama3\"")));
        assertThat(free.get("unpriced").booleanValue()).isFalse();
    }

    @Test
    void shouldNameCheaperModelsWhenASoftLimitWarns() throws Exception {
        api.ledger.warnings = List.of(standing(PolicyType.SOFT_LIMIT));

        JsonNode json = Api.json(api.http.post("/api/allocations", allocation(", " + OPUS)));

        JsonNode warning = json.get("warnings").get(0);
        assertThat(warning.get("policy_id").stringValue()).isEqualTo("team.p1");
        assertThat(warning.get("type").stringValue()).isEqualTo("soft_limit");
        assertThat(warning.get("level").stringValue()).isEqualTo("action");
        assertThat(warning.get("window_end").stringValue()).isEqualTo("2026-05-02T00:00:00Z");
        JsonNode cheaper = json.get("alternatives").get(0);
        assertThat(cheaper.get("model").stringValue()).isEqualTo("llama3");
        assertThat(cheaper.get("savings").toString()).isEqualTo("0.06");
        assertThat(cheaper.get("savings_percent").toString()).isEqualTo("100");

        api.ledger.warnings = List.of(standing(PolicyType.WARN));
        JsonNode warned = Api.json(api.http.post("/api/allocations", allocation(", " + OPUS)));
        assertThat(warned.get("warnings").size()).isEqualTo(1);
        assertThat(warned.get("alternatives").size()).isZero();
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
            api.ledger.asked = null;
            HttpResponse<String> response = api.http.post(path, body);

            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(Api.json(response).get("errors").get(0).get("loc").get(0).stringValue())
                    .isEqualTo("body");
            assertThat(api.ledger.asked).isNull();
        }
    }

    /** {@code allocate list} of Tekton's command line, with what its columns read. */
    @Test
    void shouldGiveAnArrayToWhoeverAsksForNoPage() throws Exception {
        for (String query : List.of("", "?is_active=true", "?context_id=a&component=x&page=")) {
            JsonNode all = Api.json(api.http.get("/api/allocations" + query));
            assertThat(all.isArray()).as(query).isTrue();
            JsonNode one = all.get(0);
            assertThat(one.get("allocation_id").stringValue()).isEqualTo("team.a1");
            assertThat(one.get("context_id").stringValue()).isEqualTo("a/b c");
            assertThat(one.get("component").stringValue()).isEqualTo("x");
            assertThat(one.get("tokens_allocated").intValue()).isEqualTo(1_000);
            assertThat(one.get("tokens_used").intValue()).isZero();
            assertThat(one.get("estimated_cost").isNumber()).isTrue();
            assertThat(one.get("is_active").booleanValue()).isTrue();
        }
        assertThat(api.ledger.filter.component()).isEqualTo("x");
        assertThat(api.ledger.limit).as("no page, and a bound all the same").isEqualTo(1_000);
        for (String query : List.of("?page=1", "?limit=5")) {
            JsonNode page = Api.json(api.http.get("/api/allocations" + query));
            assertThat(page.get("items").size()).as(query).isEqualTo(1);
        }
    }

    @Test
    void shouldListAndReadAllocations() throws Exception {
        JsonNode page =
                Api.json(
                        api.http.get(
                                "/api/allocations?page=1&tier=heavyweight&context_id=a/b&is_active=1"
                                    + "&component=x&provider=p&model=m/1&task_type=t"));
        assertThat(page.get("total").intValue()).isEqualTo(1);
        assertThat(api.ledger.filter)
                .isEqualTo(
                        new AllocationFilter(
                                null, "a/b", "x", Tier.REMOTE_HEAVYWEIGHT, "p", "m/1", "t", true));

        api.http.get("/api/budgets/team/allocations?is_active=false");
        assertThat(api.ledger.filter)
                .isEqualTo(new AllocationFilter("team", null, null, null, null, null, null, false));
        for (String path : new String[] {"team.a1", "context/a/b%20c", "context/a%2Fb%20c"}) {
            HttpResponse<String> one = api.http.get("/api/allocations/" + path);
            assertThat(one.statusCode()).as(path + " " + one.body()).isEqualTo(200);
            assertThat(Api.json(one).get("allocation_id").stringValue()).isEqualTo("team.a1");
        }
    }

    @Test
    void shouldReleaseAnAllocation() throws Exception {
        HttpResponse<String> response =
                api.http.post(
                        "/api/allocations/team.a1/release",
                        BodyPublishers.noBody(),
                        "Content-Type",
                        "application/json");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(((ReleaseAllocation) api.ledger.asked).allocationId()).isEqualTo("team.a1");
        assertThat(response.headers().firstValue(POSITION)).contains("requests-1:7");
        assertThat(response.body())
                .isEqualTo(
                        "{\"message\":\"Allocation team.a1 released\","
                                + "\"data\":{\"allocation_id\":\"team.a1\"},"
                                + "\"allocation_id\":\"team.a1\",\"tokens_released\":650}");
    }

    /** Usage before the position draws the allocation down, so it must have come through. */
    @Test
    void shouldReleaseOnlyBehindThePositionThatIsSent() throws Exception {
        String path = "/api/v1/allocations/team.a1/release";
        String position = "usage-3:1042";
        api.http.post(path + "?wait_ms=250", "", POSITION, position);
        assertThat(api.ledger.asked).isInstanceOf(ReleaseAllocation.class);
        assertThat(api.ledger.after)
                .isEqualTo(new Consistency(Positions.of(3, 1042), Duration.ofMillis(250)));

        api.ledger.asked = null;
        api.ledger.notReached = true;
        HttpResponse<String> late = api.http.post(path, "", POSITION, position);
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(Api.json(late).get("code").stringValue()).isEqualTo("position_not_reached");
        assertThat(Api.json(late).get("detail").stringValue()).contains(position);

        api.ledger.notReady = true;
        assertThat(api.http.post(path, "", POSITION, position).statusCode()).isEqualTo(503);
        assertThat(api.http.post(path, "", POSITION, "usage:3").statusCode()).isEqualTo(422);
        assertThat(api.ledger.asked).as("nothing is asked for").isNull();

        assertThat(api.http.post(path, "").statusCode()).isEqualTo(200);
    }

    /** Whether there is such an allocation, and was such a request, only the ledger knows. */
    @Test
    void shouldLeaveItToTheLedgerWhetherThereIsSomethingToRelease() throws Exception {
        String path = "/api/allocations/team.none/release";

        assertThat(api.http.post(path, "", POSITION, "usage-3:1042").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldCheckWithoutPromising() throws Exception {
        api.ledger.warnings = List.of(standing(PolicyType.WARN));
        HttpResponse<String> fits = api.http.post("/api/check", allocation(", " + OPUS));
        assertThat(fits.statusCode()).as(fits.body()).isEqualTo(200);
        JsonNode json = Api.json(fits);
        assertThat(json.get("allowed").booleanValue()).isTrue();
        assertThat(json.get("advisory").booleanValue()).isTrue();
        assertThat(json.get("code").isNull()).isTrue();
        assertThat(json.get("estimated_cost").toString()).isEqualTo("0.06");
        assertThat(json.get("warnings").size()).isEqualTo(1);

        api.ledger.refuse(
                Refusal.RefusalCode.INSUFFICIENT_BUDGET,
                "too little",
                standing(PolicyType.HARD_LIMIT));
        JsonNode refused = Api.json(api.http.post("/api/v1/check", allocation("")));
        assertThat(refused.get("allowed").booleanValue()).isFalse();
        assertThat(refused.get("code").stringValue()).isEqualTo("insufficient_budget");
        assertThat(refused.get("reason").stringValue()).isEqualTo("too little");
        assertThat(refused.get("blocking").get(0).get("left").intValue()).isEqualTo(50);

        api.ledger.refuse(Refusal.RefusalCode.BUDGET_NOT_FOUND, "no such budget");
        assertThat(api.http.post("/api/check", allocation("")).statusCode()).isEqualTo(404);
    }

    private static Allocate allocate(String body) throws Exception {
        HttpResponse<String> response = api.http.post("/api/allocations", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return (Allocate) api.ledger.asked;
    }
}
