package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.util.List;
import java.util.Map;
import java.util.Set;

class RateTableTest {

    private static final RateTable TABLE =
            new RateTable(
                    new PriceTerms(
                            new TieredRates(
                                    new Rates(100, 1_000, 10L, null, null),
                                    List.of(
                                            new LongContextRates(200_000, Rates.of(200, 1_500)),
                                            new LongContextRates(
                                                    512_000,
                                                    new Rates(Map.of(RateClass.INPUT, 400L))))),
                            Map.of(
                                    ServiceTier.BATCH,
                                    new TieredRates(
                                            Rates.of(50, 500),
                                            List.of(
                                                    new LongContextRates(
                                                            200_000, Rates.of(90, 700)))),
                                    ServiceTier.FLEX,
                                    TieredRates.flat(new Rates(Map.of(RateClass.OUTPUT, 600L))))));

    @Test
    void shouldRateTheWholeRequestByItsSize() {
        assertThat(standard(0).input()).isEqualTo(100);
        assertThat(standard(200_000).input()).isEqualTo(100);
        assertThat(standard(200_001).input()).isEqualTo(200);
        assertThat(standard(200_001).output()).isEqualTo(1_500);
        assertThat(standard(512_000).input()).isEqualTo(200);
        assertThat(standard(512_001).input()).isEqualTo(400);
    }

    @Test
    void shouldKeepWhatATierDoesNotReplace() {
        assertThat(standard(200_001).cachedInput()).isEqualTo(10);
        assertThat(standard(512_001).output()).isEqualTo(1_500);
        assertThat(standard(512_001).cachedInput()).isEqualTo(10);
    }

    @Test
    void shouldSayBeyondWhichSizeRatesHold() {
        assertThat(TABLE.above(ServiceTier.STANDARD, 200_000)).isZero();
        assertThat(TABLE.above(ServiceTier.STANDARD, 600_000)).isEqualTo(512_000);
        assertThat(TABLE.above(ServiceTier.BATCH, 600_000)).isEqualTo(512_000);
    }

    @Test
    void shouldRateByServiceTierAndSize() {
        assertThat(rates(ServiceTier.BATCH, 1).input()).isEqualTo(50);
        assertThat(rates(ServiceTier.BATCH, 1).cachedInput()).isEqualTo(10);
        assertThat(rates(ServiceTier.BATCH, 200_001).input()).isEqualTo(90);
        assertThat(rates(ServiceTier.BATCH, 512_001).input()).isEqualTo(90);
        assertThat(rates(ServiceTier.BATCH, 512_001).output()).isEqualTo(700);
    }

    @Test
    void shouldRateAServiceTierWithoutRatesAsStandard() {
        assertThat(rates(ServiceTier.PRIORITY, 512_001)).isEqualTo(standard(512_001));
    }

    @Test
    void shouldTakeWhatAServiceTierDoesNotNameFromTheStandardAtThatSize() {
        assertThat(rates(ServiceTier.FLEX, 1).input()).isEqualTo(100);
        assertThat(rates(ServiceTier.FLEX, 200_001).input()).isEqualTo(200);
    }

    @Test
    void shouldChangeAServiceTierWithTheSizeAsTheStandardChanges() {
        assertThat(rates(ServiceTier.FLEX, 200_000).output()).isEqualTo(600);
        assertThat(rates(ServiceTier.FLEX, 200_001).output()).isEqualTo(900);
        assertThat(rates(ServiceTier.FLEX, 512_001).output()).isEqualTo(900);
    }

    @Test
    void shouldRoundAProportionOnceAndKeepItPlausible() {
        RateTable table =
                new RateTable(
                        new PriceTerms(
                                new TieredRates(
                                        Rates.of(3, RateClass.TOKEN_MAX / 2),
                                        List.of(
                                                new LongContextRates(
                                                        10, Rates.of(4, RateClass.TOKEN_MAX)))),
                                Map.of(
                                        ServiceTier.PRIORITY,
                                        TieredRates.flat(Rates.of(5, RateClass.TOKEN_MAX)))));

        assertThat(table.rates(ServiceTier.PRIORITY, 11).input()).isEqualTo(7);
        assertThat(table.rates(ServiceTier.PRIORITY, 11).output()).isEqualTo(RateClass.TOKEN_MAX);
    }

    @Test
    void shouldKeepAServiceTierOfAFreeModelAsItIs() {
        RateTable table =
                new RateTable(
                        new PriceTerms(
                                new TieredRates(
                                        Rates.of(0, 0),
                                        List.of(new LongContextRates(10, Rates.of(4, 4)))),
                                Map.of(ServiceTier.PRIORITY, TieredRates.flat(Rates.of(5, 6)))));

        assertThat(table.rates(ServiceTier.PRIORITY, 11).input()).isEqualTo(5);
    }

    @Test
    void shouldFallBackToTheWhole() {
        FlatRates rates =
                FlatRates.of(
                        new Rates(
                                Map.of(
                                        RateClass.INPUT,
                                        1L,
                                        RateClass.OUTPUT,
                                        2L,
                                        RateClass.CACHE_WRITE,
                                        3L)));

        assertThat(rates).isEqualTo(new FlatRates(1, 2, 1, 3, 3, 2, 1, 2, 1, 2, 0));
    }

    @Test
    void shouldLetAPartFollowTheWholeThatItEquals() {
        Rates listedTwice = new Rates(100, 1_000, 10L, 100L, 1_000L);

        FlatRates halved = FlatRates.of(listedTwice.replacedBy(Rates.of(50, 500)));

        assertThat(halved.reasoning()).isEqualTo(500);
        assertThat(halved.cacheWrite()).isEqualTo(50);
        assertThat(halved.cachedInput()).isEqualTo(10);
    }

    @Test
    void shouldCountEveryTokenInOneClass() {
        FlatRates rates = new FlatRates(1, 10, 100, 1_000, 10_000, 7, 3, 11, 5, 13, 17);
        TokenCounts tokens = new TokenCounts(100, 60, 20, 30, 10);
        TokenDetails details = new TokenDetails(5, 15, 12, 8, 4);

        assertThat(rates.inputCost(tokens, details))
                .isEqualTo(27 + 20 * 100 + 25 * 1_000 + 5 * 10_000 + 15 * 3 + 8 * 5);
        assertThat(rates.outputCost(tokens, details))
                .isEqualTo(34 * 10 + 10 * 7 + 12 * 11 + 4 * 13);
    }

    @Test
    void shouldNameTheDearestRateThatARequestMayReach() {
        assertThat(TABLE.dearest(Set.of(ServiceTier.STANDARD), 200_000)).isEqualTo(1_000);
        assertThat(TABLE.dearest(Set.of(ServiceTier.STANDARD), 200_001)).isEqualTo(1_500);
    }

    private static FlatRates standard(long inputTokens) {
        return rates(ServiceTier.STANDARD, inputTokens);
    }

    private static FlatRates rates(ServiceTier tier, long inputTokens) {
        return TABLE.rates(tier, inputTokens);
    }
}
