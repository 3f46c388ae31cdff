package tekton.budget.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PricePublished;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.pricing.PriceBook;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

class BuiltInPricesTest {

    private static final List<PricePublished> PRICES = BuiltInPrices.load();
    private static final PriceBook BOOK = PriceBook.of(PRICES);

    private static final Set<String> CLASSES =
            Arrays.stream(RateClass.values()).map(RateClass::wireName).collect(Collectors.toSet());

    /** Tekton's clients count on them: contract 1.8. */
    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-3-opus-20240229, 15_000_000, 75_000_000",
        "anthropic, claude-3-sonnet-20240229, 3_000_000, 15_000_000",
        "anthropic, claude-3-haiku-20240307, 250_000, 1_250_000",
        "anthropic, claude-3-5-sonnet-20240620, 3_000_000, 13_000_000",
        "anthropic, claude-3-7-sonnet-20250219, 3_000_000, 13_000_000",
        "openai, gpt-4, 30_000_000, 60_000_000",
        "openai, gpt-4-turbo, 10_000_000, 30_000_000",
        "openai, gpt-4o, 10_000_000, 30_000_000",
        "openai, gpt-3.5-turbo, 500_000, 1_500_000",
        "ollama, llama3, 0, 0",
        "simulated, simulated-standard, 0, 0",
    })
    void shouldKeepTektonsSeedPrices(String provider, String model, String input, String output) {
        Rates rates = BOOK.match(provider, model, 0).orElseThrow().price().rates();

        assertThat(rates.input()).isEqualTo(Long.parseLong(input.replace("_", "")));
        assertThat(rates.output()).isEqualTo(Long.parseLong(output.replace("_", "")));
    }

    @Test
    void shouldHoldFromTheEpochOncePerModel() {
        assertThat(PRICES).hasSizeGreaterThan(100);
        assertThat(PRICES).allMatch(price -> price.effectiveFrom().equals(Instant.EPOCH));
        assertThat(PRICES).extracting(PricePublished::versionId).doesNotHaveDuplicates();
    }

    /** A misspelt name would be a rate that nobody reads. */
    @Test
    void shouldSayNothingThatIsNotRead() throws IOException {
        for (JsonNode price : file().get("prices")) {
            assertThat(price.propertyNames())
                    .as(price.toString())
                    .isSubsetOf(
                            "provider",
                            "model",
                            "as_of",
                            "source_url",
                            "rates",
                            "long_context",
                            "service_tiers");
            checkRates(price);
            for (JsonNode tier : price.path("service_tiers")) {
                checkRates(tier);
            }
        }
    }

    @Test
    void shouldSayWhenAndWhereEveryFigureWasRead() throws IOException {
        LocalDate newest = LocalDate.parse(file().get("as_of").stringValue());
        int seeds = 0;
        for (JsonNode price : file().get("prices")) {
            assertThat(LocalDate.parse(price.get("as_of").stringValue())).isBeforeOrEqualTo(newest);
            seeds += price.has("source_url") ? 0 : 1;
        }
        assertThat(seeds).as("prices that only Tekton states").isEqualTo(11);
    }

    /** Parts are cheaper or dearer than their whole by no more than any provider asks. */
    @Test
    void shouldBePlausible() {
        for (PricePublished price : PRICES) {
            Rates rates = price.rates();
            Long cached = rates.of(RateClass.CACHED_INPUT);
            Long cacheWrite = rates.of(RateClass.CACHE_WRITE);
            assertThat(cached == null || cached < rates.input()).as(price.versionId()).isTrue();
            assertThat(cacheWrite == null || cacheWrite > rates.input())
                    .as(price.versionId())
                    .isTrue();
        }
    }

    private static void checkRates(JsonNode tiered) {
        assertThat(tiered.get("rates").propertyNames()).isSubsetOf(CLASSES);
        for (JsonNode size : tiered.path("long_context")) {
            assertThat(size.propertyNames())
                    .containsExactlyInAnyOrder("above_input_tokens", "rates");
            assertThat(size.get("rates").propertyNames()).isSubsetOf(CLASSES);
        }
    }

    private static JsonNode file() throws IOException {
        try (InputStream in = BuiltInPrices.class.getResourceAsStream("built-in-prices.json")) {
            return JsonMapper.shared().readTree(in);
        }
    }
}
