package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.Scope;
import tekton.budget.pricing.Holds.HoldRequest;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class HoldsTest {

    private static final long NOW = Instant.parse("2026-05-01T12:00:00Z").toEpochMilli();

    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private static final PriceBook BOOK =
            PriceBook.of(List.of(price("a", "opus", Rates.of(15_000_000, 75_000_000))));

    /** Whatever its tokens turn out to be, usage costs no more than was held. */
    @Test
    void shouldHoldAtTheDearestRateOfAnyClass() {
        Rates written = new Rates(3_000_000, 3_500_000, 300_000L, 3_750_000L, null);
        Rates reasoning = new Rates(3_000_000, 15_000_000, null, null, 60_000_000L);
        PriceBook book =
                PriceBook.of(List.of(price("a", "cache", written), price("a", "r", reasoning)));

        HoldPrice cache = hold(book, "a", "cache", 1_000);
        assertThat(cache.ratePico()).isEqualTo(3_750_000);
        assertThat(cache.of(1_000, 1)).isEqualTo(Money.ofPico(1_000 * 3_750_000L));
        assertThat(cache.estimate()).isEqualTo(Money.parse("0.003375"));
        assertThat(hold(book, "a", "r", 1_000).ratePico()).isEqualTo(60_000_000);
    }

    @Test
    void shouldEstimateAQuarterAsInput() {
        HoldPrice hold = hold(BOOK, "a", "opus", 1_000);

        assertThat(hold.ratePico()).isEqualTo(75_000_000);
        assertThat(hold.estimate()).isEqualTo(Money.parse("0.06"));
        assertThat(hold.of(1_000, 1)).isEqualTo(Money.parse("0.075"));
        assertThat(hold.version()).startsWith("a/opus@");
        assertThat(hold.parts()).isNull();
        assertThat(hold(BOOK, "a", "opus", 1_003).estimate())
                .isEqualTo(Money.ofPico(250 * 15_000_000L + 753 * 75_000_000L));
    }

    @Test
    void shouldNotGuessAPrice() {
        assertThat(find(BOOK, new HoldRequest("a", "unheard-of", null, null, 1))).isNull();
        assertThat(find(BOOK, new HoldRequest(null, "unheard-of", null, null, 1))).isNull();
        assertThat(find(BOOK, new HoldRequest("b", null, null, null, 1))).isNull();
    }

    @Test
    void shouldFitTheLargestAllocationOfTheDearestModel() {
        Rates rates =
                Rates.of(Rates.RATE_MAX, Rates.RATE_MAX)
                        .replacedBy(new Rates(Map.of(RateClass.REQUEST, RateClass.REQUEST.max())));
        HoldPrice hold =
                hold(PriceBook.of(List.of(price("p", "m", rates))), "p", "m", 1_000_000_000);

        assertThat(hold.of(1_000_000_000, 0)).isEqualTo(Money.parse("1000000"));
        assertThat(hold.of(0, Allocation.REQUESTS_MAX)).isEqualTo(Money.parse("1000000000"));
    }

    /** A long request needs its size in input; only the rest may be output at the dearer rate. */
    @Test
    void shouldHoldAtTheRateThatALongRequestMayReach() {
        PriceBook book =
                PriceBook.of(
                        List.of(
                                price(
                                        "p",
                                        "m",
                                        new PriceTerms(
                                                tiered(
                                                        Rates.of(10, 20),
                                                        new LongContextRates(
                                                                200_000, Rates.of(20, 30))),
                                                // Grows as the standard rates do.
                                                Map.of(
                                                        ServiceTier.PRIORITY,
                                                        tiered(Rates.of(20, 40)))))));

        assertThat(hold(book, "p", "m", 200_000).longContext()).isNull();
        HoldPrice hold = hold(book, "p", "m", 1_000_000);

        assertThat(hold.ratePico()).isEqualTo(40);
        assertThat(hold.longContext())
                .containsExactly(new HoldPrice.LongContextPrice(200_000, 40, 60));
        assertThat(hold.of(1_000_000, 1)).isEqualTo(Money.ofPico(200_001 * 40L + 799_999 * 60L));
        assertThat(hold.of(200_001, 1)).isEqualTo(Money.ofPico(200_001 * 40L));
        assertThat(hold.of(200_000, 1)).isEqualTo(Money.ofPico(200_000 * 40L));
    }

    /** At a size where output is dearer still, short requests may cost more than a long one. */
    @Test
    void shouldHoldTheDearerOfShortAndLongRequests() {
        PriceBook book =
                PriceBook.of(
                        List.of(
                                price(
                                        "p",
                                        "m",
                                        new PriceTerms(
                                                tiered(
                                                        Rates.of(2, 24),
                                                        new LongContextRates(
                                                                272_000, Rates.of(4, 36))),
                                                Map.of()))));

        assertThat(hold(book, "p", "m", 300_000).of(300_000, 1))
                .isEqualTo(Money.ofPico(300_000 * 24L));
        assertThat(hold(book, "p", "m", 900_000).of(900_000, 1))
                .isEqualTo(Money.ofPico(272_001 * 4L + 627_999 * 36L));
    }

    /** 300,000 tokens of gpt-5.6-luna: 0.54 at the standard rate, 0.72 at priority. */
    @Test
    void shouldHoldAtTheDearestServiceTierUnlessOneIsNamed() {
        PriceBook book =
                PriceBook.of(
                        List.of(
                                price(
                                        "openai",
                                        "luna",
                                        new PriceTerms(
                                                tiered(Rates.of(300_000, 1_800_000)),
                                                Map.of(
                                                        ServiceTier.PRIORITY,
                                                        tiered(Rates.of(400_000, 2_400_000)),
                                                        ServiceTier.BATCH,
                                                        tiered(Rates.of(150_000, 900_000)))))));

        assertThat(hold(book, "openai", "luna", 300_000).of(300_000, 1))
                .isEqualTo(Money.parse("0.72"));
        HoldPrice batch = hold(book, "openai", "luna", ServiceTier.BATCH);
        assertThat(batch.of(300_000, 1)).isEqualTo(Money.parse("0.27"));
        assertThat(batch.estimate()).isLessThanOrEqualTo(batch.of(300_000, 1));
        assertThat(hold(book, "openai", "luna", ServiceTier.FLEX).ratePico())
                .as("a tier without rates costs as standard")
                .isEqualTo(1_800_000);
    }

    @Test
    void shouldHoldTheFeeOfEachRequest() {
        Rates rates =
                Rates.of(1_000_000, 2_800_000)
                        .replacedBy(new Rates(Map.of(RateClass.REQUEST, 5_000_000_000L)));
        HoldPrice hold =
                hold(PriceBook.of(List.of(price("p", "online", rates))), "p", "online", 10);

        assertThat(hold.of(10, 1)).isEqualTo(Money.parse("0.005028"));
        assertThat(hold.of(0, 3)).isEqualTo(Money.parse("0.015"));
        assertThat(hold.estimate()).isEqualTo(Money.parse("0.0050244"));
    }

    @Test
    void shouldHoldAtEveryPriceThatIsKnownToHoldUntilItExpires() {
        PriceBook book =
                PriceBook.of(
                        List.of(
                                price("p", "m", Rates.of(10, 20), NOW - 10 * DAY_MS, "litellm"),
                                price("p", "m", Rates.of(10, 90), NOW + DAY_MS / 2, "litellm"),
                                price("p", "m", Rates.of(10, 99), NOW + 2 * DAY_MS, "litellm"),
                                // Hidden by the operator's, as long as that holds.
                                price("p", "o", Rates.of(10, 500), 0, "litellm"),
                                price("p", "o", Rates.of(10, 30), 1, "operator")));

        assertThat(hold(book, "p", "m", 10).ratePico()).isEqualTo(90);
        assertThat(hold(book, "p", "m-latest", 10).ratePico()).isEqualTo(90);
        assertThat(hold(book, "p", "o", 10).ratePico()).isEqualTo(30);
        assertThat(Objects.requireNonNull(find(book, open("p"))).ratePico()).isEqualTo(90);
    }

    @Test
    void shouldHoldUnderTheNameThatHasAPrice() {
        assertThat(hold(BOOK, "a", "opus-2026-01-01", 1).version()).startsWith("a/opus@");
    }

    // What is left open

    private static final PriceBook MANY =
            PriceBook.of(
                    List.of(
                            price("anthropic", "claude-3-opus", Rates.of(15, 75)),
                            price("anthropic", "claude-3-haiku", Rates.of(1, 5)),
                            price("google", "gemini", Rates.of(2, 12)),
                            price("openai", "o1-pro", Rates.of(150, 600)),
                            price("ollama", "llama-3", Rates.of(0, 0))));

    @Test
    void shouldHoldWhatIsLeftOpenAtItsDearest() {
        HoldPrice any = Objects.requireNonNull(find(MANY, open(null)));
        HoldPrice anthropic = Objects.requireNonNull(find(MANY, open("anthropic")));

        assertThat(any.leavesOpen()).isTrue();
        assertThat(any.estimate()).isEqualTo(Money.ZERO);
        assertThat(any.ratePico()).isEqualTo(600);
        assertThat(anthropic.ratePico()).isEqualTo(75);
        assertThat(Objects.requireNonNull(find(MANY, open("unknown"))).ratePico())
                .as("a gateway passes any provider's price on")
                .isEqualTo(600);
    }

    @Test
    void shouldHoldWithinTheScopeOfALimit() {
        HoldPrice any = Objects.requireNonNull(find(MANY, open(null)));
        Scope anthropic = scope(null, "anthropic");
        Scope gemini = scope(null, "gemini");
        Scope midweight = scope(Tier.LOCAL_MIDWEIGHT, null);
        Scope both = scope(Tier.LOCAL_MIDWEIGHT, "anthropic");
        Scope ollama = scope(Tier.REMOTE_HEAVYWEIGHT, "ollama");
        Scope strange = scope(null, "strange");

        HoldPrice kept =
                any.keptFor(
                        List.of(Scope.ANY, anthropic, gemini, midweight, both, ollama, strange));

        assertThat(kept.of(anthropic, 10, 1)).isEqualTo(Money.ofPico(750));
        assertThat(kept.of(gemini, 10, 1)).as("another name of it").isEqualTo(Money.ofPico(120));
        assertThat(kept.of(midweight, 10, 1)).isEqualTo(Money.ofPico(50));
        assertThat(kept.of(both, 10, 1)).isEqualTo(Money.ofPico(50));
        assertThat(kept.of(ollama, 10, 1)).as("free, whatever the tier").isEqualTo(Money.ZERO);
        assertThat(kept.of(strange, 10, 1)).as("of unknown prices").isEqualTo(Money.ofPico(6_000));
        assertThat(kept.of(Scope.ANY, 10, 1)).isEqualTo(Money.ofPico(6_000));
        assertThat(kept.of(scope(null, "openai"), 10, 1)).isEqualTo(Money.ofPico(6_000));
        assertThat(kept.parts()).hasSize(6);
    }

    @Test
    void shouldHoldATierAtItsOwnModels() {
        HoldRequest light = new HoldRequest(null, null, Tier.LOCAL_LIGHTWEIGHT, null, 10);
        HoldRequest middle = new HoldRequest(null, null, Tier.LOCAL_MIDWEIGHT, null, 10);

        assertThat(Objects.requireNonNull(find(MANY, middle)).ratePico()).isEqualTo(5);
        assertThat(Objects.requireNonNull(find(MANY, light)).ratePico())
                .as("no model is known to have it")
                .isEqualTo(600);
    }

    @Test
    void shouldHoldAModelAtTheDearestOfWhoServesIt() {
        PriceBook book =
                PriceBook.of(
                        List.of(
                                price("openai", "gpt-4o", Rates.of(5, 20)),
                                price("azure", "gpt-4o", Rates.of(6, 24)),
                                price("azure", "o1-pro", Rates.of(150, 600))));

        HoldPrice hold =
                Objects.requireNonNull(find(book, new HoldRequest(null, "gpt-4o", null, null, 10)));

        assertThat(hold.ratePico()).isEqualTo(24);
        assertThat(hold.keptFor(List.of(scope(null, "openai"))).of(scope(null, "openai"), 1, 1))
                .isEqualTo(Money.ofPico(20));
    }

    private static HoldRequest open(@Nullable String provider) {
        return new HoldRequest(provider, null, null, null, 10);
    }

    private static Scope scope(@Nullable Tier tier, @Nullable String provider) {
        return new Scope(tier, provider, null, null);
    }

    private static HoldPrice hold(PriceBook book, String provider, String model, long tokens) {
        return Objects.requireNonNull(
                find(book, new HoldRequest(provider, model, null, null, tokens)));
    }

    private static HoldPrice hold(
            PriceBook book, String provider, String model, ServiceTier serviceTier) {
        return Objects.requireNonNull(
                find(book, new HoldRequest(provider, model, null, serviceTier, 300_000)));
    }

    private static @Nullable HoldPrice find(PriceBook book, HoldRequest wanted) {
        return Holds.of(book, wanted, NOW, NOW + DAY_MS);
    }

    private static TieredRates tiered(Rates rates, LongContextRates... sizes) {
        return new TieredRates(rates, List.of(sizes));
    }

    private static PricePublished price(String provider, String model, Rates rates) {
        return price(provider, model, rates, 0, "builtin");
    }

    private static PricePublished price(
            String provider, String model, Rates rates, long fromMs, String source) {
        return new PricePublished(
                provider, model, Instant.ofEpochMilli(fromMs), source, rates, true);
    }

    private static PricePublished price(String provider, String model, PriceTerms terms) {
        return new PricePublished(
                provider, model, Instant.EPOCH, "builtin", terms, true, null, null, null);
    }
}
