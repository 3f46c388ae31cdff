package tekton.budget.metering.query.local;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.local.Question.RowCount;
import tekton.budget.metering.query.local.Question.TotalsList;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.value.Hour;
import tekton.budget.value.Totals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What this process's stores say of totals, for some of their partitions. Any thread. */
public final class TotalsShard {

    private final StoreAccess stores;

    public TotalsShard(StoreAccess stores) {
        this.stores = stores;
    }

    /** The partial of an answer. */
    @SuppressWarnings("unchecked") // each question says what it is answered with
    public <R> Answer<R> answer(Question.OfTotals<R> question) {
        List<Integer> of = question.of();
        return stores.askAfter(
                question.shard(),
                of,
                question.after(),
                open ->
                        (Answer<R>)
                                switch (question) {
                                    case Question.AllTime q -> allTime(open, q);
                                    case Question.Between q -> between(open, q);
                                    case Question.Within q -> within(open, q);
                                    case Question.PageOfTotals q -> new Found<>(page(open, q));
                                    case Question.Largest q ->
                                            new Found<>(
                                                    largest(
                                                            open,
                                                            of,
                                                            q.dimension(),
                                                            q.by(),
                                                            q.limit()));
                                });
    }

    /**
     * Visits rows, in no order, and answers how many there were. What the visitor throws ends the
     * walk and is thrown on.
     *
     * @param visitor is given each row's key, without its time, and its value
     */
    public Answer<RowCount> visit(Question.OfRows question, BiConsumer<Bytes, byte[]> visitor) {
        return stores.askAfter(
                question.shard(),
                question.of(),
                question.after(),
                open -> {
                    long rows = 0;
                    for (int partition : question.of()) {
                        rows +=
                                switch (question) {
                                    case Question.Cells q -> cells(open, partition, q, visitor);
                                    case Question.ContextHours q ->
                                            contextHours(open, partition, q, visitor);
                                };
                    }
                    return new Found<>(new RowCount(rows));
                });
    }

    private static Answer<Totals> allTime(OpenStores open, Question.AllTime q) {
        Totals sum = allTimeNow(open, q.of(), q.dimension(), q.id());
        return sum.isEmpty() ? new Unknown<>() : new Found<>(sum);
    }

    private static Answer<Totals> between(OpenStores open, Question.Between q) {
        return allTimeNow(open, q.of(), q.dimension(), q.id()).isEmpty()
                ? new Unknown<>()
                : new Found<>(hoursNow(open, q));
    }

    private static Answer<InWindow> within(OpenStores open, Question.Within q) {
        return allTimeNow(open, q.of(), q.dimension(), q.id()).isEmpty()
                ? new Unknown<>()
                : new Found<>(withinNow(open, q));
    }

    private static TotalsList page(OpenStores open, Question.PageOfTotals q) {
        List<KeyedTotals> page = new ArrayList<>();
        try (MergedTotals all = merged(open, q.of(), q.dimension(), q.afterId())) {
            for (KeyedTotals next = all.next();
                    next != null && page.size() < q.limit();
                    next = all.next()) {
                page.add(next);
            }
        }
        return new TotalsList(page);
    }

    private static TotalsList largest(
            OpenStores open, List<Integer> of, Dimension dimension, TopBy by, int limit) {
        var smallestFirst = by.largestFirst().reversed();
        PriorityQueue<KeyedTotals> largest = new PriorityQueue<>(smallestFirst);
        try (MergedTotals all = merged(open, of, dimension, null)) {
            for (KeyedTotals next = all.next(); next != null; next = all.next()) {
                largest.add(next);
                if (largest.size() > limit) {
                    largest.remove();
                }
            }
        }
        return new TotalsList(largest.stream().sorted(by.largestFirst()).toList());
    }

    private static char kind(Dimension dimension) {
        return switch (dimension) {
            case CONTEXT -> StoreKeys.CONTEXT;
            case BUDGET -> StoreKeys.BUDGET;
            case COMPONENT -> StoreKeys.COMPONENT;
        };
    }

    private static ReadOnlyKeyValueStore<Bytes, byte[]> allTimeStore(
            OpenStores open, Dimension dimension, int partition) {
        return open.keyValue(
                dimension == Dimension.CONTEXT ? Stores.CONTEXTS : Stores.TOTALS, partition);
    }

    private static ReadOnlyWindowStore<Bytes, byte[]> hoursStore(
            OpenStores open, Dimension dimension, int partition) {
        return open.window(
                dimension == Dimension.CONTEXT ? Stores.CONTEXT_HOURS : Stores.HOURS, partition);
    }

    private static Totals allTimeNow(
            OpenStores open, List<Integer> of, Dimension dimension, String id) {
        Bytes key = StoreKeys.total(kind(dimension), id);
        Totals sum = Totals.ZERO;
        for (int partition : of) {
            byte[] partial = allTimeStore(open, dimension, partition).get(key);
            if (partial != null) {
                sum = sum.plus(TotalsBytes.read(partial));
            }
        }
        return sum;
    }

