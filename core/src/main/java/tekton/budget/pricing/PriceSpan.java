package tekton.budget.pricing;

import tekton.budget.event.PricePublished;

/**
 * A stretch of time in which one version is in force. A version has two of them when an operator's
 * price took its place for a while.
 *
 * @param fromMs from when, epoch milliseconds
 * @param untilMs until when, exclusive; {@link #OPEN} when no end is known
 */
public record PriceSpan(PricePublished price, long fromMs, long untilMs) {

    /** No end is known. */
    public static final long OPEN = Long.MAX_VALUE;
}
