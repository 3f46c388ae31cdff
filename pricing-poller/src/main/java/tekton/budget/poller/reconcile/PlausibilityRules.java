package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.PricePublished;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reasons not to believe a quote that could be a price, none of it. */
final class PlausibilityRules {

    private PlausibilityRules() {}

    /**
     * The reasons; none as a rule.
     *
     * @param offers all quotes of the model, this one included
     * @param latest the version that holds; null when there is none
     * @param factor how many times a figure may change, or differ from all others
     */
    static List<PriceFault> of(
            Offer offer, List<Offer> offers, @Nullable PricePublished latest, int factor) {
        List<PriceFault> faults = new ArrayList<>();
        if (latest != null) {
            FigureRules.baseChangedBeyond(
                            latest.terms().figures(), offer.quote().terms().figures(), factor)
                    .ifPresent(faults::add);
        }
        farFromAll(offer, offers, factor)
                .ifPresent(how -> faults.add(new PriceFault(FaultCode.FAR_FROM_OTHERS, how)));
        return faults;
    }

    private static Optional<String> farFromAll(Offer offer, List<Offer> offers, int factor) {
        List<Offer> others =
                offers.stream()
                        .filter(o -> !o.source().name().equals(offer.source().name()))
                        .toList();
        boolean near =
                others.stream()
                        .anyMatch(o -> !FigureRules.far(offer.figures(), o.figures(), factor));
        if (near || others.isEmpty()) {
            return Optional.empty();
        }
        List<String> said =
                others.stream().map(other -> FigureRules.said(other.figures())).toList();
        return Optional.of(
                "%s, while %s (expected: within %d times of one of them)"
                        .formatted(
                                FigureRules.said(offer.figures()),
                                String.join(" and ", said),
                                factor));
    }
}
