package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.poller.feed.FeedReading;

/**
 * One source in a poll.
 *
 * @param name its name, as prices carry it
 * @param trustPercent how far it is trusted, 0 to 100
 * @param location its address or path, as prices carry it; null when it has none
 * @param reading what its latest good copy says; null when there is none
 */
public record SourceQuotes(
        String name, int trustPercent, @Nullable String location, @Nullable FeedReading reading) {}
