package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.ModelIndex.Candidate;
import tekton.budget.pricing.ModelIndex.IndexedModel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Every known price version, immutable. Any thread.
 *
 * <p>A version is in force from its effective time until the next version of the same provider and
 * model begins; while an operator's version holds, it alone is in force. At any instant that is at
 * most one per provider and model. So a version that the edge has stamped on a record needs no
 * second look: if it covers the record's time, it is the one that is found, and if it does not, it
 * must not be used.
 *
 * <p>A model that has no version in force under its own name is looked for under other names, see
 * {@link ModelIndex}. What was found for a name is remembered, at most {@link #REMEMBERED_MAX}
 * names: a stranger may invent as many as he likes.
 */
public final class PriceBook {

    /** The book without a price. */
    public static final PriceBook EMPTY = new PriceBook(List.of());

    private static final int REMEMBERED_MAX = 10_000;

    private final Map<IndexedModel, Timeline> byModel;
    private final Map<String, Version> byId;
    private final ModelIndex index;
    private final Map<String, List<Timeline>> byProvider = new HashMap<>();
    private final Map<IndexedModel, List<Candidate>> remembered = new ConcurrentHashMap<>();

    private PriceBook(Collection<PricePublished> prices) {
        Map<IndexedModel, List<Version>> grouped = new HashMap<>();
        byId = HashMap.newHashMap(prices.size());
        for (PricePublished price : prices) {
            Version version = Version.of(price);
            byId.put(version.id(), version);
            grouped.computeIfAbsent(
                            new IndexedModel(price.provider(), price.model()),
                            m -> new ArrayList<>())
                    .add(version);
        }
        byModel = HashMap.newHashMap(grouped.size());
        grouped.forEach((model, versions) -> byModel.put(model, new Timeline(versions)));
        index = new ModelIndex(byModel);
        byModel.forEach(
                (model, timeline) ->
                        byProvider
                                .computeIfAbsent(model.provider(), p -> new ArrayList<>())
                                .add(timeline));
    }

    /** The book of these versions; of one version id the last given counts. */
    public static PriceBook of(Collection<PricePublished> prices) {
        Map<String, PricePublished> distinct = new HashMap<>();
        prices.forEach(price -> distinct.put(price.versionId(), price));
        return new PriceBook(distinct.values());
    }

    /** True when the book holds that version. */
    public boolean knows(String versionId) {
        return byId.containsKey(versionId);
    }

    /** What a record costs by the version in force at its timestamp, epoch milliseconds. */
    public Charge charge(UsageReported usage, long atMs) {
        PriceMatch match = find(usage.provider(), usage.model(), atMs);
        return match == null
                ? Charge.UNPRICED
                : match.charge(usage.tokens(), usage.details(), usage.serviceTier());
    }

    /** The version in force for a model at an instant, epoch milliseconds, and how it was found. */
    public Optional<PriceMatch> match(String provider, String model, long atMs) {
        return Optional.ofNullable(find(provider, model, atMs));
    }

    /** The version in force of every model that has one at an instant, in no order. */
    public List<PriceMatch> inForce(long atMs) {
        return byModel.values().stream()
                .map(timeline -> timeline.at(atMs))
                .filter(Objects::nonNull)
                .map(version -> new PriceMatch(version, MatchedBy.EXACT))
                .toList();
    }

    /**
     * Every version that a model's usage may be rated by from one instant to another, both
     * included, epoch milliseconds.
     */
    public List<PriceMatch> during(String provider, String model, long fromMs, long untilMs) {
        IndexedModel key = new IndexedModel(provider, model);
        Timeline exact = byModel.get(key);
        // Not remembered: who leaves the provider open asks for every provider there is.
        List<Candidate> others = index.candidates(provider, model);
        NavigableSet<Long> instants = new TreeSet<>();
        instants.add(fromMs);
        if (exact != null) {
            exact.forEachChange(fromMs, untilMs, instants::add);
        }
        others.forEach(each -> each.timeline().forEachChange(fromMs, untilMs, instants::add));
        return instants.stream()
                .map(atMs -> find(exact, others, atMs))
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Visits every version that is in force in such a stretch of time and listed under a provider.
     */
    public void forEachDuring(
            String provider, long fromMs, long untilMs, Consumer<PriceMatch> visitor) {
        for (Timeline timeline : byProvider.getOrDefault(provider, List.of())) {
            visit(timeline.at(fromMs), visitor);
            timeline.forEachChange(fromMs, untilMs, atMs -> visit(timeline.at(atMs), visitor));
        }
    }

    private static void visit(@Nullable Version version, Consumer<PriceMatch> visitor) {
        if (version != null) {
            visitor.accept(new PriceMatch(version, MatchedBy.EXACT));
        }
    }

    /** The providers that prices are listed under. */
    public Set<String> providers() {
        return Collections.unmodifiableSet(byProvider.keySet());
    }

    /** What was, is and will be in force for a model under its own name, oldest first. */
    public List<PriceSpan> history(String provider, String model) {
        Timeline timeline = byModel.get(new IndexedModel(provider, model));
        return timeline == null ? List.of() : timeline.spans();
    }

    /** Every version, in no order. */
    public List<PricePublished> all() {
        return byId.values().stream().map(Version::price).toList();
    }

    private @Nullable PriceMatch find(String provider, String model, long atMs) {
        IndexedModel key = new IndexedModel(provider, model);
        PriceMatch own = find(byModel.get(key), List.of(), atMs);
        return own != null ? own : find(null, candidates(key), atMs);
    }

    private static @Nullable PriceMatch find(
            @Nullable Timeline exact, List<Candidate> others, long atMs) {
        Version version = exact == null ? null : exact.at(atMs);
        if (version != null) {
            return new PriceMatch(version, MatchedBy.EXACT);
        }
        for (Candidate candidate : others) {
            version = candidate.timeline().at(atMs);
            if (version != null) {
                return new PriceMatch(version, candidate.by());
            }
        }
        return null;
    }

    private List<Candidate> candidates(IndexedModel key) {
        List<Candidate> known = remembered.get(key);
        if (known != null) {
            return known;
        }
        if (remembered.size() >= REMEMBERED_MAX) {
            remembered.clear();
        }
        List<Candidate> found = index.candidates(key.provider(), key.name());
        remembered.put(key, found);
        return found;
    }
}
