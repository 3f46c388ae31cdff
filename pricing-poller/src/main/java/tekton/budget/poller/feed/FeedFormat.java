package tekton.budget.poller.feed;

/** How a price list is written. */
@FunctionalInterface
public interface FeedFormat {

    /**
     * What the bytes say.
     *
     * @throws UnreadableFeedException if they are no such list; an entry that is wrong spoils no
     *     other
     */
    FeedReading read(byte[] bytes) throws UnreadableFeedException;
}
