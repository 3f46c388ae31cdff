package tekton.budget.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;

class WholeNumberTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "-0.0, 0",
        "0e999999999999999999999, 0",
        "0.000e-5, 0",
        "7, 7",
        "100.0, 100",
        "100.00, 100",
        "1e2, 100",
        "1E+2, 100",
        "1e0, 1",
        "1.5e1, 15",
        "1500e-2, 15",
        "-20.0, -20",
        "0.00012e5, 12",
        "999999999999999999, 999999999999999999",
        "99999999999999999.9e1, 999999999999999999",
        "9007199254740993.0, 9007199254740993",
    })
    void shouldBeWholeByItsExactValue(String text, long expected) {
        assertThat(WholeNumber.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e18",
                "1e400",
                "1e999999999",
                "1e99999999999999999999",
                "1000000000000000000.0"
            })
    void shouldBeBeyondEveryBoundWithMoreThan18Digits(String text) {
        assertThat(WholeNumber.parse(text)).isEqualTo(Long.MAX_VALUE);
        assertThat(WholeNumber.parse("-" + text)).isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100.5",
                "1e-1",
                "1e-400",
                "1e-99999999999999999999",
                "15e-2",
                "9007199254740993.5",
                "",
                "-",
                "+1",
                "01",
                "1.",
                ".5",
                "1e",
                "1e+",
                "1.e1",
                "1 ",
                "0x10",
                "NaN",
                "\u0661",
                "1e1.0",
            })
    void shouldNotBeWholeOtherwise(String text) {
        assertThat(WholeNumber.parse(text)).isNull();
    }

    @Test
    void shouldSayWhatExactDecimalsSay() {
        Random random = new Random(11);
        for (int i = 0; i < 200_000; i++) {
            String text = number(random);
            BigDecimal exact = new BigDecimal(text);
            assertThat(WholeNumber.parse(text)).as(text).isEqualTo(whole(exact));
        }
    }

    /** In time and memory of its length: an exponent is never multiplied out. */
    @Test
    void shouldReadAsLongATextAsABodyMayHave() {
        String zeros = "0".repeat(16_000_000);

        assertThat(WholeNumber.parse("5." + zeros)).isEqualTo(5);
        assertThat(WholeNumber.parse("5" + zeros + "e-16000000")).isEqualTo(5);
        assertThat(WholeNumber.parse("0." + zeros + "5e16000001")).isEqualTo(5);
    }

    private static Long whole(BigDecimal exact) {
        BigDecimal plain = exact.stripTrailingZeros();
        if (plain.signum() == 0) {
            return 0L;
        }
        if (plain.scale() > 0) {
            return null;
        }
        BigInteger integer = plain.toBigIntegerExact();
        return integer.abs().toString().length() > 18
                ? integer.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE
                : Long.valueOf(integer.longValueExact());
    }

    private static String number(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
        String whole = digits(random, 1 + random.nextInt(12)).replaceFirst("^0+(?=.)", "");
        text.append(whole);
        if (random.nextBoolean()) {
            text.append('.').append(digits(random, 1 + random.nextInt(8)));
        }
        if (random.nextBoolean()) {
            text.append(random.nextBoolean() ? 'e' : 'E')
                    .append(new String[] {"", "+", "-"}[random.nextInt(3)])
                    .append(random.nextInt(24));
        }
        return text.toString();
    }

    /** With many zeros, so that whole numbers are common. */
    private static String digits(Random random, int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append(random.nextInt(3) > 0 ? 0 : random.nextInt(10));
        }
        return digits.toString();
    }
}