    private static Totals hoursNow(OpenStores open, Question.Between q) {
        Totals[] sum = {Totals.ZERO};
        forEachHour(
                open,
                q,
                q.id(),
                q.fromHour(),
                q.untilHour(),
                hourly -> sum[0] = sum[0].plus(hourly));
        return sum[0];
    }

    /** An hour that was counted as one may have begun before the window. */
    private static InWindow withinNow(OpenStores open, Question.Within q) {
        long fromMs = Hour.startMs(q.fromMinute());
        long untilMs = Hour.startMs(q.untilMinute());
        InWindow[] sum = {InWindow.NOTHING};
        forEachHour(
                open,
                q,
                q.id(),
                Hour.of(fromMs),
                q.untilMinute(),
                hourly -> sum[0] = sum[0].plus(hourly, fromMs, untilMs));
        return sum[0];
    }

    private static void forEachHour(
            OpenStores open,
            Question.OfTotals<?> question,
            String id,
            long fromHour,
            long untilHour,
            Consumer<Totals> visitor) {
        Dimension dimension = question.dimension();
        Bytes key = StoreKeys.total(kind(dimension), id);
        for (int partition : question.of()) {
            try (WindowStoreIterator<byte[]> hours =
                    hoursStore(open, dimension, partition)
                            .fetch(key, start(fromHour), lastBefore(untilHour))) {
                while (hours.hasNext()) {
                    visitor.accept(TotalsBytes.read(hours.next().value));
                }
            }
        }
    }

    private static MergedTotals merged(
            OpenStores open, List<Integer> of, Dimension dimension, @Nullable String afterId) {
        return new MergedTotals(
                of.stream().map(partition -> allTimeStore(open, dimension, partition)).toList(),
                kind(dimension),
                afterId);
    }

    private static List<String> budgetsOf(OpenStores open, int partition) {
        List<String> budgets = new ArrayList<>();
        try (MergedTotals all =
                new MergedTotals(
                        List.of(allTimeStore(open, Dimension.BUDGET, partition)),
                        StoreKeys.BUDGET,
                        null)) {
            for (KeyedTotals next = all.next(); next != null; next = all.next()) {
                budgets.add(next.id());
            }
        }
        return budgets;
    }

    private static long cells(
            OpenStores open, int partition, Question.Cells q, BiConsumer<Bytes, byte[]> visitor) {
        String only = q.budgetId();
        long visited = 0;
        for (String budgetId : only == null ? budgetsOf(open, partition) : List.of(only)) {
            try (KeyValueIterator<Windowed<Bytes>, byte[]> cells =
                    hoursStore(open, Dimension.BUDGET, partition)
                            .fetch(
                                    StoreKeys.cells(budgetId, q.fromHour()),
                                    StoreKeys.cells(budgetId, q.untilHour()),
                                    start(q.fromHour()),
                                    lastBefore(q.untilHour()))) {
                visited += visitAll(cells, visitor);
            }
        }
        return visited;
    }

    private static long contextHours(
            OpenStores open,
            int partition,
            Question.ContextHours q,
            BiConsumer<Bytes, byte[]> visitor) {
        ReadOnlyWindowStore<Bytes, byte[]> hours = hoursStore(open, Dimension.CONTEXT, partition);
        Instant from = start(q.fromHour());
        Instant last = lastBefore(q.untilHour());
        String contextId = q.contextId();
        if (contextId == null) {
            try (KeyValueIterator<Windowed<Bytes>, byte[]> ofAll = hours.fetchAll(from, last)) {
                return visitAll(ofAll, visitor);
            }
        }
        Bytes key = StoreKeys.total(StoreKeys.CONTEXT, contextId);
        long visited = 0;
        try (WindowStoreIterator<byte[]> ofOne = hours.fetch(key, from, last)) {
            for (; ofOne.hasNext(); visited++) {
                visitor.accept(key, ofOne.next().value);
            }
        }
        return visited;
    }

    private static long visitAll(
            KeyValueIterator<Windowed<Bytes>, byte[]> rows, BiConsumer<Bytes, byte[]> visitor) {
        long visited = 0;
        for (; rows.hasNext(); visited++) {
            KeyValue<Windowed<Bytes>, byte[]> row = rows.next();
            visitor.accept(row.key.key(), row.value);
        }
        return visited;
    }

    private static Instant start(long hour) {
        return Instant.ofEpochMilli(Hour.startMs(hour));
    }

    /** Window stores take the end of a range as in it. */
    private static Instant lastBefore(long hour) {
        return Instant.ofEpochMilli(Hour.startMs(hour) - 1);
    }
}
