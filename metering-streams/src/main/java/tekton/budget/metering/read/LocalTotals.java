package tekton.budget.metering.read;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.HandOver.Cell;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.TotalsQueries;
import tekton.budget.metering.read.StoreAccess.Stage;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.value.Hour;
import tekton.budget.value.Totals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Totals from this process's stores. */
public final class LocalTotals implements TotalsQueries {

    private static final Duration TOP_AGE_MAX = Duration.ofSeconds(10);

    private final StoreAccess stores;
    private final LongSupplier nanoTime;
    private final Map<TopOf, Top> tops = new ConcurrentHashMap<>();

    private record TopOf(Dimension dimension, TopBy by) {}

    private record Top(Answer<List<KeyedTotals>> answer, long atNanos) {}

    public LocalTotals(StoreAccess stores) {
        this(stores, System::nanoTime);
    }

    LocalTotals(StoreAccess stores, LongSupplier nanoTime) {
        this.stores = stores;
        this.nanoTime = nanoTime;
    }

    /** True when every store can be asked. */
    public boolean queryable() {
        return stores.queryable(
                partition -> {
                    stores.ids(partition);
                    stores.keyValue(Stores.CONTEXTS, partition);
                    stores.window(Stores.CONTEXT_HOURS, partition);
                    stores.keyValue(Stores.TOTALS, partition);
                    stores.window(Stores.HOURS, partition);
                });
    }

    @Override
    public Answer<Totals> allTime(Dimension dimension, String id, ReadAfter after) {
        return stores.askAfter(
                stage(dimension),
                partitionsOf(dimension, id),
                after,
                () -> {
                    Totals sum = allTimeNow(dimension, id);
                    return sum.isEmpty() ? new Unknown<>() : new Found<>(sum);
                });
    }

    @Override
    public Answer<Totals> between(
            Dimension dimension, String id, long fromHour, long untilHour, ReadAfter after) {
        return stores.askAfter(
                stage(dimension),
                partitionsOf(dimension, id),
                after,
                () ->
                        allTimeNow(dimension, id).isEmpty()
                                ? new Unknown<>()
                                : new Found<>(hoursNow(dimension, id, fromHour, untilHour)));
    }

    @Override
    public Answer<List<KeyedTotals>> page(
            Dimension dimension, @Nullable String afterId, int limit, ReadAfter after) {
        return stores.askAfter(
                stage(dimension),
                stores.allPartitions(),
                after,
                () -> {
                    List<KeyedTotals> page = new ArrayList<>();
                    try (MergedTotals all = merged(dimension, afterId)) {
                        for (KeyedTotals next = all.next();
                                next != null && page.size() < limit;
                                next = all.next()) {
                            page.add(next);
                        }
                    }
                    return new Found<>(page);
                });
    }

    @Override
    public Answer<List<KeyedTotals>> top(Dimension dimension, TopBy by, int limit) {
        // One scan at a time per question: who comes while it runs waits for it and shares it.
        Top top =
                tops.compute(
                        new TopOf(dimension, by),
                        (question, known) ->
                                known != null
                                                && known.answer() instanceof Found<?>
                                                && nanoTime.getAsLong() - known.atNanos()
                                                        < TOP_AGE_MAX.toNanos()
                                        ? known
                                        : new Top(scanTop(dimension, by), nanoTime.getAsLong()));
        return top.answer().map(list -> list.subList(0, Math.min(limit, list.size())));
    }

    @Override
    public Answer<Long> cells(
            @Nullable String budgetId,
            long fromHour,
            long untilHour,
            ReadAfter after,
            BiConsumer<Cell, Totals> visitor) {
        List<Integer> partitions =
                budgetId == null ? stores.allPartitions() : List.of(stores.partitionOf(budgetId));
        return stores.askAfter(
                Stage.TWO,
                partitions,
                after,
                () -> {
                    long visited = 0;
                    for (int partition : partitions) {
                        List<String> budgets =
                                budgetId == null ? budgetsOf(partition) : List.of(budgetId);
                        for (String budget : budgets) {
                            visited += visit(partition, budget, fromHour, untilHour, visitor);
                        }
                    }
                    return new Found<>(visited);
                });
    }

    @Override
    public Answer<Long> contextHours(
            @Nullable String contextId,
            long fromHour,
            long untilHour,
            ReadAfter after,
            Consumer<KeyedTotals> visitor) {
        List<Integer> partitions =
                contextId == null ? stores.allPartitions() : List.of(stores.partitionOf(contextId));
        return stores.askAfter(
                Stage.ONE,
                partitions,
                after,
                () -> {
                    long visited = 0;
                    for (int partition : partitions) {
                        visited +=
                                visitContexts(partition, contextId, fromHour, untilHour, visitor);
                    }
                    return new Found<>(visited);
                });
    }

    private static Stage stage(Dimension dimension) {
        return dimension == Dimension.CONTEXT ? Stage.ONE : Stage.TWO;
    }

    private static char kind(Dimension dimension) {
        return switch (dimension) {
            case CONTEXT -> StoreKeys.CONTEXT;
            case BUDGET -> StoreKeys.BUDGET;
            case COMPONENT -> StoreKeys.COMPONENT;
        };
    }

