package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceTerms;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.feed.OperatorReading.OperatorEntry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator's file changes. It always wins: what it names is in force while it names it, and
 * ends when it does so no more. An entry's {@code effective_from} is taken as it is; without one an
 * entry begins when it is read first. The terms of a version never change.
 */
public final class OperatorPrices {

    /**
     * What the location of the file begins with; it tells its versions from those set by request.
     */
    private static final String FILE = "file:";

    private static final Comparator<OperatorEntry> BY_TIME =
            Comparator.comparing(
                    OperatorEntry::from, Comparator.nullsFirst(Comparator.<Instant>naturalOrder()));

    private final KnownPrices prices;
    private final String location;
    private final Instant begin;
    private final List<PricePublished> changed = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    private OperatorPrices(KnownPrices prices, String location, Instant now) {
        this.prices = prices;
        this.location = location;
        begin = PriceRequest.begin(now);
    }

    /**
     * What the file changes.
     *
     * @param changed versions to publish
     * @param refused what of it cannot be, in words
     */
    public record FileChanges(List<PricePublished> changed, List<String> refused) {
        public FileChanges {
            changed = List.copyOf(changed);
            refused = List.copyOf(refused);
        }
    }

    /**
     * What the file changes.
     *
     * @param entries all that it says; nothing when there is no file any more
     * @param location its address, which begins with {@code file:}
     */
    public static FileChanges of(
            List<OperatorEntry> entries, String location, KnownPrices prices, Instant now) {
        SortedMap<ModelKey, List<OperatorEntry>> byModel = new TreeMap<>();
        entries.stream()
                .sorted(BY_TIME)
                .forEach(
                        entry ->
                                byModel.computeIfAbsent(entry.model(), m -> new ArrayList<>())
                                        .add(entry));
        OperatorPrices of = new OperatorPrices(prices, location, now);
        byModel.forEach(of::keep);
        for (ModelKey model : prices.operatorModels()) {
            of.endMissing(model, byModel.getOrDefault(model, List.of()));
        }
        return new FileChanges(of.changed, of.refused);
    }

    /** True when the file decides about a model: as far as is known it names it. */
    static boolean decides(ModelKey model, KnownPrices prices, Instant at) {
        return prices.ofOperator(model).stream()
                .anyMatch(version -> isOfFile(version) && holdsFrom(version, at));
    }

    /** True when a version holds at an instant or will later. */
    static boolean holdsFrom(PricePublished version, Instant at) {
        Instant end = version.endsAt();
        return end == null || (end.isAfter(at) && end.isAfter(version.effectiveFrom()));
    }

    private void keep(ModelKey model, List<OperatorEntry> entries) {
        for (OperatorEntry entry : entries) {
            Instant from = entry.from();
            if (from != null) {
                Optional<PricePublished> known = prices.ofOperator(model, from);
                if (known.isEmpty()) {
                    changed.add(version(entry, from));
                } else if (known.get().terms().equals(entry.terms())) {
                    if (KnownPrices.isCancelled(known.get())) {
                        // Taken out before it began, and named again.
                        changed.add(version(entry, from));
                    }
                } else {
                    refused.add(
                            ("%s: the version from %s is known with other figures"
                                            + " (expected: another effective_from)")
                                    .formatted(model, from));
                    return;
                }
            }
        }
        entries.stream()
                .filter(entry -> entry.from() == null || !entry.from().isAfter(begin))
                .reduce((earlier, later) -> later)
                .filter(entry -> !isInForce(model, entry.terms()))
                .ifPresent(entry -> changed.add(version(entry, begin)));
    }

    /** Counts what is about to be published too. */
    private boolean isInForce(ModelKey model, PriceTerms terms) {
        @Nullable PricePublished known = prices.operatorInForce(model, begin).orElse(null);
        for (PricePublished next : changed) {
            boolean later = known == null || next.effectiveFrom().isAfter(known.effectiveFrom());
            if (later
                    && next.provider().equals(model.provider())
                    && next.model().equals(model.model())
                    && !next.effectiveFrom().isAfter(begin)) {
                known = next;
            }
        }
        return known != null && known.terms().equals(terms);
    }

    private void endMissing(ModelKey model, List<OperatorEntry> entries) {
        for (PricePublished version : prices.ofOperator(model)) {
            boolean future = version.effectiveFrom().isAfter(begin);
            boolean named =
                    future
                            ? entries.stream()
                                    .anyMatch(e -> version.effectiveFrom().equals(e.from()))
                            : !entries.isEmpty();
            if (isOfFile(version) && holdsFrom(version, begin) && !named) {
                changed.add(version.endedAt(future ? version.effectiveFrom() : begin));
            }
        }
    }

    private PricePublished version(OperatorEntry entry, Instant from) {
        return new PricePublished(
                entry.model().provider(),
                entry.model().model(),
                from,
                PricePublished.OPERATOR,
                entry.terms(),
                true,
                null,
                location,
                entry.raw());
    }

    private static boolean isOfFile(PricePublished version) {
        return version.sourceUrl() != null && version.sourceUrl().startsWith(FILE);
    }
}
