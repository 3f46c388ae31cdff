package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.RateCell;
import tekton.budget.poller.reconcile.Completion.Lender;
import tekton.budget.poller.reconcile.PartDoubts.Doubt;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * A model's price as it is being made.
 *
 * @param own the quote that is published
 * @param judged every believed quote, that one included, the most preferred first
 * @param latest the version that holds; null when there is none
 * @param lenders who has what the quote lacks, under the model's own name
 */
record PriceDraft(
        Judged own, List<Judged> judged, @Nullable PricePublished latest, List<Lender> lenders) {

    /**
     * A believed quote without the parts that are doubted.
     *
     * @param figures what is left, pico-USD by place
     * @param doubts the parts
     * @param kept places where what holds stays, because the source's word is doubted or spoiled
     */
    record Judged(
            Offer offer,
            SortedMap<RateCell, Long> figures,
            List<Doubt> doubts,
            Set<RateCell> kept) {}

    /**
     * The draft of a quote.
     *
     * @param isAway whether a source of that name is configured and could not be read in this poll
     */
    static PriceDraft of(
            Judged own,
            List<Judged> judged,
            @Nullable PricePublished latest,
            Predicate<String> isAway) {
        List<Lender> lenders = new ArrayList<>();
        for (Judged other : judged) {
            lenders.add(new Lender(other.figures(), cell -> other.offer().source().name()));
        }
        if (latest != null) {
            lenders.add(
                    new Lender(
                            latest.terms().figures(),
                            cell -> {
                                String source = sourceOf(cell, latest);
                                return isAway.test(nameOf(source)) ? source : null;
                            }));
        }
        return new PriceDraft(own, judged, latest, lenders);
    }

    /** The price with what lenders have, under the model's own name and then under others. */
    Completion completed(List<Lender> siblings) {
        Completion whole = new Completion(own.figures());
        keepWhatHolds(whole);
        whole.with(lenders).with(siblings);
        whole.sources().values().removeIf(own.offer().source().name()::equals);
        return whole;
    }

    /** Of the published quote, and of a lender what it has lent. */
    private void keepWhatHolds(Completion whole) {
        PricePublished held = latest;
        if (held == null) {
            return;
        }
        SortedMap<RateCell, Long> figures = held.terms().figures();
        for (Judged one : judged) {
            String name = one.offer().source().name();
            boolean published = name.equals(own.offer().source().name());
            for (RateCell cell : one.kept()) {
                Long rate = figures.get(cell);
                if (rate != null && (published || name.equals(sourceOf(cell, held)))) {
                    whole.keep(cell, rate, sourceOf(cell, held));
                }
            }
        }
    }

    /** Whose a figure of a version is. */
    static String sourceOf(RateCell cell, PricePublished version) {
        return version.figureSources().getOrDefault(cell.path(), version.source());
    }

    /** The source's name of what may name a model too. */
    private static String nameOf(String source) {
        int blank = source.indexOf(' ');
        return blank < 0 ? source : source.substring(0, blank);
    }
}
