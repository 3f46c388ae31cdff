package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.FakeLedgerApi.allocation;
import static tekton.budget.api.FakeLedgerApi.standing;
import static tekton.budget.api.LedgerApi.KEY;
import static tekton.budget.api.LedgerApi.POSITION;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.query.Consistency;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** How every endpoint of the ledger answers what is refused, repeated, late or out of bounds. */
class LedgerAnswersIT {

    @RegisterExtension static final FakeLedgerApi api = new FakeLedgerApi();

    @Test
    void shouldRefuseWith402AndSayWhatBlocks() throws Exception {
        api.ledger.refuse(
                Refusal.RefusalCode.INSUFFICIENT_BUDGET,
                "policy team.p1 leaves 50 tokens",
                standing(PolicyType.HARD_LIMIT));

        HttpResponse<String> response = api.http.post("/api/allocations", allocation(""));

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
        HttpResponse<String> first = api.http.post("/api/allocations", allocation(""), KEY, "k1");
        Allocate asked = (Allocate) api.ledger.asked;
        assertThat(asked.head().repeat().key()).isEqualTo("k1");
        var grant = api.ledger.decide.apply(asked);
        api.ledger.decide = again -> new RequestRepeated(again.head().requestId(), grant, 0);

        HttpResponse<String> second =
                api.http.post("/api/v1/allocations", allocation(""), KEY, "k1");

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(((Allocate) api.ledger.asked).head().repeat()).isEqualTo(asked.head().repeat());
    }

    @Test
    void shouldNameTheRequestThatWasNotDecidedInTime() throws Exception {
        api.ledger.outcome =
                Optional.of(new NotAnswered<>(new Position(2, 9), Duration.ofMillis(750)));

        HttpResponse<String> response = api.http.post("/api/allocations", allocation(""), KEY, "k");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.headers().firstValue(POSITION)).contains("requests-2:9");
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        JsonNode json = Api.json(response);
        assertThat(json.get("code").stringValue()).isEqualTo("not_decided");
        assertThat(json.get("request_id").stringValue())
                .isEqualTo(api.ledger.asked.head().requestId());
        assertThat(json.get("detail").stringValue())
                .contains("750 ms")
                .contains("same Idempotency-Key");

        JsonNode without = Api.json(api.http.post("/api/allocations", allocation("")));
        assertThat(without.get("detail").stringValue())
                .contains(((Allocate) api.ledger.asked).allocationId());
    }

    @Test
    void shouldTellKafkaAwayFromTooManyWaiting() throws Exception {
        api.ledger.outcome = Optional.of(NotWritten.notConnected());
        HttpResponse<String> before = api.http.post("/api/allocations", allocation(""));
        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(before.headers().firstValue("Retry-After")).contains("1");
        assertThat(Api.json(before).get("detail").stringValue()).startsWith("nothing was written");

        api.ledger.outcome = Optional.of(new MaybeWritten<>());
        HttpResponse<String> during = api.http.post("/api/allocations", allocation(""));
        assertThat(during.statusCode()).isEqualTo(503);
        assertThat(Api.json(during).get("request_id")).isNotNull();

        api.ledger.outcome = Optional.of(NotWritten.full());
        assertThat(api.http.post("/api/allocations", allocation("")).statusCode()).isEqualTo(429);
    }

    @Test
    void shouldBoundBodyMediaTypeAndKey() throws Exception {
        String type = "Content-Type";
        assertThat(api.http.post("/api/budgets", "{}", type, "text/plain").statusCode())
                .isEqualTo(415);
        String large = allocation(", \"metadata\": {\"a\": \"" + "x".repeat(70_000) + "\"}");
        assertThat(api.http.post("/api/allocations", large).statusCode()).isEqualTo(413);
        assertThat(
                        api.http
                                .post("/api/allocations", allocation(""), KEY, "k".repeat(241))
                                .statusCode())
                .isEqualTo(422);
        String metadata = allocation(", \"metadata\": {\"a\": \"" + "x".repeat(16_384) + "\"}");
        assertThat(api.http.post("/api/allocations", metadata).statusCode()).isEqualTo(422);
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
        HttpResponse<String> response = api.http.get(path);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode json = Api.json(response);
        assertThat(json.get("status").intValue()).isEqualTo(status);
        assertThat(json.get("error")).isEqualTo(json.get("detail"));
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        api.http.get("/api/budgets/team?wait_ms=250", POSITION, "requests-1:7");

        assertThat(api.ledger.after)
                .isEqualTo(new Consistency(Positions.ofRequest(1, 7), Duration.ofMillis(250)));
        api.ledger.notReady = true;
        HttpResponse<String> restoring = api.http.get("/api/budgets");
        assertThat(restoring.statusCode()).isEqualTo(503);
        assertThat(restoring.headers().firstValue("Retry-After")).contains("1");
    }
}
