package tekton.budget.event;

import java.util.Locale;

/**
 * One reason not to believe a price.
 *
 * @param code what kind of reason
 * @param message one sentence that names the figures
 */
public record PriceFault(FaultCode code, String message) {

    /** What kind of reason. */
    public enum FaultCode {
        /** Below zero, as where a list writes -1 for "depends". */
        NEGATIVE,
        /** Not a number. */
        NOT_A_NUMBER,
        /** Above what any token or request costs. */
        IMPLAUSIBLE,
        /** So small that it would be rounded to zero, which would mean free. */
        TOO_SMALL,
        /** The same source names two figures for the same thing. */
        CONTRADICTORY,
        /** Too far from the price in force to be believed without being asked. */
        CHANGED_TOO_MUCH,
        /** Too far from what every other source says. */
        FAR_FROM_OTHERS,
        /** A service tier further from the standard of the same price than any provider asks. */
        TIER_IMPLAUSIBLE,
        /** A service tier of which the provider's own page says something else. */
        PAGE_DIFFERS;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }
}
