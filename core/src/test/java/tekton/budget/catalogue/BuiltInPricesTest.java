package tekton.budget.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PricePublished;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

class BuiltInPricesTest {

    private static final List<PricePublished> PRICES = BuiltInPrices.load();
    private static final PriceBook BOOK = PriceBook.of(PRICES);

    private static final LocalDate FIRST_READ = LocalDate.parse("2026-08-01");

    private static final String LITELLM_MAP =
            "/BerriAI/litellm/blob/main/model_prices_and_context_window.json";

    /** Where providers state their prices. */
    private static final Map<String, Set<String>> PAGES =
            Map.of(
                    "anthropic", Set.of("platform.claude.com"),
                    "openai", Set.of("developers.openai.com", "platform.openai.com", "openai.com"),
                    "google", Set.of("ai.google.dev"),
                    "mistral", Set.of("mistral.ai"),
                    "deepseek", Set.of("api-docs.deepseek.com"),
                    "xai", Set.of("docs.x.ai"));

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
                            "other_sources",
                            "rates",
                            "long_context",
                            "service_tiers");
            checkRates(price);
            for (JsonNode tier : price.path("service_tiers")) {
                assertThat(tier.propertyNames())
                        .as(price.toString())
                        .isSubsetOf("as_of", "source_url", "rates", "long_context");
                checkRates(tier);
            }
        }
    }

    /** A service tier that was read elsewhere or on another day than its entry says so itself. */
    @Test
    void shouldSayWhenAndWhereEveryFigureWasRead() throws IOException {
        LocalDate newest = LocalDate.parse(file().get("as_of").stringValue());
        for (JsonNode price : file().get("prices")) {
            String provider = price.get("provider").stringValue();
            checkSource(provider, price, price, newest);
            for (JsonNode tier : price.path("service_tiers")) {
                checkSource(provider, tier, price, newest);
            }
            for (JsonNode part : price.path("other_sources")) {
                assertThat(part.propertyNames())
                        .containsExactlyInAnyOrder("classes", "as_of", "source_url");
                for (JsonNode rateClass : part.get("classes")) {
                    assertThat(price.get("rates").propertyNames())
                            .as(price.toString())
                            .contains(rateClass.stringValue());
                }
                checkSource(provider, part, price, newest);
            }
        }
    }

    /** What no page of a provider was found for names the list that it was taken from. */
    private static void checkSource(
            String provider, JsonNode read, JsonNode price, LocalDate newest) {
        URI page =
                URI.create(
                        read.path("source_url").stringValue(price.get("source_url").stringValue()));
        LocalDate day =
                LocalDate.parse(read.path("as_of").stringValue(price.get("as_of").stringValue()));
        assertThat(page.getScheme()).as(price.toString()).isEqualTo("https");
        if (page.getHost().equals("github.com")) {
            assertThat(page.getPath())
                    .as(price.toString())
                    .matches(LITELLM_MAP + "|/ckoons/Tekton/blob/.+");
        } else {
            assertThat(PAGES.get(provider)).as(price.toString()).contains(page.getHost());
        }
        assertThat(day).as(price.toString()).isBetween(FIRST_READ, newest);
    }

    /** So much cheaper or dearer as no provider makes it would be a slip of the decimal point. */
    @Test
    void shouldPriceServiceTiersNearTheStandard() {
        int compared = 0;
        for (PricePublished price : PRICES) {
            TieredRates standard = price.terms().standard();
            for (var tier : price.terms().otherTiers().entrySet()) {
                String what = price.versionId() + " " + tier.getKey();
                compared +=
                        checkNear(what, tier.getKey(), tier.getValue().rates(), standard.rates());
                for (LongContextRates size : tier.getValue().longContext()) {
                    LongContextRates same =
                            standard.longContext().stream()
                                    .filter(s -> s.aboveInputTokens() == size.aboveInputTokens())
                                    .findAny()
                                    .orElseThrow(() -> new AssertionError(what));
                    compared += checkNear(what, tier.getKey(), size.rates(), same.rates());
                }
            }
        }
        assertThat(compared).isGreaterThan(300);
    }

    private static int checkNear(String what, ServiceTier tier, Rates rates, Rates standard) {
        int compared = 0;
        for (Map.Entry<RateClass, Long> rate : rates.byClass().entrySet()) {
            Long whole = standard.of(rate.getKey());
            assertThat(whole).as("%s: standard %s", what, rate.getKey()).isNotNull();
            if (tier == ServiceTier.PRIORITY) {
                assertThat(rate.getValue())
                        .as("%s %s", what, rate.getKey())
                        .isBetween(whole, 4 * whole);
            } else {
                assertThat(4 * rate.getValue())
                        .as("%s %s", what, rate.getKey())
                        .isBetween(whole, 4 * whole);
            }
            compared++;
        }
        return compared;
    }

    /** Amounts are USD, worked out by hand from the pages that the entries name. */
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-5.6-luna, batch, 200000, 100000, 0, 0.011",
        "openai, gpt-5.6-luna, priority, 300000, 0, 1000, 0.2436",
        "openai, gpt-4o-mini-2024-07-18, priority, 1000, 0, 1000, 0.00125",
        "openai, gpt-4.1-2025-04-14, priority, 1000, 0, 1000, 0.0175",
        "openai, gpt-4o-2024-08-06, priority, 1000, 0, 1000, 0.02125",
        "openai, gpt-5.5, priority, 1000, 0, 1000, 0.0875",
        "openai, gpt-5.5, priority, 1000, 400, 1000, 0.083",
        "openai, o3, batch, 1000, 0, 1000, 0.005",
        "openai, o4-mini, flex, 1000, 1000, 1000, 0.002338",
        "openai, gpt-5.4, batch, 300000, 100000, 1000, 0.53625",
        "openai, gpt-5.4-pro, batch, 1000, 1000, 1000, 0.105",
        "openai, gpt-5-nano, batch, 1000, 1000, 1000, 0.0002025",
        "anthropic, claude-sonnet-4-5-20250929, batch, 1000, 0, 1000, 0.009",
        "anthropic, claude-haiku-4-5, batch, 1000, 0, 1000, 0.003",
        "anthropic, claude-sonnet-4-6, batch, 1000, 0, 1000, 0.009",
        "google, gemini-2.5-flash, batch, 1000, 0, 1000, 0.0014",
        "google, gemini-2.5-flash, priority, 1000, 0, 1000, 0.00504",
        "google, gemini-2.5-pro, batch, 1000, 0, 1000, 0.005625",
        "google, gemini-2.5-pro, batch, 300000, 100000, 1000, 0.2825",
        "google, gemini-2.5-pro, priority, 300000, 100000, 1000, 0.972",
        "google, gemini-3.5-flash, flex, 1000, 1000, 0, 0.00008",
        "google, gemini-3.6-flash, standard, 1000, 0, 1000, 0.0045",
        "mistral, mistral-small-latest, batch, 1000, 0, 1000, 0.000375",
    })
    void shouldChargeWhatThePagesSay(
            String provider,
            String model,
            String tier,
            long input,
            long cached,
            long output,
            String cost) {
        PriceMatch match = BOOK.match(provider, model, 0).orElseThrow();

        assertThat(
                        match.charge(
                                        new TokenCounts(input, output, cached, 0, 0),
                                        TokenDetails.NONE,
                                        ServiceTier.parse(tier).orElseThrow())
                                .total())
                .isEqualTo(Money.parse(cost));
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
