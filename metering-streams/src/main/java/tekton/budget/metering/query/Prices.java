package tekton.budget.metering.query;

import tekton.budget.pricing.PriceBook;

/** The prices as the price topic has them, kept up to date in the background. Any thread. */
public interface Prices {

    /** The book as far as it has been read. */
    PriceBook current();

    /**
     * The book after reading on to the price topic's present end, within a bound; for a version
     * that someone has seen and {@link #current()} does not know yet.
     */
    PriceBook caughtUp();
}
