package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateCell;
import tekton.budget.event.RateClass;
import tekton.budget.value.ServiceTier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A price with the figures that its own source does not have and another one does. Only who asks
 * the same for input and output of an ordinary request speaks of the same price.
 *
 * <p>A service tier is taken whole where there is none, and class by class where both say the same
 * of its input and output; a long-context size likewise. Nothing that is there is replaced.
 */
final class Completion {

    private final SortedMap<RateCell, Long> figures;
    private final SortedMap<String, String> sources = new TreeMap<>();

    /** A price that has these figures itself. */
    Completion(SortedMap<RateCell, Long> own) {
        figures = new TreeMap<>(own);
    }

    /**
     * Who may have what is missing.
     *
     * @param figures pico-USD by place
     * @param source whose a figure is, by its place; null where the figure is not to be taken
     */
    record Lender(SortedMap<RateCell, Long> figures, Function<RateCell, @Nullable String> source) {}

    /** Keeps a figure that holds, unless there is one: nothing else is asked of it. */
    void keep(RateCell cell, long rate, String source) {
        if (figures.putIfAbsent(cell, rate) == null) {
            sources.put(cell.path(), source);
        }
    }

    /** The same with what the lenders have, the first who has it. */
    Completion with(List<Lender> lenders) {
        lenders.forEach(this::take);
        return this;
    }

    SortedMap<RateCell, Long> figures() {
        return figures;
    }

    PriceTerms terms() {
        return PriceTerms.of(figures);
    }

    /** Whose the figures are that were taken, by {@link RateCell#path}. */
    SortedMap<String, String> sources() {
        return sources;
    }

    /** True when both ask the same for input and output of an ordinary request. */
    static boolean sameBase(SortedMap<RateCell, Long> one, SortedMap<RateCell, Long> other) {
        return same(one, other, ServiceTier.STANDARD, RateCell.ANY_SIZE);
    }

    private void take(Lender lender) {
        if (!sameBase(figures, lender.figures())) {
            return;
        }
        Map<RateCell, Long> taken = new HashMap<>();
        lender.figures()
                .forEach(
                        (cell, rate) -> {
                            String source = lender.source().apply(cell);
                            if (source != null && isMissing(cell, lender.figures())) {
                                taken.put(cell, rate);
                                sources.put(cell.path(), source);
                            }
                        });
        figures.putAll(taken);
    }

    /** True when a figure has a place here: judged by what there was before this lender. */
    private boolean isMissing(RateCell cell, SortedMap<RateCell, Long> theirs) {
        if (figures.containsKey(cell)) {
            return false;
        }
        RateCell ordinary = new RateCell(cell.tier(), RateCell.ANY_SIZE, cell.rateClass());
        if (!figures.containsKey(ordinary) && !theirs.containsKey(ordinary)) {
            // A class that has a price of its own for long requests only is a slip of the list.
            return false;
        }
        ServiceTier tier = cell.tier();
        boolean anyOfTier = figures.keySet().stream().anyMatch(at -> at.tier() == tier);
        if (!anyOfTier) {
            return true;
        }
        if (!same(figures, theirs, tier, RateCell.ANY_SIZE)) {
            return false;
        }
        boolean anyOfSize =
                figures.keySet().stream()
                        .anyMatch(at -> at.tier() == tier && at.above() != RateCell.ANY_SIZE);
        return cell.above() == RateCell.ANY_SIZE
                || !anyOfSize
                || (hasBase(tier, cell.above()) && same(figures, theirs, tier, cell.above()));
    }

    private boolean hasBase(ServiceTier tier, long above) {
        return figures.containsKey(new RateCell(tier, above, RateClass.INPUT))
                || figures.containsKey(new RateCell(tier, above, RateClass.OUTPUT));
    }

    private static boolean same(
            SortedMap<RateCell, Long> one,
            SortedMap<RateCell, Long> other,
            ServiceTier tier,
            long above) {
        return same(one, other, new RateCell(tier, above, RateClass.INPUT))
                && same(one, other, new RateCell(tier, above, RateClass.OUTPUT));
    }

    private static boolean same(
            SortedMap<RateCell, Long> one, SortedMap<RateCell, Long> other, RateCell cell) {
        return Objects.equals(one.get(cell), other.get(cell));
    }
}
