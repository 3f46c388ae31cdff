package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.RateCell;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reasons not to believe a part of a quote, while the rest of it is believed: a service tier, or a
 * class beside input and output.
 *
 * <p>The bounds of service tiers lie well beyond what providers ask: batch and flex are half at
 * OpenAI, Anthropic and Google, and priority 1.67 to 2.5 times the standard. What lies outside is a
 * decimal point in the wrong place, or another model's price.
 */
final class PartDoubts {

    private static final int TIER_FACTOR = 4;

    private PartDoubts() {}

    /**
     * Figures of one service tier that are not believed.
     *
     * @param tier which
     * @param figures they, by place
     * @param faults why, at least one
     */
    record Doubt(ServiceTier tier, SortedMap<RateCell, Long> figures, List<PriceFault> faults) {

        /** True when nothing is wrong with what holds, which then stays. */
        boolean keepsWhatHolds() {
            return faults.stream().allMatch(fault -> fault.code() == FaultCode.CHANGED_TOO_MUCH);
        }
    }

    /**
     * The doubtful parts, at most one of each service tier; none as a rule.
     *
     * @param offers what the believed sources say of the model, this one included
     * @param inForce the figures of the version that holds; empty when there is none
     * @param factor how many times a figure may change
     */
    static List<Doubt> of(
            Offer offer, List<Offer> offers, SortedMap<RateCell, Long> inForce, int factor) {
        SortedMap<RateCell, Long> figures = offer.quote().terms().figures();
        List<Doubt> doubts = new ArrayList<>();
        for (ServiceTier tier : ServiceTier.values()) {
            SortedMap<RateCell, Long> ofTier = of(tier, figures);
            List<PriceFault> faults = new ArrayList<>();
            if (tier != ServiceTier.STANDARD) {
                implausible(ofTier, figures, faults);
                contradicted(offer, ofTier, offers, faults);
            }
            if (!faults.isEmpty()) {
                doubts.add(new Doubt(tier, ofTier, faults));
            } else {
                SortedMap<RateCell, Long> changed = changed(ofTier, inForce, factor, faults);
                if (!changed.isEmpty()) {
                    doubts.add(new Doubt(tier, changed, faults));
                }
            }
        }
        return doubts;
    }

    private static void implausible(
            SortedMap<RateCell, Long> ofTier,
            SortedMap<RateCell, Long> figures,
            List<PriceFault> faults) {
        ofTier.forEach(
                (cell, rate) -> {
                    Long standard = standard(cell, figures);
                    if (standard != null && !plausible(cell.tier(), rate, standard)) {
                        faults.add(
                                new PriceFault(
                                        FaultCode.TIER_IMPLAUSIBLE,
                                        "%s: %s USD beside %s in the standard tier (expected: %s)"
                                                .formatted(
                                                        cell.path(),
                                                        Money.ofPico(rate),
                                                        Money.ofPico(standard),
                                                        expected(cell.tier()))));
                    }
                });
    }

    private static boolean plausible(ServiceTier tier, long rate, long standard) {
        long cheap = tier == ServiceTier.PRIORITY ? standard : rate;
        long dear = tier == ServiceTier.PRIORITY ? rate : standard;
        return cheap <= dear
                && BigInteger.valueOf(cheap)
                                .multiply(BigInteger.valueOf(TIER_FACTOR))
                                .compareTo(BigInteger.valueOf(dear))
                        >= 0;
    }

    private static String expected(ServiceTier tier) {
        return tier == ServiceTier.PRIORITY
                ? "1 to %d times as much".formatted(TIER_FACTOR)
                : "at most that, and at least a %dth".formatted(TIER_FACTOR);
    }

    /** What the standard asks for the same class and size; null when it does not name the class. */
    private static @Nullable Long standard(RateCell cell, SortedMap<RateCell, Long> figures) {
        Long rate = null;
        for (Map.Entry<RateCell, Long> figure : of(ServiceTier.STANDARD, figures).entrySet()) {
            RateCell place = figure.getKey();
            if (place.rateClass() == cell.rateClass() && place.above() <= cell.above()) {
                rate = figure.getValue();
            }
        }
        return rate;
    }

    /** A list of other people's prices yields to the provider's page about the same price. */
    private static void contradicted(
            Offer offer,
            SortedMap<RateCell, Long> ofTier,
            List<Offer> offers,
            List<PriceFault> faults) {
        if (offer.quote().page() != null) {
            return;
        }
        for (Offer other : offers) {
            SortedMap<RateCell, Long> theirs = other.quote().terms().figures();
            if (other.quote().page() == null
                    || !Completion.sameBase(offer.quote().terms().figures(), theirs)) {
                continue;
            }
            ofTier.forEach(
                    (cell, rate) -> {
                        Long said = theirs.get(cell);
                        if (said != null && !FigureRules.agree(rate, said)) {
                            faults.add(
                                    new PriceFault(
                                            FaultCode.PAGE_DIFFERS,
                                            "%s: %s USD, while %s says %s by %s"
                                                    .formatted(
                                                            cell.path(),
                                                            Money.ofPico(rate),
                                                            other.source().name(),
                                                            Money.ofPico(said),
                                                            other.quote().page())));
                        }
                    });
        }
    }

    private static SortedMap<RateCell, Long> changed(
            SortedMap<RateCell, Long> figures,
            SortedMap<RateCell, Long> inForce,
            int factor,
            List<PriceFault> faults) {
        SortedMap<RateCell, Long> changed = new TreeMap<>();
        figures.forEach(
                (cell, rate) -> {
                    Long was = inForce.get(cell);
                    if (!cell.isBase() && was != null && FigureRules.beyond(was, rate, factor)) {
                        changed.put(cell, rate);
                        faults.add(FigureRules.changed(cell, was, rate, factor));
                    }
                });
        return changed;
    }

    private static SortedMap<RateCell, Long> of(
            ServiceTier tier, SortedMap<RateCell, Long> figures) {
        SortedMap<RateCell, Long> ofTier = new TreeMap<>();
        figures.forEach(
                (cell, rate) -> {
                    if (cell.tier() == tier) {
                        ofTier.put(cell, rate);
                    }
                });
        return ofTier;
    }
}
