package tekton.budget.poller.feed;

import tekton.budget.event.PriceFault;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that one copy of a price list says. Every entry of it is in exactly one of the three lists.
 *
 * @param quotes the prices, at most one of a model
 * @param faulty prices that cannot be right
 * @param unread entries without a price that this project understands
 * @param unsupportedClasses how many entries have each price class that is not read, by the name
 *     that the list gives it
 * @param assumptions how often a figure was taken for something else than its plain sense, by what
 */
public record FeedReading(
        List<Quote> quotes,
        List<Faulty> faulty,
        List<Unread> unread,
        SortedMap<String, Integer> unsupportedClasses,
        SortedMap<String, Integer> assumptions) {

    public FeedReading {
        quotes = List.copyOf(quotes);
        faulty = List.copyOf(faulty);
        unread = List.copyOf(unread);
        unsupportedClasses = Collections.unmodifiableSortedMap(new TreeMap<>(unsupportedClasses));
        assumptions = Collections.unmodifiableSortedMap(new TreeMap<>(assumptions));
    }

    /**
     * A price that cannot be right.
     *
     * @param model whose price it is
     * @param faults what is wrong, at least one
     * @param raw the source's own figures as text
     */
    public record Faulty(ModelKey model, List<PriceFault> faults, String raw) {
        public Faulty {
            faults = List.copyOf(faults);
        }
    }

    /**
     * An entry without a price that this project understands.
     *
     * @param name what the list calls it
     * @param reason why
     */
    public record Unread(String name, String reason) {}
}
