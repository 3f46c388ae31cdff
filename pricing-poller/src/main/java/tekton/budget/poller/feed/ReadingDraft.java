package tekton.budget.poller.feed;

import tekton.budget.event.PricePublished;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.poller.feed.FeedReading.Unread;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** A {@link FeedReading} that is being made. Not thread-safe. */
final class ReadingDraft {

    /** Seven times as many as LiteLLM has; a list with more is not what it says it is. */
    private static final int MODELS_MAX = 20_000;

    /** The most names of price classes that are told; the others are told as one. */
    private static final int CLASSES_MAX = 200;

    private static final String OTHERS = "others";

    private final Map<ModelKey, RateSheet> sheets = new TreeMap<>();
    private final List<Unread> unread = new ArrayList<>();
    private final SortedMap<String, Integer> assumptions = new TreeMap<>();

    /**
     * The figures of a model; the same sheet for every entry of the list that means it.
     *
     * @throws UnreadableFeedException if there are too many models
     */
    RateSheet sheet(ModelKey model) throws UnreadableFeedException {
        RateSheet sheet = sheets.computeIfAbsent(model, m -> new RateSheet());
        if (sheets.size() > MODELS_MAX) {
            throw new UnreadableFeedException(
                    "more than %d models (expected: at most that many)".formatted(MODELS_MAX));
        }
        return sheet;
    }

    /** Notes an entry that has no price; beyond so many they are not told one by one. */
    void unread(String name, String reason) {
        if (unread.size() == MODELS_MAX) {
            return;
        }
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
                    sheet.unsupported().forEach(name -> count(name, unsupported));
                    String raw = sheet.raw(PricePublished.RAW_LENGTH_MAX);
                    boolean incomplete = sheet.incomplete().isPresent();
                    if (!sheet.faults().isEmpty()) {
                        faulty.add(new Faulty(model, sheet.faults(), raw));
                    } else if (incomplete && !sheet.leftOut().isEmpty()) {
                        faulty.add(new Faulty(model, sheet.leftOut(), raw));
                    } else if (incomplete) {
                        unread(model.toString(), sheet.incomplete().orElseThrow());
                    } else {
                        quote(model, sheet, raw)
                                .ifPresent(
                                        quote -> {
                                            quotes.add(quote);
                                            quotes.addAll(witnessed.apply(quote));
                                        });
                    }
                });
        return new FeedReading(quotes, faulty, unread, unsupported, assumptions);
    }

    private Optional<Quote> quote(ModelKey model, RateSheet sheet, String raw) {
        try {
            return Optional.of(
                    new Quote(
                            model,
                            sheet.terms(),
                            raw,
                            false,
                            null,
                            sheet.leftOut(),
                            sheet.spoiled()));
        } catch (IllegalArgumentException impossible) {
            // Such as more tiers than a price may have.
            unread(model.toString(), FeedText.shown(String.valueOf(impossible.getMessage())));
            return Optional.empty();
        }
    }

    private static void count(String name, SortedMap<String, Integer> unsupported) {
        String shown = FeedText.shown(name);
        boolean room = unsupported.size() < CLASSES_MAX || unsupported.containsKey(shown);
        unsupported.merge(room ? shown : OTHERS, 1, Integer::sum);
    }
}
