package tekton.budget.api.http;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A part of a whole, for display: the only numbers here that are rounded. */
public final class Ratio {

    private static final int PLACES = 6;

    private Ratio() {}

    /** The fraction as a JSON number; of nothing, anything is all of it. */
    public static String of(BigDecimal part, BigDecimal whole) {
        if (whole.signum() == 0) {
            return part.signum() == 0 ? "0" : "1";
        }
        return part.divide(whole, PLACES, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** The fraction as a JSON number; of nothing, anything is all of it. */
    public static String of(long part, long whole) {
        return of(BigDecimal.valueOf(part), BigDecimal.valueOf(whole));
    }
}
