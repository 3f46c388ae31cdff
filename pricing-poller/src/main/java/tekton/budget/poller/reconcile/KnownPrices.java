package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.poller.feed.ModelKey;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Every version that has been published, by model. For one thread. */
public final class KnownPrices {

    private static final Comparator<VersionKey> ORDER =
            Comparator.comparing(VersionKey::from).thenComparing(VersionKey::source);

    private final Map<ModelKey, NavigableMap<VersionKey, PricePublished>> ofSources =
            new HashMap<>();
    private final Map<ModelKey, NavigableMap<VersionKey, PricePublished>> ofOperator =
            new HashMap<>();

    private record VersionKey(Instant from, String source) {}

    /** Takes a version, or its later form. */
    public void add(PricePublished price) {
        map(price)
                .computeIfAbsent(
                        new ModelKey(price.provider(), price.model()), m -> new TreeMap<>(ORDER))
                .put(new VersionKey(price.effectiveFrom(), price.source()), price);
    }

    /** Forgets a version. */
    public void remove(PricePublished price) {
        NavigableMap<VersionKey, PricePublished> versions =
                map(price).get(new ModelKey(price.provider(), price.model()));
        if (versions != null) {
            versions.remove(new VersionKey(price.effectiveFrom(), price.source()));
        }
    }

    /** The source's version that holds, or will in a moment; null when there is none. */
    public @Nullable PricePublished latest(ModelKey model) {
        NavigableMap<VersionKey, PricePublished> versions = ofSources.get(model);
        return versions == null || versions.isEmpty() ? null : versions.lastEntry().getValue();
    }

    /** The models of which a source has ever said something, in no order. */
    Set<ModelKey> models() {
        return ofSources.keySet();
    }

    /** The operator's versions of a model, oldest first. */
    public List<PricePublished> ofOperator(ModelKey model) {
        NavigableMap<VersionKey, PricePublished> versions = ofOperator.get(model);
        return versions == null ? List.of() : List.copyOf(versions.values());
    }

    /** The operator's version that begins at an instant, or empty. */
    public Optional<PricePublished> ofOperator(ModelKey model, Instant from) {
        return ofOperator(model).stream().filter(v -> v.effectiveFrom().equals(from)).findFirst();
    }

    /** The operator's version that holds at an instant, or empty. */
    public Optional<PricePublished> operatorInForce(ModelKey model, Instant at) {
        return ofOperator(model).stream()
                .filter(version -> !version.effectiveFrom().isAfter(at) && !isCancelled(version))
                .reduce((earlier, later) -> later)
                .filter(version -> version.endsAt() == null || version.endsAt().isAfter(at));
    }

    /** True when a version was ended before it began: it never holds. */
    static boolean isCancelled(PricePublished version) {
        Instant end = version.endsAt();
        return end != null && !end.isAfter(version.effectiveFrom());
    }

    /** The models that an operator has ever set a price of, in order. */
    public Set<ModelKey> operatorModels() {
        return new TreeSet<>(ofOperator.keySet());
    }

    /**
     * When a version that is decided now takes effect: behind the latest one, also when the clock
     * has been set back.
     */
    static Instant begin(Instant now, @Nullable PricePublished latest) {
        Instant begin = PriceRequest.begin(now);
        return latest == null || latest.effectiveFrom().isBefore(begin)
                ? begin
                : latest.effectiveFrom().plusSeconds(1);
    }

    private Map<ModelKey, NavigableMap<VersionKey, PricePublished>> map(PricePublished price) {
        return price.ofOperator() ? ofOperator : ofSources;
    }
}
