package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.RecordFilter;
import tekton.budget.value.Totals;
import tekton.budget.value.UsageBounds;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.BiConsumer;

/** The models that have cost the most, summed from hourly cells. For use by one thread. */
final class TopModels implements BiConsumer<Cell, Totals> {

    /** How many are shown. */
    static final int SHOWN_MAX = 10;

    /** What a list without dates is about: at least so long are ids remembered. */
    private static final Duration BY_DEFAULT = Duration.ofHours(24);

    private static final String OTHER = SummarySums.OTHER;

    private final RecordFilter filter;
    private final Map<ProviderModel, Totals> byModel = new HashMap<>();

    TopModels(RecordFilter filter) {
        this.filter = filter;
    }

    /**
     * The whole hours that hold the filter's span of time, at most {@link UsageBounds#AGE_MAX}
     * back; the last day's when it has none. Possibly none at all.
     */
    static TimeWindow window(RecordFilter filter, Instant now) {
        Long from = filter.fromMs();
        Long until = filter.untilMs();
        Instant end = until == null ? now.plus(UsageBounds.AHEAD_MAX) : Instant.ofEpochMilli(until);
        Instant oldest = now.minus(UsageBounds.AGE_MAX);
        Instant begin =
                from != null
                        ? Instant.ofEpochMilli(from)
                        : until != null ? oldest : now.minus(BY_DEFAULT);
        Instant kept = begin.isBefore(oldest) ? oldest : begin;
        Instant last = now.plus(UsageBounds.AHEAD_MAX);
        return new TimeWindow(
                        kept.atZone(ZoneOffset.UTC),
                        (end.isAfter(last) ? last : end).atZone(ZoneOffset.UTC))
                .widenedToHours();
    }

    @Override
    public void accept(Cell cell, Totals totals) {
        if (!takes(cell)) {
            return;
        }
        ProviderModel model = new ProviderModel(cell.provider(), cell.model());
        if (byModel.size() >= SummarySums.GROUP_MAX && !byModel.containsKey(model)) {
            model = new ProviderModel(OTHER, OTHER);
        }
        byModel.merge(model, totals, Totals::plus);
    }

    /** Writes an array, dearest first. */
    void write(JsonBytes json) {
        json.open('[');
        byModel.entrySet().stream()
                .sorted(
                        Comparator.comparing(
                                        (Entry<ProviderModel, Totals> e) -> e.getValue().cost())
                                .thenComparingLong(e -> e.getValue().tokens().total())
                                .reversed()
                                .thenComparing(e -> e.getKey().provider())
                                .thenComparing(e -> e.getKey().name()))
                .limit(SHOWN_MAX)
                .forEach(
                        entry ->
                                json.open('{')
                                        .property("model", entry.getKey().name())
                                        .property("provider", entry.getKey().provider())
                                        .property("requests", entry.getValue().recordCount())
                                        .property("tokens", entry.getValue().tokens().total())
                                        .propertyRaw("cost", entry.getValue().cost().toString())
                                        .close('}'));
        json.close(']');
    }

    private boolean takes(Cell cell) {
        return is(filter.component(), cell.component())
                && is(filter.provider(), cell.provider())
                && is(filter.model(), cell.model())
                && is(filter.taskType(), cell.taskType())
                && (filter.tier() == null || filter.tier() == cell.tier());
    }

    private static boolean is(@Nullable String wanted, String value) {
        return wanted == null || wanted.equals(value);
    }
}
