package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.UsageReported;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every known price version, immutable. A version is in force from its effective time until the
 * next version of the same provider and model begins.
 *
 * <p>Where two versions of one model begin at the same instant, the one whose source comes later in
 * the alphabet holds: any fixed order will do, as long as every reader has the same.
 */
public final class PriceBook {

    /** The book without a price. */
    public static final PriceBook EMPTY = new PriceBook(List.of());

    private static final Comparator<Version> BY_TIME =
            Comparator.comparingLong(Version::fromMs).thenComparing(v -> v.price().source());

    private final Map<Model, List<Version>> byModel;
    private final Map<String, Version> byId;

    private PriceBook(Collection<PricePublished> prices) {
        Map<Model, List<PricePublished>> grouped = new HashMap<>();
        for (PricePublished price : prices) {
            grouped.computeIfAbsent(
                            new Model(price.provider(), price.model()), m -> new ArrayList<>())
                    .add(price);
        }
        byModel = HashMap.newHashMap(grouped.size());
        byId = HashMap.newHashMap(prices.size());
        grouped.forEach((model, versions) -> byModel.put(model, inOrder(versions)));
        byModel.values().forEach(list -> list.forEach(v -> byId.put(v.id(), v)));
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

    /** The version in force at an instant, epoch milliseconds. */
    public Optional<PricePublished> inForce(String provider, String model, long atMs) {
        Version version = find(provider, model, atMs);
        return version == null ? Optional.empty() : Optional.of(version.price());
    }

    /** The version in force of every model that has one at an instant, in no order. */
    public List<PricePublished> inForce(long atMs) {
        return byModel.values().stream()
                .flatMap(versions -> versions.stream().filter(v -> v.covers(atMs)))
                .map(Version::price)
                .toList();
    }

    /** Every version, in no order. */
    public List<PricePublished> all() {
        return byId.values().stream().map(Version::price).toList();
    }

    /**
     * What a record costs: by the version stamped on it if that is of its model and covers its
     * time, else by the version in force then.
     *
     * @param atMs the record's timestamp, epoch milliseconds
     */
    public Charge charge(UsageReported usage, long atMs) {
        Version version = stamped(usage, atMs);
        if (version == null) {
            version = find(usage.provider(), usage.model(), atMs);
        }
        if (version == null) {
            return Charge.UNPRICED;
        }
        FlatRates rates = version.table().rates(usage.serviceTier(), usage.tokens().input());
        return new Charge(
                rates.inputCost(usage.tokens(), usage.details()),
                rates.outputCost(usage.tokens(), usage.details()),
                rates.request(),
                version.id());
    }

    private @Nullable Version stamped(UsageReported usage, long atMs) {
        String id = usage.pricingVersion();
        Version version = id == null ? null : byId.get(id);
        return version != null
                        && version.covers(atMs)
                        && version.price().provider().equals(usage.provider())
                        && version.price().model().equals(usage.model())
                ? version
                : null;
    }

    private @Nullable Version find(String provider, String model, long atMs) {
        List<Version> versions = byModel.get(new Model(provider, model));
        if (versions != null) {
            for (Version version : versions) {
                if (version.covers(atMs)) {
                    return version;
                }
            }
        }
        return null;
    }

    /** Newest first, because nearly every question is about now. */
    private static List<Version> inOrder(List<PricePublished> prices) {
        List<Version> oldestFirst =
                prices.stream()
                        .map(
                                p ->
                                        new Version(
                                                p,
                                                p.versionId(),
                                                new RateTable(p.terms()),
                                                p.effectiveFrom().toEpochMilli(),
                                                0))
                        .sorted(BY_TIME)
                        .toList();
        List<Version> newestFirst = new ArrayList<>(oldestFirst.size());
        long untilMs = Long.MAX_VALUE;
        for (Version version : oldestFirst.reversed()) {
            newestFirst.add(
                    new Version(
                            version.price(),
                            version.id(),
                            version.table(),
                            version.fromMs(),
                            untilMs));
            untilMs = version.fromMs();
        }
        return List.copyOf(newestFirst);
    }

    private record Model(String provider, String model) {}

    private record Version(
            PricePublished price, String id, RateTable table, long fromMs, long untilMs) {
        boolean covers(long atMs) {
            return fromMs <= atMs && atMs < untilMs;
        }
    }
}
