package tekton.budget.poller.reconcile;

import tekton.budget.event.PriceStatus;
import tekton.budget.poller.feed.Quote;

/** A quote and its source. */
record Offer(SourceQuotes source, Quote quote) {

    /** What it says in short. */
    PriceStatus.QuotedPrice figures() {
        return FigureRules.of(source.name(), quote.terms());
    }
}
