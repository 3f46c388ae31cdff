package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.event.UsageReported;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;

import java.time.Instant;
import java.util.List;

class PriceBookTest {

    private static final PricePublished FIRST = price(0, "built-in", Rates.of(10, 20));
    private static final PricePublished SECOND = price(1_000, "built-in", Rates.of(1, 2));
    private static final PriceBook BOOK = PriceBook.of(List.of(SECOND, FIRST));

    @Test
    void shouldUseThePriceInForceAtTheRecordsTime() {
        assertThat(charge(999, null).total()).isEqualTo(Money.ofPico(10 * 3 + 20 * 5));
        assertThat(charge(1_000, null).total()).isEqualTo(Money.ofPico(3 + 2 * 5));
        assertThat(charge(1_000, null).pricingVersion()).isEqualTo(SECOND.versionId());
    }

    @Test
    void shouldUseTheStampedVersionOnlyWhereItCovers() {
        assertThat(charge(500, FIRST.versionId()).pricingVersion()).isEqualTo(FIRST.versionId());
        assertThat(charge(1_500, FIRST.versionId()).pricingVersion()).isEqualTo(SECOND.versionId());
        assertThat(charge(500, SECOND.versionId()).pricingVersion()).isEqualTo(FIRST.versionId());
        assertThat(charge(500, "no such").pricingVersion()).isEqualTo(FIRST.versionId());
    }

    @Test
    void shouldCallAnUnknownPriceUnpricedAndAnExplicitZeroFree() {
        PriceBook free = PriceBook.of(List.of(price(0, "built-in", Rates.of(0, 0))));

        assertThat(PriceBook.EMPTY.charge(usage(null), 0).unpriced()).isTrue();
        assertThat(free.charge(usage(null), 0).unpriced()).isFalse();
        assertThat(free.charge(usage(null), 0).total()).isEqualTo(Money.ZERO);
        assertThat(BOOK.charge(usage(null), -1).unpriced()).isTrue();
    }

    @Test
    void shouldListTheVersionInForceOfEveryModel() {
        assertThat(BOOK.inForce(999L)).containsExactly(FIRST);
        assertThat(BOOK.inForce(1_000L)).containsExactly(SECOND);
        assertThat(BOOK.inForce(-1L)).isEmpty();
    }

    @Test
    void shouldRateEveryTokenClassOnce() {
        Rates rates = new Rates(10, 100, 1L, 12L, 1_000L);
        TokenCounts tokens = new TokenCounts(1_000, 50, 600, 300, 20);

        assertThat(rates.inputCostPico(tokens)).isEqualTo(100 * 10 + 600 + 300 * 12);
        assertThat(rates.outputCostPico(tokens)).isEqualTo(30 * 100 + 20 * 1_000);
        assertThat(Rates.of(10, 100).inputCostPico(tokens)).isEqualTo(10_000);
    }

    @Test
    void shouldKnowItsDearestRate() {
        assertThat(Rates.of(10, 100).dearest()).isEqualTo(100);
        assertThat(Rates.of(100, 10).dearest()).isEqualTo(100);
        assertThat(new Rates(10, 20, 30L, null, null).dearest()).isEqualTo(30);
        assertThat(new Rates(10, 20, 5L, 125L, 6L).dearest()).isEqualTo(125);
        assertThat(new Rates(10, 20, null, null, 21L).dearest()).isEqualTo(21);
    }

    @Test
    void shouldFitTheLargestRecord() {
        Rates rates = Rates.of(Rates.RATE_MAX, Rates.RATE_MAX);
        TokenCounts tokens = TokenCounts.of(1_000_000_000, 1_000_000_000);
        Charge charge = new Charge(rates.inputCostPico(tokens), rates.outputCostPico(tokens), "v");

        assertThat(charge.total()).isEqualTo(new Money(2_000_000, 0));
    }

    private static Charge charge(long atMs, String stamped) {
        return BOOK.charge(usage(stamped), atMs);
    }

    private static PricePublished price(long fromMs, String source, Rates rates) {
        return new PricePublished("p", "m", Instant.ofEpochMilli(fromMs), source, rates, true);
    }

    private static UsageReported usage(String stamped) {
        return new UsageReported(
                        "r",
                        "c",
                        "x",
                        "p",
                        "m",
                        null,
                        null,
                        null,
                        null,
                        TokenCounts.of(3, 5),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null)
                .stamped(0, stamped);
    }
}
