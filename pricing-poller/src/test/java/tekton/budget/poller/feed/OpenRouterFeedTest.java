package tekton.budget.poller.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PriceFault;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.poller.feed.FeedReading.Unread;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class OpenRouterFeedTest {

    @Test
    void shouldReadAPriceAndBearWitnessToItsAuthors() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"id": "anthropic/claude-sonnet-4.5", "pricing": {"prompt": "0.000003",
                         "completion": "0.000015", "request": "0", "image": "0.0048",
                         "web_search": "0.01", "internal_reasoning": "0",
                         "input_cache_read": "0.0000003", "input_cache_write": "0.00000375",
                         "overrides": [{"min_prompt_tokens": 200001, "prompt": "0.000006",
                                        "completion": "0.0000225"}]}}\
                        """);

        TieredRates expected =
                new TieredRates(
                        new Rates(
                                Map.of(
                                        RateClass.INPUT, 3_000_000L,
                                        RateClass.OUTPUT, 15_000_000L,
                                        RateClass.CACHED_INPUT, 300_000L,
                                        RateClass.CACHE_WRITE, 3_750_000L)),
                        List.of(new LongContextRates(200_000, Rates.of(6_000_000, 22_500_000))));
        assertThat(reading.quotes())
                .extracting(Quote::model, Quote::witness, quote -> quote.terms().standard())
                .containsExactly(
                        tuple(
                                new ModelKey("openrouter", "anthropic/claude-sonnet-4.5"),
                                false,
                                expected),
                        tuple(new ModelKey("anthropic", "claude-sonnet-4-5"), true, expected));
        assertThat(reading.unsupportedClasses()).containsOnlyKeys("image", "web_search");
    }

    @Test
    void shouldNotBearWitnessToOthersOrVariants() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"id": "meta-llama/llama-3.3-70b-instruct",
                         "pricing": {"prompt": "0.0000001", "completion": "0.0000003"}},
                        {"id": "openai/gpt-oss-20b:free",
                         "pricing": {"prompt": "0", "completion": "0"}}\
                        """);

        assertThat(reading.quotes()).hasSize(2).noneMatch(Quote::witness);
    }

    @Test
    void shouldNotBelieveMinusOne() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}}\
                        """);

        assertThat(reading.quotes()).isEmpty();
        assertThat(reading.faulty())
                .singleElement()
                .satisfies(
                        faulty -> {
                            assertThat(faulty.model())
                                    .isEqualTo(new ModelKey("openrouter", "openrouter/auto"));
                            assertThat(faulty.faults())
                                    .extracting(PriceFault::code)
                                    .containsOnly(PriceFault.FaultCode.NEGATIVE);
                        });
    }

    @Test
    void shouldNamePricesByTheTimeOfDay() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"id": "deepseek/m", "pricing": {"prompt": "0.000001",
                         "completion": "0.000002", "discount": 0,
                         "overrides": [{"utc_start": 16.5, "utc_end": 0.5, "prompt": "0.0000005"}]}},
                        {"id": "a/b", "pricing": null},
                        {"name": "nameless"}\
                        """);

        assertThat(reading.quotes()).hasSize(2);
        assertThat(reading.unsupportedClasses())
                .containsOnlyKeys("overrides.utc_start+utc_end+prompt");
        assertThat(reading.unread())
                .contains(new Unread("a/b", "no price"))
                .extracting(Unread::reason)
                .containsExactly("no price", "names no model");
    }

    @Test
    void shouldRefuseWhatIsNoListOfModels() {
        assertThatThrownBy(
                        () ->
                                new OpenRouterFeed()
                                        .read("{\"error\": 1}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableFeedException.class)
                .hasMessage("data: missing (expected: a list of models)");
    }

    private static FeedReading read(String models) throws UnreadableFeedException {
        return new OpenRouterFeed()
                .read(("{\"data\": [" + models + "]}").getBytes(StandardCharsets.UTF_8));
    }
}
