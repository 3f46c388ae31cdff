package tekton.budget.poller.reconcile;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is to be written, all of it or nothing.
 *
 * @param prices versions that are new, or the same with another end or another word on whether they
 *     are verified
 * @param statuses what is new or has changed beside the prices
 * @param ended keys of statuses that are over
 */
public record Changes(List<PricePublished> prices, List<PriceStatus> statuses, List<String> ended) {

    /** Nothing to write. */
    public static final Changes NONE = new Changes(List.of(), List.of(), List.of());

    public Changes {
        prices = List.copyOf(prices);
        statuses = List.copyOf(statuses);
        ended = List.copyOf(ended);
    }

    /** These prices and nothing else. */
    public static Changes ofPrices(List<PricePublished> prices) {
        return new Changes(prices, List.of(), List.of());
    }

    /** These changes, then the others. */
    public Changes and(Changes others) {
        return new Changes(
                Stream.concat(prices.stream(), others.prices.stream()).toList(),
                Stream.concat(statuses.stream(), others.statuses.stream()).toList(),
                Stream.concat(ended.stream(), others.ended.stream()).toList());
    }

    /** These changes and one status more. */
    public Changes and(PriceStatus status) {
        return and(new Changes(List.of(), List.of(status), List.of()));
    }

    /** True when there is nothing to write. */
    public boolean isEmpty() {
        return prices.isEmpty() && statuses.isEmpty() && ended.isEmpty();
    }
}
