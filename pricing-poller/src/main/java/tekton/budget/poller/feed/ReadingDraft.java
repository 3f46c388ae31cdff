package tekton.budget.poller.feed;

import tekton.budget.event.PricePublished;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.poller.feed.FeedReading.Unread;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** A {@link FeedReading} that is being made. Not thread-safe. */
final class ReadingDraft {

    private final Map<ModelKey, RateSheet> sheets = new TreeMap<>();
    private final List<Unread> unread = new ArrayList<>();
    private final SortedMap<String, Integer> assumptions = new TreeMap<>();

    /** The figures of a model; the same sheet for every entry of the list that means it. */
    RateSheet sheet(ModelKey model) {
        return sheets.computeIfAbsent(model, m -> new RateSheet());
    }

    void unread(String name, String reason) {
        unread.add(new Unread(FeedText.shown(name), reason));
    }

    /** Notes that a figure was not taken in its plain sense. */
    void assume(String what) {
        assumptions.merge(what, 1, Integer::sum);
    }

    /**
     * The reading.
     *
     * @param witnessed of whose prices a quote bears witness as well, if of anybody's
     */
    FeedReading done(Function<Quote, List<Quote>> witnessed) {
        List<Quote> quotes = new ArrayList<>();
        List<Faulty> faulty = new ArrayList<>();
        SortedMap<String, Integer> unsupported = new TreeMap<>();
        sheets.forEach(
                (model, sheet) -> {
                    sheet.unsupported().forEach(name -> unsupported.merge(name, 1, Integer::sum));
                    String raw = sheet.raw(PricePublished.RAW_LENGTH_MAX);
                    if (!sheet.faults().isEmpty()) {
                        faulty.add(new Faulty(model, sheet.faults(), raw));
                    } else if (sheet.incomplete().isPresent()) {
                        unread(model.toString(), sheet.incomplete().get());
                    } else {
                        Quote quote = Quote.of(model, sheet.terms(), raw);
                        quotes.add(quote);
                        quotes.addAll(witnessed.apply(quote));
                    }
                });
        return new FeedReading(quotes, faulty, unread, unsupported, assumptions);
    }
}
