package tekton.budget.metering.query;

import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.PriceBook;

/** The prices as the price topic has them, kept up to date in the background. Any thread. */
public interface Prices {

    /** The book as far as it has been read. */
    PriceBook current();

    /**
     * The book after reading on to the price topic's present end, within a bound; for what someone
     * has seen and {@link #current()} does not know yet.
     */
    PriceBook caughtUp();

    /**
     * What a record costs. Where its edge has used another version than is found here, the edge may
     * have read further: then it is found in the book as it is at the topic's end.
     *
     * @param atMs the record's timestamp, epoch milliseconds
     */
    default Charge charge(UsageReported usage, long atMs) {
        Charge charge = current().charge(usage, atMs);
        String stamped = usage.pricingVersion();
        return stamped == null || stamped.equals(charge.pricingVersion())
                ? charge
                : caughtUp().charge(usage, atMs);
    }
}
