package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceRefusal;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.QuotedPrice;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.value.ServiceTier;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The endpoints that change prices, over HTTP, with a poller that the test plays. */
class PriceAdminIT {

    private static final Instant FOUND = Instant.parse("2026-09-01T12:00:00Z");

    private static final FakePriceClient DESK = new FakePriceClient();

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        api = Api.start(new FakeMetering().withoutKafka(), DESK);
        Api.await(() -> api.get("/api/prices/sources").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void begin() {
        DESK.asked.clear();
        DESK.statuses.clear();
        DESK.open = true;
        DESK.doesEverything();
    }

    @ParameterizedTest
    @CsvSource({"/api", "/api/v1"})
    void shouldHaveTheSourcesAsked(String prefix) throws Exception {
        HttpResponse<String> done = api.post(prefix + "/prices/update", "");

        assertThat(done.statusCode()).isEqualTo(200);
        JsonNode json = Api.json(done);
        assertThat(json.get("updates_started").intValue()).isEqualTo(1);
        assertThat(json.get("sources").get(0).stringValue()).isEqualTo("litellm");
        assertThat(json.get("prices_published").intValue()).isEqualTo(3);
        assertThat(json.get("state").stringValue()).isEqualTo("done");
        assertThat(DESK.asked).singleElement().isInstanceOf(PriceRequest.Update.class);
    }

    @Test
    void shouldSayThatAnUpdateIsUnderWayOrOnlyWritten() throws Exception {
        DESK.answer = r -> FakePriceClient.answered(FakePriceClient.reply(r, PriceOutcome.STARTED));
        HttpResponse<String> started = api.post("/api/prices/update", "");
        DESK.answer = r -> new NotAnswered<>(new Position(0, 7), Duration.ofSeconds(5));
        HttpResponse<String> written = api.post("/api/prices/update", "");

        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(Api.json(started).get("updates_started").intValue()).isEqualTo(1);
        assertThat(Api.json(started).get("state").stringValue()).isEqualTo("started");
        assertThat(written.statusCode()).isEqualTo(202);
        assertThat(Api.json(written).get("updates_started").intValue()).isZero();
        assertThat(Api.json(written).get("state").stringValue()).isEqualTo("requested");
        assertThat(Api.json(written).get("request_id").stringValue()).isNotEmpty();
    }

    @Test
    void shouldSayWhenNothingOrPerhapsSomethingWasWritten() throws Exception {
        DESK.answer = r -> NotWritten.notConnected();
        assertProblem(api.post("/api/prices/update", ""), 503, "service_unavailable");
        DESK.answer = r -> new MaybeWritten<>();
        assertProblem(api.post("/api/prices/update", ""), 503, "service_unavailable");
        DESK.answer = r -> NotWritten.full();
        assertProblem(api.post("/api/prices/update", ""), 429, "too_many_requests");
    }

    @Test
    void shouldSetAPriceByItsTwoFigures() throws Exception {
        HttpResponse<String> answer =
                put(
                        "/api/prices/Gemini/a/b%2Fc",
                        """
                        {"inputCostPerToken": 0.000001, "output_cost_per_token": 2e-6,
                         "fixed_cost_per_request": 0.01,
                         "effective_from": "2026-12-01T00:00:00Z"}\
                        """);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        PricePublished price = ((PriceRequest.SetPrice) DESK.asked.getFirst()).price();
        assertThat(price)
                .isEqualTo(
                        new PricePublished(
                                "google",
                                "a/b/c",
                                Instant.parse("2026-12-01T00:00:00Z"),
                                PricePublished.OPERATOR,
                                new Rates(
                                        Map.of(
                                                RateClass.INPUT, 1_000_000L,
                                                RateClass.OUTPUT, 2_000_000L,
                                                RateClass.REQUEST, 10_000_000_000L)),
                                true));
        JsonNode json = Api.json(answer);
        assertThat(json.get("pricing_id").stringValue()).isEqualTo(price.versionId());
        assertThat(json.get("input_cost_per_token").decimalValue())
                .isEqualTo(new BigDecimal("0.000001"));
        assertThat(json.get("effective_date").stringValue()).startsWith("2026-12-01T00:00:00");
        assertThat(json.get("source").stringValue()).isEqualTo("operator");
    }

    @Test
    void shouldSetAPriceByAllItsTermsFromAMomentAheadOn() throws Exception {
        Instant before = Instant.now();
        HttpResponse<String> answer =
                put(
                        "/api/v1/prices/openai/gpt",
                        """
                        {"rates": {"input": 1e-6, "output": 2e-6, "cached_input": 0},
                         "long_context": [{"above_input_tokens": 200000, "rates": {"input": 2e-6}}],
                         "service_tiers": {"batch": {"rates": {"input": 5e-7, "output": 1e-6}}},
                         "input_cost_per_token": 0.000001}\
                        """);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        PricePublished price = ((PriceRequest.SetPrice) DESK.asked.getFirst()).price();
        assertThat(price.effectiveFrom())
                .isBetween(before.plusSeconds(2), Instant.now().plusSeconds(3));
        assertThat(price.terms().standard().longContext()).hasSize(1);
        assertThat(price.terms().otherTiers()).containsOnlyKeys(ServiceTier.BATCH);
        assertThat(Api.json(answer).get("rates").get("cached_input").decimalValue()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 1000, 1001", "1e-2147483648, 0, 1e-2147483648"})
    void shouldRefuseTermsThatNobodyCanRead(String number, int nines, String why) throws Exception {
        HttpResponse<String> answer =
                put(
                        "/api/v1/prices/openai/gpt",
                        "{\"rates\": {\"input\": 1e-6}, \"service_tiers\": {\"batch\": %s%s}}"
                                .formatted("9".repeat(nines), number));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(Api.json(answer).get("detail").stringValue()).startsWith("body: ").contains(why);
        assertThat(DESK.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|422|input_cost_per_token: missing",
                "{\"input_cost_per_token\": -1, \"output_cost_per_token\": 0}|422"
                        + "|input_cost_per_token: -1",
                "{\"input_cost_per_token\": 0.0011, \"output_cost_per_token\": 0}|422"
                        + "|input_cost_per_token: 0.0011",
                "{\"input_cost_per_token\": \"1\", \"output_cost_per_token\": 0}|422"
                        + "|input_cost_per_token: \"1\"",
                "{\"input_cost_per_token\": 0, \"output_cost_per_token\": 0,"
                        + " \"effective_from\": \"soon\"}|422|effective_from: \"soon\"",
                "{\"rates\": {\"input\": 0}}|422|rates: input or output is missing",
                "{\"rates\": {\"input\": 0, \"output\": 0, \"outptu\": 0}}|422"
                        + "|rates.outptu: 0 (expected: no such field",
                "{\"rates\": {\"input\": 1e-99999999, \"output\": 0}}|422"
                        + "|rates.input: 1E-99999999 (expected: a number of dollars",
                "{\"rates\": {\"input\": 0, \"output\": 0}, \"input_cost_per_token\": 0.0001}|400"
                        + "|input_cost_per_token: 0.0001",
                "[]|422|body: a JSON array",
            })
    void shouldRefuseWhatIsNoPrice(String body, int status, String detail) throws Exception {
        HttpResponse<String> answer = put("/api/prices/openai/gpt", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(Api.json(answer).get("detail").stringValue()).startsWith(detail);
        assertThat(DESK.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/api/prices/openai", "/api/prices/openai/", "/api/prices/%2F/m"})
    void shouldRefuseANameThatIsNone(String path) throws Exception {
        assertThat(put(path, "{}").statusCode()).isEqualTo(422);
        assertThat(DESK.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN, 404, resource_not_found",
        "ALREADY_DECIDED, 409, already_decided",
        "NOT_RELEASABLE, 409, not_releasable",
        "FILE_DECIDES, 409, price_file_decides",
        "VERSION_EXISTS, 409, resource_exists",
    })
    void shouldSayWhyThePollerRefuses(PriceRefusal refusal, int status, String code)
            throws Exception {
        DESK.answer =
                r ->
                        FakePriceClient.answered(
                                PriceReply.refused(r.requestId(), refusal, "because", FOUND));

        HttpResponse<String> answer = api.post("/api/prices/quarantine/x/release", "");

        assertProblem(answer, status, code);
        assertThat(Api.json(answer).get("detail").stringValue()).isEqualTo("because");
    }

    @Test
    void shouldEndAPrice() throws Exception {
        HttpResponse<String> answer = api.send(api.request("/api/prices/x-ai/grok").DELETE());

        assertThat(answer.statusCode()).isEqualTo(200);
        PriceRequest.EndPrice end = (PriceRequest.EndPrice) DESK.asked.getFirst();
        assertThat(end.provider()).isEqualTo("xai");
        assertThat(end.model()).isEqualTo("grok");
    }

    @Test
    void shouldListAndDecideAboutTheQuarantine() throws Exception {
        DESK.statuses.add(held("a", QuarantineState.HELD, true));
        DESK.statuses.add(held("b", QuarantineState.HELD, false));
        DESK.statuses.add(held("c", QuarantineState.REJECTED, true));

        JsonNode page = Api.json(api.get("/api/prices/quarantine?limit=1"));
        JsonNode rejected = Api.json(api.get("/api/prices/quarantine?state=Rejected"));
        HttpResponse<String> released = api.post("/api/v1/prices/quarantine/a/release", "");
        HttpResponse<String> reject = api.post("/api/prices/quarantine/b/reject", "");

        assertThat(page.get("total").intValue()).isEqualTo(2);
        assertThat(page.get("items").size()).isEqualTo(1);
        JsonNode item = page.get("items").get(0);
        assertThat(item.get("quarantine_id").stringValue()).isEqualTo("a");
        assertThat(item.get("releasable").booleanValue()).isTrue();
        assertThat(item.get("reasons").get(0).get("code").stringValue())
                .isEqualTo("changed_too_much");
        assertThat(item.get("proposed").get("rates").get("input").decimalValue())
                .isEqualTo(new BigDecimal("0.000005"));
        assertThat(rejected.get("items").size()).isEqualTo(1);
        assertThat(released.statusCode()).isEqualTo(200);
        assertThat(Api.json(released).get("quarantine_id").stringValue()).isEqualTo("a");
        assertThat(reject.statusCode()).isEqualTo(200);
        assertThat(DESK.asked)
                .extracting(Object::getClass)
                .containsExactly(PriceRequest.ReleasePrice.class, PriceRequest.Reject.class);
        assertProblem(api.get("/api/prices/quarantine?state=lost"), 400, "invalid_value");
    }

    @Test
    void shouldTellSourcesAndDisagreements() throws Exception {
        DESK.statuses.add(
                new SourceState(
                        "litellm",
                        "https://example/prices.json",
                        "status 500 (expected: 200)",
                        FOUND,
                        null,
                        0,
                        0,
                        0,
                        new TreeMap<>(Map.of("input_cost_per_query", 2))));
        DESK.statuses.add(
                new Disagreement(
                        "d",
                        "openai",
                        "gpt",
                        new QuotedPrice("litellm", 1_000_000, 2_000_000),
                        new QuotedPrice("openrouter", 3_000_000, 2_000_000),
                        FOUND));

        JsonNode source = Api.json(api.get("/api/prices/sources")).get("items").get(0);
        JsonNode found = Api.json(api.get("/api/prices/disagreements")).get("items").get(0);

        assertThat(source.get("status").stringValue()).isEqualTo("failing");
        assertThat(source.get("unsupported_classes").get("input_cost_per_query").intValue())
                .isEqualTo(2);
        assertThat(source.get("fetched_at").isNull()).isTrue();
        assertThat(found.get("published").get("input_cost_per_token").decimalValue())
                .isEqualTo(new BigDecimal("0.000001"));
        assertThat(found.get("other").get("source").stringValue()).isEqualTo("openrouter");
    }

    @Test
    void shouldNotTellWhatHasNotBeenRead() throws Exception {
        DESK.open = false;

        for (String path : List.of("quarantine", "sources", "disagreements")) {
            assertProblem(api.get("/api/prices/" + path), 503, "service_unavailable");
        }
    }

    private static PriceStatus held(String id, QuarantineState state, boolean releasable) {
        return new Quarantined(
                id,
                "openai",
                "gpt-" + id,
                "litellm",
                List.of(new PriceFault(PriceFault.FaultCode.CHANGED_TOO_MUCH, "five times")),
                "{}",
                releasable
                        ? new PricePublished(
                                "openai",
                                "gpt",
                                FOUND,
                                "litellm",
                                Rates.of(5_000_000, 5_000_000),
                                false)
                        : null,
                "openai/gpt@1970-01-01T00:00:00Z#built-in",
                FOUND,
                state,
                state == QuarantineState.HELD ? null : FOUND);
    }

    private static HttpResponse<String> put(String path, String body) throws Exception {
        return api.send(
                api.request(path, "Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body)));
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(Api.json(answer).get("code").stringValue()).isEqualTo(code);
    }
}
