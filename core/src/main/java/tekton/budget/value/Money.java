package tekton.budget.value;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact, non-negative amount of US dollars: whole dollars and pico-dollars (1e-12 USD).
 *
 * <p>Two {@code long}s because one {@code long} of pico-dollars ends at 9.2 million dollars, enough
 * for a record and too small for a total. Addition is exact and independent of order; an amount
 * above {@link Long#MAX_VALUE} dollars is an {@link ArithmeticException}, never a wrap.
 *
 * @param usd whole dollars, at least 0
 * @param pico pico-dollars beyond the whole dollars, 0 to 999,999,999,999
 */
public record Money(long usd, long pico) implements Comparable<Money> {

    /** Pico-dollars in a dollar. */
    public static final long PICO_PER_USD = 1_000_000_000_000L;

    /** Decimal places of a pico-dollar. */
    public static final int SCALE = 12;

    /** More places, or more zeros before the point, than any amount has. */
    private static final int SCALE_MAX = 1_000;

    /** No money. */
    public static final Money ZERO = new Money(0, 0);

    public Money {
        if (usd < 0 || pico < 0 || pico >= PICO_PER_USD) {
            throw new IllegalArgumentException(
                    "money: %d USD + %d pico-USD (expected: >= 0 USD and 0 to 999999999999 pico-USD)"
                            .formatted(usd, pico));
        }
    }

    /** The amount of that many pico-dollars, which must be at least 0. */
    public static Money ofPico(long pico) {
        return new Money(Math.floorDiv(pico, PICO_PER_USD), Math.floorMod(pico, PICO_PER_USD));
    }

    /**
     * So many times that many pico-dollars, both at least 0; exact, also beyond a {@code long} of
     * pico-dollars.
     */
    public static Money ofPico(long pico, long times) {
        if (Math.multiplyHigh(pico, times) == 0 && pico * times >= 0) {
            return ofPico(pico * times);
        }
        BigInteger[] parts =
                BigInteger.valueOf(pico)
                        .multiply(BigInteger.valueOf(times))
                        .divideAndRemainder(BigInteger.valueOf(PICO_PER_USD));
        return new Money(parts[0].longValueExact(), parts[1].longValueExact());
    }

    /**
     * The amount written as a plain or scientific decimal number of dollars.
     *
     * @throws IllegalArgumentException if it is negative, has more than 12 decimal places, or does
     *     not fit
     */
    public static Money parse(String text) {
        try {
            BigDecimal usd = new BigDecimal(text);
            if (Math.abs(usd.scale()) > SCALE_MAX) {
                // Before arithmetic makes a number of that many digits.
                throw new ArithmeticException("exponent");
            }
            BigInteger[] parts =
                    usd.setScale(SCALE)
                            .unscaledValue()
                            .divideAndRemainder(BigInteger.valueOf(PICO_PER_USD));
            return new Money(parts[0].longValueExact(), parts[1].longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "money: %s (expected: a decimal number of dollars with at most 12 places)"
                            .formatted(text),
                    e);
        }
    }

    /** The exact sum. */
    public Money plus(Money other) {
        long picoSum = pico + other.pico;
        long carry = picoSum >= PICO_PER_USD ? 1 : 0;
        return new Money(
                Math.addExact(Math.addExact(usd, other.usd), carry),
                picoSum - carry * PICO_PER_USD);
    }

    /** The exact difference; below zero is an {@link IllegalArgumentException}. */
    public Money minus(Money other) {
        long picoLeft = pico - other.pico;
        long borrow = picoLeft < 0 ? 1 : 0;
        return new Money(usd - other.usd - borrow, picoLeft + borrow * PICO_PER_USD);
    }

    /** The exact value in dollars, for rules that need a decimal; not for the hot path. */
    public BigDecimal toBigDecimal() {
        return BigDecimal.valueOf(usd).add(BigDecimal.valueOf(pico, SCALE));
    }

    @Override
    public int compareTo(Money other) {
        int byUsd = Long.compare(usd, other.usd);
        return byUsd != 0 ? byUsd : Long.compare(pico, other.pico);
    }

    /** The exact decimal number without exponent and without trailing zeros, such as 0.02025. */
    @Override
    public String toString() {
        if (pico == 0) {
            return Long.toString(usd);
        }
        StringBuilder text = new StringBuilder(24).append(usd).append('.');
        String fraction = Long.toString(pico);
        text.repeat('0', SCALE - fraction.length()).append(fraction);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, end);
    }
}
