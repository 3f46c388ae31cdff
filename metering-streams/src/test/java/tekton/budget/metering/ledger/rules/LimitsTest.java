package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;

class LimitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, NORMAL",
        "799, NORMAL",
        "800, WARNING",
        "801, WARNING",
        "949, WARNING",
        "950, ACTION",
        "951, ACTION",
        "999, ACTION",
        "1000, EXCEEDED",
        "1001, EXCEEDED",
        "9223372036854775807, EXCEEDED"
    })
    void shouldTellTheLevelToTheToken(long tokens, Level expected) {
        assertThat(Limits.level(limits(1_000), Measure.TOKENS, new Amount(tokens, Money.ZERO)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, NORMAL",
        "7999999.999999999999, NORMAL",
        "8000000, WARNING",
        "8000000.000000000001, WARNING",
        "9499999.999999999999, WARNING",
        "9500000, ACTION",
        "9999999.999999999999, ACTION",
        "10000000, EXCEEDED"
    })
    void shouldTellTheLevelToThePicoDollar(String usd, Level expected) {
        assertThat(Limits.level(limits(1_000), Measure.COST, new Amount(0, Money.parse(usd))))
                .isEqualTo(expected);
    }

    @Test
    void shouldNotRoundAThresholdDown() {
        // 80 % of 3 tokens are 2.4: two are below, three are at the limit itself.
        assertThat(Limits.level(limits(3), Measure.TOKENS, tokens(2))).isEqualTo(Level.NORMAL);
        assertThat(Limits.level(limits(3), Measure.TOKENS, tokens(3))).isEqualTo(Level.EXCEEDED);
    }

    @Test
    void shouldCallZeroOfZeroNormalAndOneOfZeroExceeded() {
        assertThat(Limits.level(limits(0), Measure.TOKENS, tokens(0))).isEqualTo(Level.NORMAL);
        assertThat(Limits.level(limits(0), Measure.TOKENS, tokens(1))).isEqualTo(Level.EXCEEDED);
    }

    @Test
    void shouldFitUpToExactlyTheLimit() {
        assertThat(Limits.fits(limits(10), Measure.TOKENS, tokens(10))).isTrue();
        assertThat(Limits.fits(limits(10), Measure.TOKENS, tokens(11))).isFalse();
        assertThat(Limits.fits(limits(10), Measure.COST, usd("10000000"))).isTrue();
        assertThat(Limits.fits(limits(10), Measure.COST, usd("10000000.000000000001"))).isFalse();
    }

    @Test
    void shouldRoundPartsUpLikeDecimals() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int ppm = 1 + random.nextInt(Policy.PPM);
            long whole = random.nextLong() >>> (1 + random.nextInt(62));
            assertThat(Limits.part(whole, ppm))
                    .isEqualTo(decimalPart(BigDecimal.valueOf(whole), ppm, 0).longValueExact());
            Money money = new Money(whole, random.nextLong(Money.PICO_PER_USD));
            assertThat(Limits.part(money, ppm))
                    .isEqualTo(
                            Money.parse(
                                    decimalPart(money.toBigDecimal(), ppm, Money.SCALE)
                                            .toPlainString()));
        }
    }

    private static BigDecimal decimalPart(BigDecimal whole, int ppm, int scale) {
        return whole.multiply(BigDecimal.valueOf(ppm))
                .movePointLeft(6)
                .setScale(scale, RoundingMode.CEILING);
    }

    private static Amount tokens(long tokens) {
        return new Amount(tokens, Money.ZERO);
    }

    private static Amount usd(String usd) {
        return new Amount(0, Money.parse(usd));
    }

    private static Policy limits(long tokens) {
        return new Policy(
                "b.p",
                "b",
                PolicyType.WARN,
                Period.DAILY,
                Scope.ANY,
                tokens,
                Money.parse("10000000"),
                Policy.WARNING_PPM_DEFAULT,
                Policy.ACTION_PPM_DEFAULT,
                true,
                Metadata.NONE,
                0,
                0);
    }
}