    private List<Integer> partitionsOf(Dimension dimension, String id) {
        return dimension == Dimension.COMPONENT
                ? stores.allPartitions()
                : List.of(stores.partitionOf(id));
    }

    private ReadOnlyKeyValueStore<Bytes, byte[]> allTimeStore(Dimension dimension, int partition) {
        return stores.keyValue(
                dimension == Dimension.CONTEXT ? Stores.CONTEXTS : Stores.TOTALS, partition);
    }

    private ReadOnlyWindowStore<Bytes, byte[]> hoursStore(Dimension dimension, int partition) {
        return stores.window(
                dimension == Dimension.CONTEXT ? Stores.CONTEXT_HOURS : Stores.HOURS, partition);
    }

    private Totals allTimeNow(Dimension dimension, String id) {
        Bytes key = StoreKeys.total(kind(dimension), id);
        Totals sum = Totals.ZERO;
        for (int partition : partitionsOf(dimension, id)) {
            byte[] share = allTimeStore(dimension, partition).get(key);
            if (share != null) {
                sum = sum.plus(TotalsBytes.read(share));
            }
        }
        return sum;
    }

    private Totals hoursNow(Dimension dimension, String id, long fromHour, long untilHour) {
        Bytes key = StoreKeys.total(kind(dimension), id);
        Totals sum = Totals.ZERO;
        for (int partition : partitionsOf(dimension, id)) {
            try (WindowStoreIterator<byte[]> hours =
                    hoursStore(dimension, partition)
                            .fetch(key, start(fromHour), lastBefore(untilHour))) {
                while (hours.hasNext()) {
                    sum = sum.plus(TotalsBytes.read(hours.next().value));
                }
            }
        }
        return sum;
    }

    private MergedTotals merged(Dimension dimension, @Nullable String afterId) {
        return new MergedTotals(
                stores.allPartitions().stream().map(p -> allTimeStore(dimension, p)).toList(),
                kind(dimension),
                afterId);
    }

    private Answer<List<KeyedTotals>> scanTop(Dimension dimension, TopBy by) {
        return stores.askAfter(
                stage(dimension),
                stores.allPartitions(),
                ReadAfter.NOTHING,
                () -> {
                    var smallestFirst = by.largestFirst().reversed();
                    PriorityQueue<KeyedTotals> largest = new PriorityQueue<>(smallestFirst);
                    try (MergedTotals all = merged(dimension, null)) {
                        for (KeyedTotals next = all.next(); next != null; next = all.next()) {
                            largest.add(next);
                            if (largest.size() > PAGE_MAX) {
                                largest.remove();
                            }
                        }
                    }
                    return new Found<>(largest.stream().sorted(by.largestFirst()).toList());
                });
    }

    private List<String> budgetsOf(int partition) {
        List<String> budgets = new ArrayList<>();
        try (MergedTotals all =
                new MergedTotals(
                        List.of(allTimeStore(Dimension.BUDGET, partition)),
                        StoreKeys.BUDGET,
                        null)) {
            for (KeyedTotals next = all.next(); next != null; next = all.next()) {
                budgets.add(next.id());
            }
        }
        return budgets;
    }

    private long visit(
            int partition,
            String budgetId,
            long fromHour,
            long untilHour,
            BiConsumer<Cell, Totals> visitor) {
        long visited = 0;
        Bytes from = StoreKeys.cells(budgetId, fromHour);
        Bytes until = StoreKeys.cells(budgetId, untilHour);
        try (KeyValueIterator<Windowed<Bytes>, byte[]> cells =
                hoursStore(Dimension.BUDGET, partition)
                        .fetch(from, until, start(fromHour), lastBefore(untilHour))) {
            while (cells.hasNext()) {
                KeyValue<Windowed<Bytes>, byte[]> cell = cells.next();
                visitor.accept(StoreKeys.cellOf(cell.key.key()), TotalsBytes.read(cell.value));
                visited++;
            }
        }
        return visited;
    }

    private long visitContexts(
            int partition,
            @Nullable String contextId,
            long fromHour,
            long untilHour,
            Consumer<KeyedTotals> visitor) {
        ReadOnlyWindowStore<Bytes, byte[]> hours = hoursStore(Dimension.CONTEXT, partition);
        Instant from = start(fromHour);
        Instant last = lastBefore(untilHour);
        long visited = 0;
        if (contextId != null) {
            Bytes key = StoreKeys.total(StoreKeys.CONTEXT, contextId);
            try (WindowStoreIterator<byte[]> ofOne = hours.fetch(key, from, last)) {
                for (; ofOne.hasNext(); visited++) {
                    visitor.accept(
                            new KeyedTotals(contextId, TotalsBytes.read(ofOne.next().value)));
                }
            }
            return visited;
        }
        try (KeyValueIterator<Windowed<Bytes>, byte[]> ofAll = hours.fetchAll(from, last)) {
            for (; ofAll.hasNext(); visited++) {
                KeyValue<Windowed<Bytes>, byte[]> one = ofAll.next();
                visitor.accept(
                        new KeyedTotals(
                                StoreKeys.idOf(one.key.key()), TotalsBytes.read(one.value)));
            }
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
