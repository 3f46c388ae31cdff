package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.ServiceTier;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The price endpoints over HTTP, on a book that the test has made. */
class PricesIT {

    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

    private static final PriceTerms PRO =
            new PriceTerms(
                    new TieredRates(
                            new Rates(1_250_000, 10_000_000, 125_000L, null, null),
                            List.of(
                                    new LongContextRates(
                                            200_000,
                                            new Rates(
                                                    2_500_000, 15_000_000, 250_000L, null, null)))),
                    Map.of(ServiceTier.BATCH, TieredRates.flat(Rates.of(625_000, 5_000_000))));

    private static final FakeMetering METERING = new FakeMetering();

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        METERING.book =
                PriceBook.of(
                        List.of(
                                price("anthropic", "claude-3-opus-20240229", 15, 75, true),
                                price("ollama", "llama3", 0, 0, true),
                                price("openai", "gpt-4o", 2, 10, false),
                                new PricePublished(
                                        "openai",
                                        "gpt-4o",
                                        MAY,
                                        "operator",
                                        PriceTerms.flat(Rates.of(1_000_000, 2_000_000)),
                                        true,
                                        JUNE,
                                        "https://intranet.example/prices",
                                        "as agreed"),
                                new PricePublished(
                                        "google",
                                        "models/gemini-2.5-pro",
                                        Instant.EPOCH,
                                        "litellm",
                                        PRO,
                                        true,
                                        null,
                                        null,
                                        null),
                                new PricePublished(
                                        "search",
                                        "one",
                                        Instant.EPOCH,
                                        "litellm",
                                        new Rates(
                                                Map.of(
                                                        RateClass.INPUT,
                                                        0L,
                                                        RateClass.OUTPUT,
                                                        0L,
                                                        RateClass.REQUEST,
                                                        5_000_000_000L)),
                                        false)));
        api = Api.start(METERING.withoutKafka(), new FakeLedger());
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void shouldListThePricesInForceAsAnArrayWithTektonsFields() throws Exception {
        HttpResponse<String> response =
                api.get("/api/prices?provider=anthropic&model=claude-3-opus-20240229");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(
                        "[{\"pricing_id\":\"anthropic/claude-3-opus-20240229@1970-01-01T00:00:00Z"
                                + "#built-in\",\"provider\":\"anthropic\","
                                + "\"model\":\"claude-3-opus-20240229\","
                                + "\"price_type\":\"token_based\","
                                + "\"input_cost_per_token\":0.000015,"
                                + "\"output_cost_per_token\":0.000075,"
                                + "\"input_cost_per_char\":0,\"output_cost_per_char\":0,"
                                + "\"cost_per_image\":null,\"cost_per_second\":null,"
                                + "\"fixed_cost_per_request\":null,\"version\":\"1.0\","
                                + "\"source\":\"built-in\",\"source_url\":null,\"verified\":true,"
                                + "\"effective_date\":\"1970-01-01T00:00:00Z\",\"end_date\":null,"
                                + "\"effective_from\":\"1970-01-01T00:00:00Z\","
                                + "\"effective_to\":null,"
                                + "\"created_at\":\"1970-01-01T00:00:00Z\",\"metadata\":{},"
                                + "\"rates\":{\"input\":0.000015,\"output\":0.000075}}]");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 5",
        "?provider=openai, 1",
        "?source=litellm, 2",
        "?verified=false, 2",
        "?verified=true&source=built-in, 2",
        "?at=2026-05-15T00:00:00Z&source=operator, 1",
        "?at=2026-05-15&verified=false, 1",
        "?at=2026-06-01T02:00:00%2B02:00&source=operator, 0",
        "?at=2026-06-01T01:59:59+02:00&source=operator, 1",
        "?model=nobody, 0",
    })
    void shouldFilter(String query, int count) throws Exception {
        assertThat(Api.json(api.get("/api/v1/prices" + query)).size()).isEqualTo(count);
    }

    @Test
    void shouldPageWhenAskedTo() throws Exception {
        JsonNode page = Api.json(api.get("/api/prices?page=2&limit=2"));

        assertThat(page.get("total").intValue()).isEqualTo(5);
        assertThat(page.get("items").valueStream().map(p -> p.get("provider").stringValue()))
                .containsExactly("ollama", "openai");
    }

    @Test
    void shouldTellTheCurrentPriceAndWhatMatched() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/api/prices/current",
                        "{\"provider\":\"OpenAI\",\"model\":\"gpt-4o-2024-08-06\","
                                + "\"at\":\"2026-05-15\"}");
        JsonNode price = Api.json(response);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(price.get("matched").toString())
                .isEqualTo("{\"by\":\"dated\",\"provider\":\"openai\",\"model\":\"gpt-4o\"}");
        assertThat(price.get("source").stringValue()).isEqualTo("operator");
        assertThat(price.get("effective_from").stringValue()).isEqualTo("2026-05-01T00:00:00Z");
        assertThat(price.get("effective_to").stringValue()).isEqualTo("2026-06-01T00:00:00Z");
        assertThat(price.get("raw").stringValue()).isEqualTo("as agreed");
        assertThat(price.get("source_url").stringValue()).startsWith("https://intranet");
    }

    @Test
    void shouldTellTheHistoryNewestFirst() throws Exception {
        JsonNode history = Api.json(api.get("/api/prices/history/openai/gpt-4o"));

        assertThat(
                        history.valueStream()
                                .map(
                                        span ->
                                                span.get("source").stringValue()
                                                        + ' '
                                                        + span.get("effective_from").stringValue()))
                .containsExactly(
                        "built-in 2026-06-01T00:00:00Z",
                        "operator 2026-05-01T00:00:00Z",
                        "built-in 1970-01-01T00:00:00Z");
        assertThat(history.get(0).get("effective_to").isNull()).isTrue();
        assertThat(history.get(2).get("effective_to").stringValue())
                .isEqualTo("2026-05-01T00:00:00Z");
    }

    @Test
    void shouldTakeAllOfThePathAsTheModel() throws Exception {
        String history = api.get("/api/v1/prices/history/google/models%2Fgemini-2.5-pro").body();

        assertThat(history)
                .contains("\"model\":\"models/gemini-2.5-pro\"")
                .contains(
                        "\"long_context\":[{\"above_input_tokens\":200000,\"rates\":{"
                                + "\"input\":0.0000025,\"output\":0.000015,"
                                + "\"cached_input\":0.00000025}}]")
                .contains(
                        "\"service_tiers\":{\"batch\":{\"rates\":{\"input\":0.000000625,"
                                + "\"output\":0.000005}}}");
        assertThat(api.get("/api/prices/history/google/models/gemini-2.5-pro").body())
                .isEqualTo(history);
        assertThat(api.get("/api/prices/history/no/such").body()).isEqualTo("[]");
        assertThat(api.get("/api/prices/history/openai").statusCode()).isEqualTo(422);
    }

    @Test
    void shouldCalculateAndExplain() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/api/prices/calculate",
                        "{\"provider\":\"google\",\"model\":\"models/gemini-2.5-pro\","
                                + "\"input_tokens\":300000,\"cached_input_tokens\":100000,"
                                + "\"output_tokens\":1000}");

        assertThat(response.body())
                .isEqualTo(
                        "{\"provider\":\"google\",\"model\":\"models/gemini-2.5-pro\","
                                + "\"matched\":{\"by\":\"exact\",\"provider\":\"google\","
                                + "\"model\":\"models/gemini-2.5-pro\"},"
                                + "\"pricing_version\":\"google/models/gemini-2.5-pro"
                                + "@1970-01-01T00:00:00Z#litellm\","
                                + "\"input_tokens\":300000,\"output_tokens\":1000,"
                                + "\"input_cost\":0.525,\"output_cost\":0.015,\"request_cost\":0,"
                                + "\"total_cost\":0.54,\"service_tier\":\"standard\","
                                + "\"rated_as\":{\"service_tier\":\"standard\","
                                + "\"above_input_tokens\":200000},\"estimated\":false,"
                                + "\"breakdown\":["
                                + "{\"class\":\"input\",\"tokens\":200000,\"rate\":0.0000025,"
                                + "\"cost\":0.5},"
                                + "{\"class\":\"cached_input\",\"tokens\":100000,"
                                + "\"rate\":0.00000025,\"cost\":0.025},"
                                + "{\"class\":\"output\",\"tokens\":1000,\"rate\":0.000015,"
                                + "\"cost\":0.015}]}");
    }

    @Test
    void shouldCalculateByServiceTierAndRequest() throws Exception {
        JsonNode batch =
                calculate(
                        "\"provider\":\"google\",\"model\":\"models/gemini-2.5-pro\","
                                + "\"input_tokens\":1000000,\"service_tier\":\"BATCH\"");
        JsonNode priority =
                calculate(
                        "\"provider\":\"google\",\"model\":\"models/gemini-2.5-pro\","
                                + "\"input_tokens\":1000,\"serviceTier\":\"priority\"");
        JsonNode request =
                calculate("\"provider\":\"search\",\"model\":\"one\",\"input_tokens\":5");

        // Half of what so long a request costs in the standard tier.
        assertThat(batch.get("total_cost").decimalValue()).isEqualByComparingTo("1.25");
        assertThat(priority.get("total_cost").decimalValue()).isEqualByComparingTo("0.00125");
        assertThat(priority.get("service_tier").stringValue()).isEqualTo("priority");
        assertThat(priority.get("rated_as").get("service_tier").stringValue())
                .isEqualTo("standard");
        assertThat(priority.get("estimated").booleanValue()).isTrue();
        assertThat(batch.get("estimated").booleanValue()).isFalse();
        assertThat(request.get("request_cost").decimalValue()).isEqualByComparingTo("0.005");
        assertThat(request.get("breakdown").get(1).toString())
                .isEqualTo("{\"class\":\"request\",\"requests\":1,\"rate\":0.005,\"cost\":0.005}");
    }

    @Test
    void shouldCalculateTheGuidesNumbers() throws Exception {
        JsonNode costs =
                calculate(
                        "\"provider\":\"anthropic\",\"model\":\"claude-3-opus-20240229\","
                                + "\"input_tokens\":100,\"output_tokens\":250");

        assertThat(costs.get("input_cost").toString()).isEqualTo("0.0015");
        assertThat(costs.get("output_cost").toString()).isEqualTo("0.01875");
        assertThat(costs.get("total_cost").toString()).isEqualTo("0.02025");
    }

    @Test
    void shouldRecommendWhatCostsLess() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/api/prices/recommendations",
                        "{\"provider\":\"anthropic\",\"model\":\"claude-3-opus-20240229\"}");
        JsonNode json = Api.json(response);

        assertThat(json.get("current_cost").toString()).isEqualTo("0.24");
        assertThat(json.get("current_provider").stringValue()).isEqualTo("anthropic");
        assertThat(json.get("items").valueStream().map(i -> i.get("provider").stringValue()))
                .containsExactly("ollama", "google", "openai");
        assertThat(json.get("items").get(1).toString())
                .isEqualTo(
                        "{\"provider\":\"google\",\"model\":\"models/gemini-2.5-pro\","
                                + "\"estimated_cost\":0.03125,\"savings\":0.20875,"
                                + "\"savings_percent\":86.979167,"
                                + "\"input_cost_per_token\":0.00000125,"
                                + "\"output_cost_per_token\":0.00001,\"cost_reduction\":0.20875,"
                                + "\"cost_reduction_percentage\":86.979167,\"confidence\":null,"
                                + "\"quality_impact\":null,\"speed_impact\":null,"
                                + "\"description\":\"costs 0.03125 USD instead of 0.24 USD for"
                                + " these tokens\",\"reason\":\"costs 0.03125 USD instead of"
                                + " 0.24 USD for these tokens\"}");
    }

    @Test
    void shouldRankAllModelsWithoutOne() throws Exception {
        JsonNode json =
                Api.json(
                        api.post(
                                "/api/v1/prices/recommend",
                                "{\"context_size\":1000,\"output_size\":1000,\"max_cost\":0.02,"
                                    + "\"prefer_provider\":\"google\",\"task_type\":\"chat\"}"));

        assertThat(json.get("current_model").isNull()).isTrue();
        assertThat(json.get("current_cost").isNull()).isTrue();
        assertThat(json.get("best_match").get("provider").stringValue()).isEqualTo("google");
        assertThat(json.get("best_match").get("estimated_cost").toString()).isEqualTo("0.01125");
        assertThat(json.get("alternatives").valueStream().map(a -> a.get("provider").stringValue()))
                .containsExactly("ollama", "openai");
        assertThat(json.get("optimization_tips").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "current|{}|422|provider",
                "current|{\"provider\":\"openai\"}|422|model",
                "current|{\"provider\":\"openai\",\"model\":\"unheard-of\"}|404|",
                "current|{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"at\":\"soon\"}|422|at",
                "current|[]|422|",
                "calculate|{\"provider\":\"openai\",\"model\":\"gpt-4o\"}|422|input_tokens",
                "calculate|{\"provider\":\"x\",\"model\":\"y\",\"input_tokens\":1}|404|",
                "calculate|{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":-1}"
                        + "|422|input_tokens",
                "calculate|{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":1,"
                        + "\"cached_input_tokens\":2}|400|input_tokens",
                "calculate|{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":9,"
                        + "\"cache_write_1h_tokens\":2}|400|cache_write_tokens",
                "calculate|{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":1,"
                        + "\"service_tier\":\"express\"}|400|service_tier",
                "recommendations|{\"provider\":\"openai\"}|422|model",
                "recommendations|{\"provider\":\"x\",\"model\":\"y\"}|404|",
                "recommendations|{\"context_size\":0}|422|context_size",
                "recommendations|{\"max_cost\":-1}|422|max_cost",
            })
    void shouldRefuseNamingTheField(String path, String body, int status, String field)
            throws Exception {
        HttpResponse<String> response = api.post("/api/prices/" + path, body);
        JsonNode problem = Api.json(response);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        if (field != null) {
            assertThat(problem.get("errors").get(0).get("loc").get(1).stringValue())
                    .isEqualTo(field);
        }
    }

    private static JsonNode calculate(String fields) throws Exception {
        HttpResponse<String> response = api.post("/api/prices/calculate", "{" + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Api.json(response);
    }

    private static PricePublished price(
            String provider, String model, long input, long output, boolean verified) {
        return new PricePublished(
                provider,
                model,
                Instant.EPOCH,
                "built-in",
                Rates.of(input * 1_000_000, output * 1_000_000),
                verified);
    }
}
