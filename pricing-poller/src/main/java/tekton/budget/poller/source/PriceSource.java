package tekton.budget.poller.source;

import tekton.budget.poller.feed.FeedReading;

/** A price list that can be asked for. One call at a time. */
public interface PriceSource {

    /** Its name, as prices carry it. */
    String name();

    /** How far it is trusted, 0 to 100. */
    int trustPercent();

    /** Its address or path. */
    String location();

    /**
     * What it says; within a bound of time. Whatever goes wrong is told in the answer.
     *
     * @throws InterruptedException if the caller wants no answer any more
     */
    SourceReading<FeedReading> read() throws InterruptedException;
}
