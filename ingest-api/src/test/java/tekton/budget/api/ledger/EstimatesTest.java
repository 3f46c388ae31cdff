package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;

import java.time.Instant;
import java.util.List;

class EstimatesTest {

    private static final long NOW = 1_000;

    private static final PriceBook BOOK =
            PriceBook.of(
                    List.of(
                            price("a", "opus", 15_000_000, 75_000_000),
                            price("a", "gone", 0, 0, "1970-01-01T00:01:00Z"),
                            price("b", "cheap", 3_000_000, 15_000_000),
                            price("a", "cheap", 3_000_000, 15_000_000),
                            price("o", "free", 0, 0),
                            price("z", "same", 15_000_000, 75_000_000),
                            price("z", "dear", 90_000_000, 90_000_000),
                            price("y", "1", 4_000_000, 15_000_000),
                            price("y", "2", 5_000_000, 15_000_000),
                            price("y", "3", 6_000_000, 15_000_000)));

    /** Whatever its tokens turn out to be, usage costs no more than was held. */
    @Test
    void shouldHoldAtTheDearestRateOfAnyClass() {
        Rates written = new Rates(3_000_000, 3_500_000, 300_000L, 3_750_000L, null);
        Rates reasoning = new Rates(3_000_000, 15_000_000, null, null, 60_000_000L);
        PriceBook book =
                PriceBook.of(List.of(price("a", "cache", written), price("a", "r", reasoning)));

        HoldPrice cache = Estimates.hold(book, "a", "cache", 1_000, NOW);
        assertThat(cache.ratePico()).isEqualTo(3_750_000);
        TokenCounts allWritten = new TokenCounts(1_000, 0, 0, 1_000, 0);
        assertThat(cache.of(1_000)).isEqualTo(Money.ofPico(written.inputCostPico(allWritten)));
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
        assertThat(Estimates.cheaper(BOOK, "a", "unheard-of", 1, NOW)).isEmpty();
    }

    @Test
    void shouldFitTheLargestAllocationOfTheDearestModel() {
        PriceBook dearest = PriceBook.of(List.of(price("p", "m", Rates.RATE_MAX, Rates.RATE_MAX)));

        HoldPrice hold = Estimates.hold(dearest, "p", "m", 1_000_000_000, NOW);

        assertThat(hold.estimate()).isEqualTo(Money.parse("1000000"));
        assertThat(hold.of(1_000_000_000)).isEqualTo(hold.estimate());
    }

    @Test
    void shouldNameFiveStrictlyCheaperModelsMostSavingsFirst() {
        List<Estimates.Alternative> cheaper = Estimates.cheaper(BOOK, "a", "opus", 1_000, NOW);

        assertThat(cheaper)
                .extracting(a -> a.price().provider() + "/" + a.price().model())
                .containsExactly("o/free", "a/cheap", "b/cheap", "y/1", "y/2");
        assertThat(cheaper.get(0).savings()).isEqualTo(Money.parse("0.06"));
        assertThat(cheaper.get(0).savingsPercent()).isEqualTo("100");
        assertThat(cheaper.get(1).cost()).isEqualTo(Money.parse("0.012"));
        assertThat(cheaper.get(1).savingsPercent()).isEqualTo("80");
    }

    private static PricePublished price(String provider, String model, long input, long output) {
        return price(provider, model, input, output, "1970-01-01T00:00:00Z");
    }

    private static PricePublished price(
            String provider, String model, long input, long output, String from) {
        return new PricePublished(
                provider, model, Instant.parse(from), "builtin", Rates.of(input, output), true);
    }

    private static PricePublished price(String provider, String model, Rates rates) {
        return new PricePublished(provider, model, Instant.EPOCH, "builtin", rates, true);
    }
}
