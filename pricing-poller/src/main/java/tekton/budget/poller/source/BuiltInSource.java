package tekton.budget.poller.source;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.event.PricePublished;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.feed.Quote;

import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;

/**
 * The built-in catalogue. Its prices hold from the epoch and are published by whoever rates; here
 * they bear witness, and correct themselves when a newer release knows better.
 */
public final class BuiltInSource implements PriceSource {

    private static final int TRUST_PERCENT = 70;

    /** Where figures were read that stand on no page of their provider. */
    private static final String OTHERS_LIST = "https://github.com/";

    private final InstantSource clock;

    public BuiltInSource(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return BuiltInPrices.SOURCE;
    }

    @Override
    public int trustPercent() {
        return TRUST_PERCENT;
    }

    @Override
    public String location() {
        return "built-in";
    }

    @Override
    public SourceReading<FeedReading> read() {
        List<Quote> quotes = BuiltInPrices.load().stream().map(BuiltInSource::quote).toList();
        return SourceReading.of(
                new FeedReading(quotes, List.of(), List.of(), new TreeMap<>(), new TreeMap<>()),
                clock.instant());
    }

    private static Quote quote(PricePublished price) {
        ModelKey model = new ModelKey(price.provider(), price.model());
        String page = price.sourceUrl();
        return page == null || page.startsWith(OTHERS_LIST)
                ? Quote.of(model, price.terms(), "")
                : Quote.ofPage(model, price.terms(), page);
    }
}
