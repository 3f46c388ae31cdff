package tekton.budget.api.totals;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Totals;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Cells added up in every way a summary shows. For use by one thread. */
final class SummarySums implements BiConsumer<Cell, Totals> {

    /** The most values of one group; what comes beyond is added up under {@link #OTHER}. */
    static final int GROUP_MAX = 10_000;

    static final String OTHER = "other";

    /** How many of the components that use a model are named. */
    static final int COMPONENTS_SHOWN = 10;

    private static final long DAY_MINUTES = 24 * 60;

    final Map<String, Totals> byProvider = new TreeMap<>();
    final Map<String, Totals> byModel = new TreeMap<>();
    final Map<String, Totals> byComponent = new TreeMap<>();
    final Map<String, Totals> byTaskType = new TreeMap<>();
    final Map<ProviderModel, Totals> byProvidersModel = new HashMap<>();
    final Map<ProviderModel, SortedSet<String>> components = new HashMap<>();
    Totals all = Totals.ZERO;

    private final SummaryRequest request;

    SummarySums(SummaryRequest request) {
        this.request = request;
    }

    @Override
    public void accept(Cell cell, Totals totals) {
        if (!request.takes(cell) || !request.window().takes(totals)) {
            return;
        }
        all = all.plus(totals);
        add(byProvider, cell.provider(), totals);
        add(byModel, cell.model(), totals);
        add(byComponent, cell.component(), totals);
        add(byTaskType, cell.taskType(), totals);
        ProviderModel model = new ProviderModel(cell.provider(), cell.model());
        if (byProvidersModel.size() >= GROUP_MAX && !byProvidersModel.containsKey(model)) {
            model = new ProviderModel(OTHER, OTHER);
        }
        byProvidersModel.merge(model, totals, Totals::plus);
        SortedSet<String> users = components.computeIfAbsent(model, _ -> new TreeSet<>());
        // One more than are shown tells that there are more.
        if (users.size() <= COMPONENTS_SHOWN) {
            users.add(cell.component());
        }
    }

    /** Costs by UTC day. */
    static final class Daily implements BiConsumer<Cell, Totals> {

        private final Map<Long, Money> byDay = new HashMap<>();
        private final SummaryRequest request;

        Daily(SummaryRequest request) {
            this.request = request;
        }

        @Override
        public void accept(Cell cell, Totals totals) {
            if (request.takes(cell)) {
                // A cell is one hour's, so any of its records tells the day.
                long day =
                        Math.floorDiv(EpochMinute.hourOf(totals.firstAtMs()).value(), DAY_MINUTES);
                byDay.merge(day, totals.cost(), Money::plus);
            }
        }

        Money of(LocalDate day) {
            return byDay.getOrDefault(day.toEpochDay(), Money.ZERO);
        }
    }

    private static void add(Map<String, Totals> group, String value, Totals totals) {
        String key = group.size() < GROUP_MAX || group.containsKey(value) ? value : OTHER;
        group.merge(key, totals, Totals::plus);
    }
}
