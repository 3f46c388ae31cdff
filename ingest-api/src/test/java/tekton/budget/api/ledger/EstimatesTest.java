package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContext;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.Money;

import java.time.Instant;
import java.util.List;
import java.util.Map;

class EstimatesTest {

    private static final long NOW = 1_000;

    private static final PriceBook BOOK =
            PriceBook.of(List.of(price("a", "opus", 15_000_000, 75_000_000)));

    /** Whatever its tokens turn out to be, usage costs no more than was held. */
    @Test
    void shouldHoldAtTheDearestRateOfAnyClass() {
        Rates written = new Rates(3_000_000, 3_500_000, 300_000L, 3_750_000L, null);
        Rates reasoning = new Rates(3_000_000, 15_000_000, null, null, 60_000_000L);
        PriceBook book =
                PriceBook.of(List.of(price("a", "cache", written), price("a", "r", reasoning)));

        HoldPrice cache = Estimates.hold(book, "a", "cache", 1_000, NOW);
        assertThat(cache.ratePico()).isEqualTo(3_750_000);
        assertThat(cache.of(1_000)).isEqualTo(Money.ofPico(1_000 * 3_750_000L));
        assertThat(cache.estimate()).isEqualTo(Money.parse("0.003375"));
        assertThat(Estimates.hold(book, "a", "r", 1_000, NOW).ratePico()).isEqualTo(60_000_000);
    }

    @Test
    void shouldHoldAtTheDearerRateAndEstimateAQuarterAsInput() {
        HoldPrice hold = Estimates.hold(BOOK, "a", "opus", 1_000, NOW);

        assertThat(hold.ratePico()).isEqualTo(75_000_000);
        assertThat(hold.estimate()).isEqualTo(Money.parse("0.06"));
        assertThat(hold.of(1_000)).isEqualTo(Money.parse("0.075"));
        assertThat(hold.version()).startsWith("a/opus@");
    }

    @Test
    void shouldGiveTheRestOfAnOddNumberToTheOutput() {
        HoldPrice hold = Estimates.hold(BOOK, "a", "opus", 1_003, NOW);

        assertThat(hold.estimate()).isEqualTo(Money.ofPico(250 * 15_000_000L + 753 * 75_000_000L));
    }

    @Test
    void shouldNotGuessAPrice() {
        assertThat(Estimates.hold(BOOK, null, "opus", 1, NOW)).isNull();
        assertThat(Estimates.hold(BOOK, "a", null, 1, NOW)).isNull();
        assertThat(Estimates.hold(BOOK, "a", "unheard-of", 1, NOW)).isNull();
    }

    @Test
    void shouldFitTheLargestAllocationOfTheDearestModel() {
        PriceBook dearest = PriceBook.of(List.of(price("p", "m", Rates.RATE_MAX, Rates.RATE_MAX)));

        HoldPrice hold = Estimates.hold(dearest, "p", "m", 1_000_000_000, NOW);

        assertThat(hold.estimate()).isEqualTo(Money.parse("1000000"));
        assertThat(hold.of(1_000_000_000)).isEqualTo(hold.estimate());
    }

    @Test
    void shouldHoldAtTheRateThatALongRequestMayReach() {
        PriceTerms terms =
                new PriceTerms(
                        new TieredRates(
                                Rates.of(10, 20),
                                List.of(new LongContext(200_000, Rates.of(20, 30)))),
                        Map.of());
        PriceBook book =
                PriceBook.of(
                        List.of(
                                new PricePublished(
                                        "p",
                                        "m",
                                        Instant.EPOCH,
                                        "test",
                                        terms,
                                        true,
                                        null,
                                        null,
                                        null)));

        assertThat(Estimates.hold(book, "p", "m", 200_000, NOW).ratePico()).isEqualTo(20);
        assertThat(Estimates.hold(book, "p", "m", 200_001, NOW).ratePico()).isEqualTo(30);
    }

    @Test
    void shouldHoldUnderTheNameThatHasAPrice() {
        HoldPrice hold = Estimates.hold(BOOK, "a", "opus-2026-01-01", 1, NOW);

        assertThat(hold.version()).startsWith("a/opus@");
    }

    private static PricePublished price(String provider, String model, long input, long output) {
        return new PricePublished(
                provider, model, Instant.EPOCH, "builtin", Rates.of(input, output), true);
    }

    private static PricePublished price(String provider, String model, Rates rates) {
        return new PricePublished(provider, model, Instant.EPOCH, "builtin", rates, true);
    }
}
