package tekton.budget.value;

import org.jspecify.annotations.Nullable;

/**
 * Integers as JSON may write them: {@code 100}, {@code 100.0} and {@code 1e2} are one number (RFC
 * 8259 has no other type, and JSON Schema's {@code integer} means all of them). Read digit by
 * digit: exact, without a {@code double}, and in time and memory of the text's length whatever its
 * exponent says.
 */
public final class WholeNumber {

    /** Digits that always fit a {@code long}. */
    private static final int DIGITS_MAX = 18;

    /** More than any text here has digits, so that an exponent beyond it means the same. */
    private static final long EXPONENT_MAX = 1_000_000_000_000L;

    private WholeNumber() {}

    /**
     * The number that a JSON number says.
     *
     * @return {@link Long#MAX_VALUE} or {@link Long#MIN_VALUE} for one of more than 18 digits,
     *     which is beyond every bound here; null if it is not whole, or the text is no JSON number
     */
    public static @Nullable Long parse(String text) {
        boolean negative = text.startsWith("-");
        int wholeFrom = negative ? 1 : 0;
        int wholeTo = digitsTo(text, wholeFrom);
        boolean leadingZero = wholeTo > wholeFrom + 1 && text.charAt(wholeFrom) == '0';
        if (wholeTo == wholeFrom || leadingZero) {
            return null;
        }
        int partFrom = wholeTo;
        int partTo = wholeTo;
        if (isAt(text, wholeTo, '.')) {
            partFrom = wholeTo + 1;
            partTo = digitsTo(text, partFrom);
            if (partTo == partFrom) {
                return null;
            }
        }
        long exponent = 0;
        if (isAt(text, partTo, 'e') || isAt(text, partTo, 'E')) {
            boolean down = isAt(text, partTo + 1, '-');
            int from = partTo + (down || isAt(text, partTo + 1, '+') ? 2 : 1);
            int to = digitsTo(text, from);
            if (to == from || to != text.length()) {
                return null;
            }
            exponent = down ? -exponent(text, from) : exponent(text, from);
        } else if (partTo != text.length()) {
            return null;
        }
        String digits = text.substring(wholeFrom, wholeTo) + text.substring(partFrom, partTo);
        return value(negative, digits, exponent - (partTo - partFrom));
    }

    /** Digits times a power of ten. */
    private static @Nullable Long value(boolean negative, String digits, long exponent) {
        int first = 0;
        while (first < digits.length() && digits.charAt(first) == '0') {
            first++;
        }
        if (first == digits.length()) {
            return 0L;
        }
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        long zeros = exponent + (digits.length() - end);
        if (zeros < 0) {
            return null;
        }
        if (end - first + zeros > DIGITS_MAX) {
            return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        long number = Long.parseLong(digits, first, end, 10);
        for (long i = 0; i < zeros; i++) {
            number *= 10;
        }
        return negative ? -number : number;
    }

    private static long exponent(String text, int from) {
        long exponent = 0;
        for (int i = from; i < text.length(); i++) {
            exponent = Math.min(exponent * 10 + (text.charAt(i) - '0'), EXPONENT_MAX);
        }
        return exponent;
    }

    private static int digitsTo(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static boolean isAt(String text, int at, char c) {
        return at < text.length() && text.charAt(at) == c;
    }
}
