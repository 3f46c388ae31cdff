package tekton.budget.poller.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceTerms;
import tekton.budget.poller.feed.FeedReading.Unread;

import java.time.Instant;
import java.util.List;

/**
 * What an operator's own price file says.
 *
 * @param entries the prices
 * @param unread entries that are wrong
 */
public record OperatorReading(List<OperatorEntry> entries, List<Unread> unread) {

    public OperatorReading {
        entries = List.copyOf(entries);
        unread = List.copyOf(unread);
    }

    /**
     * One price.
     *
     * @param model whose price it is
     * @param terms what it costs
     * @param from from when on; null for from when it was read first
     * @param raw the figures as text
     */
    public record OperatorEntry(
            ModelKey model, PriceTerms terms, @Nullable Instant from, String raw) {}
}
