package tekton.budget.poller.reconcile;

import tekton.budget.event.PricePublished;
import tekton.budget.event.RateCell;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.reconcile.Completion.Lender;
import tekton.budget.pricing.ModelNames;
import tekton.budget.value.Providers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The other names of one model at one provider: without a date, with the date of a snapshot, or at
 * another door of the same house. They lend one another what they have under their own name.
 */
final class Siblings {

    private final Map<ModelKey, List<ModelKey>> families = new HashMap<>();
    private final Map<ModelKey, Lender> lenders = new HashMap<>();

    private Siblings() {}

    /** The siblings among all models that are being made or have been published. */
    static Siblings of(SortedMap<ModelKey, PriceDraft> drafts, KnownPrices prices) {
        Siblings siblings = new Siblings();
        TreeSet<ModelKey> models = new TreeSet<>(drafts.keySet());
        models.addAll(prices.models());
        for (ModelKey model : models) {
            PriceDraft draft = drafts.get(model);
            PricePublished latest = prices.latest(model);
            if (draft != null) {
                siblings.add(model, draft);
            } else if (latest != null) {
                siblings.add(
                        model, latest.terms().figures(), cell -> PriceDraft.sourceOf(cell, latest));
            }
        }
        return siblings;
    }

    /** Who may lend to a model: first at its own provider, undated, then the newest snapshot. */
    List<Lender> lenders(ModelKey model) {
        ModelKey family = family(model);
        return families.getOrDefault(family, List.of()).stream()
                .filter(other -> !other.equals(model))
                .sorted(
                        Comparator.<ModelKey, Boolean>comparing(
                                        other -> !other.provider().equals(model.provider()))
                                .thenComparing(Siblings::isDated)
                                .thenComparing(ModelKey::model, Comparator.reverseOrder())
                                .thenComparing(ModelKey::provider))
                .map(lenders::get)
                .toList();
    }

    private void add(ModelKey model, PriceDraft draft) {
        Completion completed = draft.completed(List.of());
        add(
                model,
                completed.figures(),
                cell ->
                        completed
                                .sources()
                                .getOrDefault(cell.path(), draft.own().offer().source().name()));
    }

    private void add(
            ModelKey model, SortedMap<RateCell, Long> figures, Function<RateCell, String> source) {
        families.computeIfAbsent(family(model), family -> new ArrayList<>()).add(model);
        lenders.put(
                model,
                new Lender(
                        figures,
                        cell -> {
                            String known = source.apply(cell);
                            // What it has from another name is not its to lend.
                            return known.indexOf(' ') >= 0 ? null : known + ' ' + model;
                        }));
    }

    private static boolean isDated(ModelKey model) {
        return !ModelNames.undated(model.provider(), model.model())
                .equals(ModelNames.key(model.provider(), model.model()));
    }

    private static ModelKey family(ModelKey model) {
        return new ModelKey(
                Providers.house(model.provider()),
                ModelNames.undated(model.provider(), model.model()));
    }
}
