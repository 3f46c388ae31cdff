package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PricePublished;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.UsageReported;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
        assertThat(BOOK.inForce(999L)).extracting(PriceMatch::price).containsExactly(FIRST);
        assertThat(BOOK.inForce(1_000L)).extracting(PriceMatch::price).containsExactly(SECOND);
        assertThat(BOOK.inForce(-1L)).isEmpty();
    }

    @Test
    void shouldLetTheOperatorsPriceWinUntilItEnds() {
        PricePublished operators = price(2_000, "operator", Rates.of(7, 7));
        PricePublished newer = price(3_000, "litellm", Rates.of(8, 8));
        PriceBook open = PriceBook.of(List.of(FIRST, operators, newer));
        PriceBook ended =
                PriceBook.of(List.of(FIRST, operators.endedAt(Instant.ofEpochMilli(5_000)), newer));

        assertThat(inForce(open, 1_999)).isEqualTo(FIRST.versionId());
        assertThat(inForce(open, 2_000)).isEqualTo(operators.versionId());
        assertThat(inForce(open, 9_000)).isEqualTo(operators.versionId());
        assertThat(inForce(ended, 4_999)).isEqualTo(operators.versionId());
        assertThat(inForce(ended, 5_000)).isEqualTo(newer.versionId());
    }

    @Test
    void shouldNotLetAPriceThatWasEndedBeforeItBeganHideAnother() {
        PricePublished holds = price(1_000, "operator", Rates.of(7, 7));
        PricePublished cancelled = price(3_000, "operator", Rates.of(9, 9));
        PriceBook book =
                PriceBook.of(List.of(FIRST, holds, cancelled.endedAt(Instant.ofEpochMilli(3_000))));

        assertThat(inForce(book, 2_999)).isEqualTo(holds.versionId());
        assertThat(inForce(book, 3_000)).isEqualTo(holds.versionId());
        assertThat(inForce(book, 9_000)).isEqualTo(holds.versionId());
    }

    @Test
    void shouldLetTheOperatorsNewPriceTakeThePlaceOfTheOld() {
        PricePublished first = price(1_000, "operator", Rates.of(7, 7));
        PricePublished second = price(3_000, "operator", Rates.of(9, 9));
        PriceBook book =
                PriceBook.of(List.of(FIRST, first, second.endedAt(Instant.ofEpochMilli(4_000))));

        assertThat(inForce(book, 2_999)).isEqualTo(first.versionId());
        assertThat(inForce(book, 3_000)).isEqualTo(second.versionId());
        assertThat(inForce(book, 4_000)).isEqualTo(FIRST.versionId());
    }

    @Test
    void shouldTellWhatWasInForceWithoutOverlap() {
        PricePublished operators =
                price(2_000, "operator", Rates.of(7, 7)).endedAt(Instant.ofEpochMilli(4_000));
        PricePublished shadowed = price(3_000, "litellm", Rates.of(8, 8));

        assertThat(PriceBook.of(List.of(SECOND, FIRST, operators)).history("p", "m"))
                .containsExactly(
                        new PriceSpan(FIRST, 0, 1_000),
                        new PriceSpan(SECOND, 1_000, 2_000),
                        new PriceSpan(operators, 2_000, 4_000),
                        new PriceSpan(SECOND, 4_000, PriceSpan.OPEN));
        assertThat(PriceBook.of(List.of(FIRST, operators, shadowed)).history("p", "m"))
                .containsExactly(
                        new PriceSpan(FIRST, 0, 2_000),
                        new PriceSpan(operators, 2_000, 4_000),
                        new PriceSpan(shadowed, 4_000, PriceSpan.OPEN));
        assertThat(BOOK.history("p", "unheard-of")).isEmpty();
    }

    @Test
    void shouldHoldTheLaterSourceOfTwoThatBeginTogether() {
        PricePublished other = price(0, "litellm", Rates.of(5, 5));

        assertThat(inForce(PriceBook.of(List.of(other, FIRST)), 0)).isEqualTo(other.versionId());
        assertThat(inForce(PriceBook.of(List.of(FIRST, other)), 0)).isEqualTo(other.versionId());
        assertThat(PriceBook.of(List.of(FIRST, other)).history("p", "m"))
                .containsExactly(new PriceSpan(other, 0, PriceSpan.OPEN));
    }

    @Test
    void shouldChargeForTheRequestItself() {
        Rates rates =
                new Rates(Map.of(RateClass.INPUT, 1L, RateClass.OUTPUT, 2L, RateClass.REQUEST, 9L));
        Charge charge = PriceBook.of(List.of(price(0, "test", rates))).charge(usage(null), 0);

        assertThat(charge.requestPico()).isEqualTo(9);
        assertThat(charge.total()).isEqualTo(Money.ofPico(3 + 2 * 5 + 9));
    }

    @Test
    void shouldRateEveryTokenClassOnce() {
        Rates rates = new Rates(10, 100, 1L, 12L, 1_000L);
        TokenCounts tokens = new TokenCounts(1_000, 50, 600, 300, 20);

        FlatRates flat = FlatRates.of(rates);

        assertThat(flat.inputCost(tokens, TokenDetails.NONE)).isEqualTo(100 * 10 + 600 + 300 * 12);
        assertThat(flat.outputCost(tokens, TokenDetails.NONE)).isEqualTo(30 * 100 + 20 * 1_000);
        assertThat(FlatRates.of(Rates.of(10, 100)).inputCost(tokens, TokenDetails.NONE))
                .isEqualTo(10_000);
    }

    @Test
    void shouldKnowItsDearestRate() {
        assertThat(FlatRates.of(Rates.of(10, 100)).dearest()).isEqualTo(100);
        assertThat(FlatRates.of(Rates.of(100, 10)).dearest()).isEqualTo(100);
        assertThat(FlatRates.of(new Rates(10, 20, 30L, null, null)).dearest()).isEqualTo(30);
        assertThat(FlatRates.of(new Rates(10, 20, 5L, 125L, 6L)).dearest()).isEqualTo(125);
        assertThat(FlatRates.of(new Rates(10, 20, null, null, 21L)).dearest()).isEqualTo(21);
    }

    @Test
    void shouldFitTheLargestRecord() {
        Map<RateClass, Long> dearest = new EnumMap<>(RateClass.class);
        for (RateClass rateClass : RateClass.values()) {
            dearest.put(rateClass, rateClass.max());
        }
        FlatRates rates = FlatRates.of(new Rates(dearest));
        TokenCounts tokens =
                new TokenCounts(1_000_000_000, 1_000_000_000, 200_000_000, 300_000_000, 1);
        TokenDetails details = new TokenDetails(100_000_000, 1_000, 999_999_999, 499_999_000, 0);
        Charge charge =
                new Charge(
                        rates.inputCost(tokens, details),
                        rates.outputCost(tokens, details),
                        rates.request(),
                        "v",
                        false);

        assertThat(charge.total()).isEqualTo(new Money(2_001_000, 0));
    }

    private static String inForce(PriceBook book, long atMs) {
        return book.charge(usage(null), atMs).pricingVersion();
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
