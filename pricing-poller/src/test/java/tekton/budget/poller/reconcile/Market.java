package tekton.budget.poller.reconcile;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.Rates;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.feed.Quote;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sources that say what a test has them say, polls, and what became of them. */
final class Market {

    static final ModelKey MODEL = new ModelKey("openai", "gpt");
    static final Instant START = Instant.parse("2026-09-01T12:00:00Z");

    final KnownPrices prices = new KnownPrices();
    final KnownFindings findings = new KnownFindings();
    final List<PricePublished> published = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> trust = new HashMap<>();
    private final Map<String, List<Quote>> quotes = new HashMap<>();
    private final Map<String, List<Faulty>> faulty = new HashMap<>();
    private Instant now = START;

    static Market usual() {
        return new Market().with("litellm", 90).with("openrouter", 80).with("built-in", 70);
    }

    Market with(String source, int trustPercent) {
        names.add(source);
        trust.put(source, trustPercent);
        return this;
    }

    Market without(String source) {
        names.remove(source);
        return this;
    }

    /** The source says these prices and no others, in nano-USD per token. */
    Market says(String source, long input, long output) {
        return says(source, Quote.of(MODEL, terms(input, output), input + "/" + output));
    }

    Market bearsWitness(String source, long input, long output) {
        return says(source, Quote.of(MODEL, terms(input, output), "").bearingWitness(MODEL));
    }

    Market says(String source, Quote... all) {
        quotes.put(source, List.of(all));
        return this;
    }

    Market isSilent(String source) {
        return says(source);
    }

    Market cannotBeRead(String source) {
        quotes.remove(source);
        faulty.remove(source);
        return this;
    }

    Market saysNonsense(String source, Faulty nonsense) {
        quotes.putIfAbsent(source, List.of());
        faulty.put(source, List.of(nonsense));
        return this;
    }

    Market published(String source, long input, long output) {
        return published(
                new PricePublished(
                        MODEL.provider(),
                        MODEL.model(),
                        Instant.EPOCH,
                        source,
                        terms(input, output),
                        false,
                        null,
                        null,
                        null));
    }

    Market published(PricePublished price) {
        prices.add(price);
        return this;
    }

    /** An hour later: what a poll changes, taken over. */
    Changes poll() {
        now = now.plusSeconds(3_600);
        return take(new Reconciliation(sources(), prices, findings, 10, now).changes());
    }

    Changes take(Changes changes) {
        changes.prices().forEach(prices::add);
        published.addAll(changes.prices());
        changes.statuses().forEach(findings::put);
        changes.ended().forEach(findings::remove);
        return changes;
    }

    PriceRequestRules requests() {
        return new PriceRequestRules(prices, findings, names, now);
    }

    Instant now() {
        return now;
    }

    static PriceTerms terms(long inputNano, long outputNano) {
        return PriceTerms.flat(Rates.of(inputNano * 1_000, outputNano * 1_000));
    }

    static <S extends PriceStatus> List<S> all(Changes changes, Class<S> type) {
        return changes.statuses().stream().filter(type::isInstance).map(type::cast).toList();
    }

    private List<SourceQuotes> sources() {
        return names.stream()
                .map(
                        name -> {
                            List<Quote> said = quotes.get(name);
                            return new SourceQuotes(
                                    name,
                                    trust.get(name),
                                    "https://" + name,
                                    said == null
                                            ? null
                                            : new FeedReading(
                                                    said,
                                                    faulty.getOrDefault(name, List.of()),
                                                    List.of(),
                                                    new TreeMap<>(),
                                                    new TreeMap<>()));
                        })
                .toList();
    }
}
