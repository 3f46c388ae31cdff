package tekton.budget.poller.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.poller.feed.FeedReading.Unread;
import tekton.budget.value.ServiceTier;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class LiteLlmFeedTest {

    @Test
    void shouldReadEveryClassTierAndService() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"gemini/m": {"litellm_provider": "gemini", "mode": "chat", "max_tokens": 9,
                          "input_cost_per_token": 1e-06, "output_cost_per_token": 2E-6,
                          "cache_read_input_token_cost": "1e-07",
                          "cache_creation_input_token_cost": 0.00000125,
                          "cache_creation_input_token_cost_above_1hr": 2e-6,
                          "output_cost_per_reasoning_token": 3e-6,
                          "input_cost_per_audio_token": 4e-6, "output_cost_per_audio_token": 5e-6,
                          "input_cost_per_image_token": 6e-6, "output_cost_per_image_token": 7e-6,
                          "input_cost_per_request": 0.005,
                          "input_cost_per_token_above_128k_tokens": 1.1e-6,
                          "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 4e-6,
                          "output_cost_per_token_above_272k_tokens_priority": 9e-6,
                          "input_cost_per_token_batches": 5e-7,
                          "input_cost_per_token_flex": 6e-7,
                          "output_cost_per_token_priority": 8e-6}}\
                        """);

        assertThat(reading.quotes()).hasSize(1);
        Quote quote = reading.quotes().getFirst();
        assertThat(quote.model()).isEqualTo(new ModelKey("google", "m"));
        assertThat(quote.terms())
                .isEqualTo(
                        new PriceTerms(
                                new TieredRates(
                                        new Rates(
                                                Map.ofEntries(
                                                        Map.entry(RateClass.INPUT, 1_000_000L),
                                                        Map.entry(RateClass.OUTPUT, 2_000_000L),
                                                        Map.entry(RateClass.CACHED_INPUT, 100_000L),
                                                        Map.entry(
                                                                RateClass.CACHE_WRITE, 1_250_000L),
                                                        Map.entry(
                                                                RateClass.CACHE_WRITE_1H,
                                                                2_000_000L),
                                                        Map.entry(RateClass.REASONING, 3_000_000L),
                                                        Map.entry(
                                                                RateClass.AUDIO_INPUT, 4_000_000L),
                                                        Map.entry(
                                                                RateClass.AUDIO_OUTPUT, 5_000_000L),
                                                        Map.entry(
                                                                RateClass.IMAGE_INPUT, 6_000_000L),
                                                        Map.entry(
                                                                RateClass.IMAGE_OUTPUT, 7_000_000L),
                                                        Map.entry(
                                                                RateClass.REQUEST,
                                                                5_000_000_000L))),
                                        List.of(
                                                above(128_000, RateClass.INPUT, 1_100_000),
                                                above(
                                                        200_000,
                                                        RateClass.CACHE_WRITE_1H,
                                                        4_000_000))),
                                Map.of(
                                        ServiceTier.BATCH,
                                        TieredRates.flat(rate(RateClass.INPUT, 500_000)),
                                        ServiceTier.FLEX,
                                        TieredRates.flat(rate(RateClass.INPUT, 600_000)),
                                        ServiceTier.PRIORITY,
                                        new TieredRates(
                                                rate(RateClass.OUTPUT, 8_000_000),
                                                List.of(
                                                        above(
                                                                272_000,
                                                                RateClass.OUTPUT,
                                                                9_000_000))))));
        assertThat(quote.raw()).contains("\"output_cost_per_token\":0.000002");
        assertThat(reading.unsupportedClasses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "128, 128000",
        "200, 200000",
        "256, 256000",
        "272, 272000",
        "512, 512000",
    })
    void shouldReadTheLongContextTier(String thousands, long above) throws Exception {
        String field = "output_cost_per_token_above_" + thousands + "k_tokens";

        PriceTerms terms = one("\"" + field + "\": 0.00002").terms();

        assertThat(terms.standard().longContext())
                .containsExactly(above(above, RateClass.OUTPUT, 20_000_000));
    }

    @Test
    void shouldReadListsOfTiers() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"p/m": {"litellm_provider": "p", "tiered_pricing": [
                          {"range": [0, 32000.0], "input_cost_per_token": 1e-6,
                           "output_cost_per_token": 2e-6},
                          {"range": [32000.0, 128000.0], "input_cost_per_token": 3e-6,
                           "output_cost_per_token": 4e-6, "surprise": 1}]}}\
                        """);

        assertThat(reading.quotes())
                .singleElement()
                .extracting(quote -> quote.terms().standard())
                .isEqualTo(
                        new TieredRates(
                                Rates.of(1_000_000, 2_000_000),
                                List.of(
                                        new LongContextRates(
                                                32_000, Rates.of(3_000_000, 4_000_000)))));
        assertThat(reading.unsupportedClasses()).containsOnlyKeys("tiered_pricing.surprise");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, NEGATIVE",
        "-0.000001, NEGATIVE",
        "'\"free\"', NOT_A_NUMBER",
        "true, NOT_A_NUMBER",
        "[1], NOT_A_NUMBER",
        "0.0010000001, IMPLAUSIBLE",
        "1e99999999, IMPLAUSIBLE",
        "1e-13, TOO_SMALL",
        "1e-99999999, TOO_SMALL",
    })
    void shouldNotBelieve(String figure, FaultCode code) throws Exception {
        FeedReading ofPart = read(entry("\"cache_read_input_token_cost\": " + figure));
        FeedReading ofBase =
                read(
                        """
                        {"m": {"litellm_provider": "openai", "input_cost_per_token": %s,
                               "output_cost_per_token": 2e-6}}\
                        """
                                .formatted(figure));

        assertThat(ofPart.quotes())
                .singleElement()
                .satisfies(
                        quote -> {
                            assertThat(quote.terms().standard().rates().byClass())
                                    .containsOnlyKeys(RateClass.INPUT, RateClass.OUTPUT);
                            assertFault(quote.leftOut(), "cache_read_input_token_cost: ", code);
                        });
        assertThat(ofBase.quotes()).isEmpty();
        assertThat(ofBase.faulty())
                .singleElement()
                .satisfies(
                        faulty -> {
                            assertThat(faulty.model()).isEqualTo(new ModelKey("openai", "m"));
                            assertFault(faulty.faults(), "input_cost_per_token: ", code);
                        });
    }

    private static void assertFault(List<PriceFault> faults, String field, FaultCode code) {
        assertThat(faults)
                .singleElement()
                .satisfies(
                        fault -> {
                            assertThat(fault.code()).isEqualTo(code);
                            assertThat(fault.message()).startsWith(field).hasSizeLessThan(200);
                        });
    }

    /** Three entries: the first two differ in one class, and the third does not decide it. */
    @Test
    void shouldLoseOnlyTheClassInWhichEntriesDiffer() throws Exception {
        String entry =
                """
                "%s": {"litellm_provider": "gemini", "input_cost_per_token": 3e-7,
                       "output_cost_per_token": 25e-7, "cache_read_input_token_cost": %s}\
                """;

        FeedReading reading =
                read(
                        "{%s,%s,%s}"
                                .formatted(
                                        entry.formatted("gemini/m", "75e-9"),
                                        entry.formatted("m", "3e-8"),
                                        entry.formatted("google/m", "3e-8")));

        assertThat(reading.quotes())
                .singleElement()
                .satisfies(
                        quote -> {
                            assertThat(quote.terms())
                                    .isEqualTo(PriceTerms.flat(Rates.of(300_000, 2_500_000)));
                            assertThat(quote.leftOut())
                                    .extracting(PriceFault::code)
                                    .containsExactly(FaultCode.CONTRADICTORY);
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "0.0000000000015, 2",
        "0.0000000000025, 2",
        "0.0000029999900000000002, 2999990",
        "0.001, 1000000000",
    })
    void shouldRoundHalfEvenOnce(String figure, long pico) throws Exception {
        assertThat(
                        one("\"cache_read_input_token_cost\": " + figure)
                                .terms()
                                .standard()
                                .rates()
                                .of(RateClass.CACHED_INPUT))
                .isEqualTo(pico);
    }

    @Test
    void shouldPutTwoNamesOfOneModelTogether() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"m": {"litellm_provider": "deepseek", "input_cost_per_token": 1e-6,
                               "output_cost_per_token": 2e-6},
                         "deepseek/m": {"litellm_provider": "deepseek",
                               "input_cost_per_token": 0.0000010, "output_cost_per_token": 2e-6,
                               "input_cost_per_token_cache_hit": 1e-7},
                         "x": {"litellm_provider": "deepseek", "input_cost_per_token": 1e-6,
                               "output_cost_per_token": 2e-6},
                         "deepseek/x": {"litellm_provider": "deepseek",
                               "input_cost_per_token": 3e-6, "output_cost_per_token": 2e-6}}\
                        """);

        assertThat(reading.quotes())
                .singleElement()
                .satisfies(
                        quote -> {
                            assertThat(quote.model()).isEqualTo(new ModelKey("deepseek", "m"));
                            assertThat(quote.terms().standard().rates().of(RateClass.CACHED_INPUT))
                                    .isEqualTo(100_000);
                        });
        assertThat(reading.faulty())
                .singleElement()
                .satisfies(
                        faulty ->
                                assertThat(faulty.faults())
                                        .singleElement()
                                        .isEqualTo(
                                                new PriceFault(
                                                        FaultCode.CONTRADICTORY,
                                                        "input_cost_per_token: 0.000003 USD, and"
                                                                + " elsewhere in the same list"
                                                                + " 0.000001 USD for the same")));
    }

    @Test
    void shouldNotTakeForFreeWhatIsPricedOtherwise() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"r": {"litellm_provider": "p", "mode": "rerank", "input_cost_per_token": 0,
                               "output_cost_per_token": 0.0, "input_cost_per_query": 0.002},
                         "f": {"litellm_provider": "p", "input_cost_per_token": 0,
                               "output_cost_per_token": 0, "output_cost_per_second": 0.0},
                         "i": {"litellm_provider": "p", "output_cost_per_image": 0.04},
                         "o": {"litellm_provider": "p", "output_cost_per_token": 1e-6},
                         "n": {"litellm_provider": "p", "max_tokens": 4096},
                         "e": {"litellm_provider": "p", "mode": "embedding",
                               "input_cost_per_token": 1e-7}}\
                        """);

        assertThat(reading.quotes())
                .extracting(quote -> quote.model().model())
                .containsExactly("e", "f");
        assertThat(reading.unread())
                .containsExactlyInAnyOrder(
                        new Unread(
                                "p/r",
                                "free by the token, and priced by what is not supported:"
                                        + " input_cost_per_query"),
                        new Unread(
                                "p/i",
                                "only price classes that are not supported: output_cost_per_image"),
                        new Unread("p/o", "no price of input tokens"),
                        new Unread("p/n", "no price"));
        assertThat(reading.assumptions())
                .containsOnlyKeys("no output price of an embedding: it has no output tokens");
    }

    @Test
    void shouldNameWhatItDoesNotRead() throws Exception {
        FeedReading reading =
                read(
                        entry(
                                """
                                "search_context_cost_per_query": {"search_context_size_low": 0.01},
                                "input_dbu_cost_per_token": 1e-6, "supports_vision": true,
                                "regional_processing_uplift_multiplier_eu": 1.1,
                                "input_cost_per_token_above_1m_tokens": 1e-5,
                                "input_cost_per_token_turbo": 1e-5,
                                "fee_of_the_future": 3, "max_images_per_prompt": 3,
                                "metadata": {"notes": "x"}, "supported_regions": ["eu"],
                                "web_search_billing_unit": "per_query"\
                                """));

        assertThat(reading.quotes()).hasSize(1);
        assertThat(reading.unsupportedClasses())
                .containsOnlyKeys(
                        "search_context_cost_per_query",
                        "input_dbu_cost_per_token",
                        "regional_processing_uplift_multiplier_eu",
                        "input_cost_per_token_above_1m_tokens",
                        "input_cost_per_token_turbo",
                        "fee_of_the_future",
                        "web_search_billing_unit");
    }

    @Test
    void shouldCountACacheWriteOfZeroAsInput() throws Exception {
        FeedReading reading = read(entry("\"cache_creation_input_token_cost\": 0.0"));

        assertThat(reading.quotes().getFirst().terms().standard().rates().byClass())
                .containsOnlyKeys(RateClass.INPUT, RateClass.OUTPUT);
        assertThat(reading.assumptions())
                .containsEntry("cache write of 0 beside priced input: no surcharge", 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "<!DOCTYPE html><html>nothing</html>",
                "[]",
                "null",
                "{\"m\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 1e-",
                "{\"m\": {\"litellm_provider\": \"p\"}} {}",
                "{\"m\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": NaN}}",
            })
    void shouldRefuseWhatIsNoPriceMap(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(UnreadableFeedException.class);
    }

    @Test
    void shouldBoundWhatAHostileListMakesOfItself() throws Exception {
        StringBuilder tiers = new StringBuilder();
        StringBuilder classes = new StringBuilder();
        for (int i = 1; i <= 500; i++) {
            tiers.append(", \"input_cost_per_token_above_%dk_tokens\": -1".formatted(i));
            classes.append(", \"cost_%s_%d\": 1".formatted("x".repeat(500), i));
        }

        FeedReading negative = read(entry("\"x\": true" + tiers));
        FeedReading tooMany = read(entry("\"x\": true" + tiers.toString().replace("-1", "0")));
        FeedReading unknown = read(entry("\"x\": true" + classes));

        assertThat(negative.quotes())
                .singleElement()
                .satisfies(quote -> assertThat(quote.leftOut()).hasSize(20));
        assertThat(tooMany.unread())
                .singleElement()
                .satisfies(unread -> assertThat(unread.reason()).contains("500 tiers"));
        assertThat(unknown.unsupportedClasses()).hasSizeLessThan(202);
        assertThat(unknown.unsupportedClasses().keySet())
                .allSatisfy(name -> assertThat(name).hasSizeLessThan(110));
        assertThat(unknown.quotes().getFirst().raw()).hasSizeLessThan(4_097);
    }

    @Test
    void shouldLeaveOutWhatIsNoModel() throws Exception {
        FeedReading reading =
                read(
                        """
                        {"sample_spec": {"litellm_provider": "one of", "input_cost_per_token": 0},
                         "rules": {"rules": []}, "text": "x", "a\\u0007b": {"litellm_provider": "p"},
                         "m": {"litellm_provider": "a/b"}}\
                        """);

        assertThat(reading.quotes()).isEmpty();
        assertThat(reading.unread())
                .extracting(Unread::reason)
                .containsExactly(
                        "the list's own documentation",
                        "names no provider",
                        "names no provider",
                        "a name that no usage record can have",
                        "a name that no usage record can have");
    }

    private static Quote one(String fields) throws Exception {
        return read(entry(fields)).quotes().getFirst();
    }

    private static String entry(String fields) {
        return """
        {"m": {"litellm_provider": "openai", "input_cost_per_token": 1e-6,
         "output_cost_per_token": 2e-6, %s}}\
        """
                .formatted(fields);
    }

    private static LongContextRates above(long tokens, RateClass rateClass, long rate) {
        return new LongContextRates(tokens, rate(rateClass, rate));
    }

    private static Rates rate(RateClass rateClass, long rate) {
        return new Rates(Map.of(rateClass, rate));
    }

    private static FeedReading read(String json) throws UnreadableFeedException {
        return new LiteLlmFeed().read(json.getBytes(StandardCharsets.UTF_8));
    }
}
