package tekton.budget.api.assistant;

import tekton.budget.api.totals.ProviderModel;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.Money;
import tekton.budget.value.Totals;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.BiConsumer;

/** Hourly cells added up in the ways that texts tell of. For use by one thread. */
final class SpendingSums implements BiConsumer<Cell, Totals> {

    /** The most models or components that are told apart; what comes beyond is left to the sum. */
    private static final int APART_MAX = 10_000;

    private final Map<ProviderModel, Totals> byModel = new HashMap<>();
    private final Map<String, Totals> byComponent = new HashMap<>();
    private final Map<LocalDate, Money> byDay = new HashMap<>();
    private Totals all = Totals.ZERO;

    @Override
    public void accept(Cell cell, Totals totals) {
        all = all.plus(totals);
        add(byModel, new ProviderModel(cell.provider(), cell.model()), totals);
        add(byComponent, cell.component(), totals);
        // A cell is one hour's, so any of its records tells the day.
        LocalDate day =
                Instant.ofEpochMilli(totals.firstAtMs()).atZone(ZoneOffset.UTC).toLocalDate();
        byDay.merge(day, totals.cost(), Money::plus);
    }

    Totals all() {
        return all;
    }

    /** At most so many, the dearest first. */
    List<Entry<ProviderModel, Totals>> models(int limit) {
        return dearest(byModel, limit);
    }

    /** At most so many, the dearest first. */
    List<Entry<String, Totals>> components(int limit) {
        return dearest(byComponent, limit);
    }

    /** The day that cost the most, the latest of several; there must have been usage. */
    Entry<LocalDate, Money> dearestDay() {
        return byDay.entrySet().stream()
                .max(
                        Entry.<LocalDate, Money>comparingByValue()
                                .thenComparing(Entry.comparingByKey()))
                .orElseThrow();
    }

    private static <K> List<Entry<K, Totals>> dearest(Map<K, Totals> group, int limit) {
        return group.entrySet().stream()
                .sorted(
                        Comparator.comparing((Entry<K, Totals> each) -> each.getValue().cost())
                                .reversed()
                                .thenComparing(each -> each.getKey().toString()))
                .limit(limit)
                .toList();
    }

    private static <K> void add(Map<K, Totals> group, K key, Totals totals) {
        if (group.size() < APART_MAX || group.containsKey(key)) {
            group.merge(key, totals, Totals::plus);
        }
    }
}
