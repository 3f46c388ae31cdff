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
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;

/**
 * The questions to the totals of some partitions, and what the stores answer.
 *
 * @param open the stores
 * @param of the partitions
 * @param dimension by what totals are kept there
 */
public record TotalsShard(OpenStores open, List<Integer> of, Dimension dimension) {

    /** A question to the totals. */
    public sealed interface OfTotals<R> extends Question<R> {

        /** By what totals are kept. */
        Dimension dimension();

        /** What they answer. */
        Answer<R> read(TotalsShard totals);

        @Override
        default ShardKind shard() {
            return ShardKind.of(dimension());
        }

        @Override
        default Answer<R> answer(OpenStores open) {
            return read(in(open));
        }

        /** The totals in question. */
        default TotalsShard in(OpenStores open) {
            return new TotalsShard(open, of(), dimension());
        }
    }

    /** The total of all time. */
    public record AllTime(List<Integer> of, Dimension dimension, String id, Consistency after)
            implements OfTotals<Totals> {
        @Override
        public Class<Totals> partial() {
            return Totals.class;
        }

        @Override
        public Answer<Totals> read(TotalsShard totals) {
            Totals sum = totals.allTime(id);
            return sum.isEmpty() ? new Unknown<>() : new Found<>(sum);
        }
    }

    /** The total of some hours. */
    public record Between(
            List<Integer> of,
            Dimension dimension,
            String id,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after)
            implements OfTotals<Totals> {
        @Override
        public Class<Totals> partial() {
            return Totals.class;
        }

        @Override
        public Answer<Totals> read(TotalsShard totals) {
            if (totals.allTime(id).isEmpty()) {
                return new Unknown<>();
            }
            Totals[] sum = {Totals.ZERO};
            totals.forEachHour(
                    id,
                    fromHour,
                    untilHour,
                    (_, hourly) -> sum[0] = sum[0].plus(TotalsBytes.read(hourly)));
            return new Found<>(sum[0]);
        }
    }

    /**
     * The total of a window that begins or ends within an hour.
     *
     * @param fromMinute its first minute
     * @param untilMinute the first minute that is too late
     */
    public record Within(
            List<Integer> of,
            Dimension dimension,
            String id,
            EpochMinute fromMinute,
            EpochMinute untilMinute,
            Consistency after)
            implements OfTotals<InWindow> {
        @Override
        public Class<InWindow> partial() {
            return InWindow.class;
        }

        /** An hour that was counted as one may have begun before the window. */
        @Override
        public Answer<InWindow> read(TotalsShard totals) {
            if (totals.allTime(id).isEmpty()) {
                return new Unknown<>();
            }
            long fromMs = fromMinute.startMs();
            long untilMs = untilMinute.startMs();
            InWindow[] sum = {InWindow.NOTHING};
            totals.forEachHour(
                    id,
                    EpochMinute.hourOf(fromMs),
                    untilMinute,
                    (_, hourly) -> sum[0] = sum[0].plus(TotalsBytes.read(hourly), fromMs, untilMs));
            return new Found<>(sum[0]);
        }
    }

    /** Totals in the order of their ids. */
    public record PageOfTotals(
            List<Integer> of,
            Dimension dimension,
            @Nullable String afterId,
            int limit,
            Consistency after)
            implements OfTotals<TotalsList> {
        @Override
        public Class<TotalsList> partial() {
            return TotalsList.class;
        }

        @Override
        public Answer<TotalsList> read(TotalsShard totals) {
            List<KeyedTotals> page = new ArrayList<>();
            try (MergedTotals all = totals.merged(afterId)) {
                while (page.size() < limit && all.hasNext()) {
                    page.add(all.next());
                }
            }
            return new Found<>(new TotalsList(page));
        }
    }

    /** The largest totals, of ids that are in one partition each. */
    public record Largest(
            List<Integer> of, Dimension dimension, TopBy by, int limit, Consistency after)
            implements OfTotals<TotalsList> {
        @Override
        public Class<TotalsList> partial() {
            return TotalsList.class;
        }

        @Override
        public boolean scans() {
            return true;
        }

        @Override
        public Answer<TotalsList> read(TotalsShard totals) {
            PriorityQueue<KeyedTotals> largest = new PriorityQueue<>(by.largestFirst().reversed());
            try (MergedTotals all = totals.merged(null)) {
                while (all.hasNext()) {
                    largest.add(all.next());
                    if (largest.size() > limit) {
                        largest.remove();
                    }
                }
            }
            return new Found<>(new TotalsList(largest.stream().sorted(by.largestFirst()).toList()));
        }
    }

    /** Some totals. */
    public record TotalsList(List<KeyedTotals> items) {}

    /**
     * A question that is answered by many rows of the hourly store; the partial answer is what
     * comes behind them.
     */
    public sealed interface OfRows extends OfTotals<RowCount> {

        /** Visits the rows, as {@link Peer#visit} says. */
        RowCount visit(TotalsShard totals, BiConsumer<Bytes, byte[]> visitor);

        @Override
        default Class<RowCount> partial() {
            return RowCount.class;
        }

        @Override
        default Answer<RowCount> read(TotalsShard totals) {
            return new Found<>(visit(totals, (_, _) -> {}));
        }
    }

    /** How many rows there were. */
    public record RowCount(long rows) {}

    /**
     * The hourly cells of a budget, or of all.
     *
     * @param fromHour the first hour, a multiple of 60
     * @param untilHour the first hour that is too late, or its part
     */
    public record Cells(
            List<Integer> of,
            @Nullable String budgetId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after)
            implements OfRows {
        @Override
        public Dimension dimension() {
            return Dimension.BUDGET;
        }

        @Override
        public RowCount visit(TotalsShard totals, BiConsumer<Bytes, byte[]> visitor) {
            long visited = 0;
            for (int partition : of) {
                ReadOnlyWindowStore<Bytes, byte[]> hours = totals.hours(partition);
                for (String budget : budgetId == null ? totals.ids(partition) : List.of(budgetId)) {
                    visited +=
                            visitAll(
                                    hours.fetch(
                                            StoreKeys.cells(budget, fromHour),
                                            StoreKeys.cells(budget, untilHour),
                                            start(fromHour),
                                            lastBefore(untilHour)),
                                    visitor);
                }
            }
            return new RowCount(visited);
        }
    }

    /**
     * The hourly totals of a context, or of all.
     *
     * @param fromHour the first hour, a multiple of 60
     * @param untilHour the first hour that is too late, or its part
     */
    public record ContextHours(
            List<Integer> of,
            @Nullable String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after)
            implements OfRows {
        @Override
        public Dimension dimension() {
            return Dimension.CONTEXT;
        }

        @Override
        public RowCount visit(TotalsShard totals, BiConsumer<Bytes, byte[]> visitor) {
            if (contextId != null) {
                return new RowCount(totals.forEachHour(contextId, fromHour, untilHour, visitor));
            }
            long visited = 0;
            for (int partition : of) {
                visited +=
                        visitAll(
                                totals.hours(partition)
                                        .fetchAll(start(fromHour), lastBefore(untilHour)),
                                visitor);
            }
            return new RowCount(visited);
        }
    }

    /**
     * The hourly cells of a user, or of all.
     *
     * @param fromHour the first hour, a multiple of 60
     * @param untilHour the first hour that is too late, or its part
     */
    public record UserCells(
            List<Integer> of,
            @Nullable String userId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after)
            implements OfRows {
        @Override
        public Dimension dimension() {
            return Dimension.USER;
        }

        @Override
        public RowCount visit(TotalsShard totals, BiConsumer<Bytes, byte[]> visitor) {
            return new RowCount(
                    userId == null
                            ? totals.forEachCellOfUsers(fromHour, untilHour, visitor)
                            : totals.forEachHour(userId, fromHour, untilHour, visitor));
        }
    }

    private Totals allTime(String id) {
        Bytes key = StoreKeys.total(kind(), id);
        Totals sum = Totals.ZERO;
        for (int partition : of) {
            byte[] part = totals(partition).get(key);
            if (part != null) {
                sum = sum.plus(TotalsBytes.read(part));
            }
        }
        return sum;
    }

    /** Visits the hourly totals of an id, and returns how many there were. */
    private long forEachHour(
            String id,
            EpochMinute fromHour,
            EpochMinute untilHour,
            BiConsumer<Bytes, byte[]> visitor) {
        Bytes key = StoreKeys.total(kind(), id);
        long visited = 0;
        for (int partition : of) {
            if (dimension == Dimension.USER) {
                visited += forEachUserCell(partition, id, fromHour, untilHour, visitor);
                continue;
            }
            try (WindowStoreIterator<byte[]> hours =
                    hours(partition).fetch(key, start(fromHour), lastBefore(untilHour))) {
                for (; hours.hasNext(); visited++) {
                    visitor.accept(key, hours.next().value);
                }
            }
        }
        return visited;
    }

    /**
     * A user's cells lie together, so that one after the other is asked who may have some there.
     */
    private long forEachCellOfUsers(
            EpochMinute fromHour, EpochMinute untilHour, BiConsumer<Bytes, byte[]> visitor) {
        long visited = 0;
        for (int partition : of) {
            try (MergedTotals all = new MergedTotals(List.of(totals(partition)), kind(), null)) {
                while (all.hasNext()) {
                    KeyedTotals user = all.next();
                    if (!user.totals().liesOutside(fromHour.startMs(), untilHour.startMs())) {
                        visited +=
                                forEachUserCell(partition, user.id(), fromHour, untilHour, visitor);
                    }
                }
            }
        }
        return visited;
    }

    private long forEachUserCell(
            int partition,
            String userId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            BiConsumer<Bytes, byte[]> visitor) {
        return visitAll(
                hours(partition)
                        .fetch(
                                StoreKeys.userCells(userId, fromHour),
                                StoreKeys.userCells(userId, untilHour),
                                start(fromHour),
                                lastBefore(untilHour)),
                visitor);
    }

    private MergedTotals merged(@Nullable String afterId) {
        return new MergedTotals(of.stream().map(this::totals).toList(), kind(), afterId);
    }

    private List<String> ids(int partition) {
        List<String> ids = new ArrayList<>();
        try (MergedTotals all = new MergedTotals(List.of(totals(partition)), kind(), null)) {
            all.forEachRemaining(each -> ids.add(each.id()));
        }
        return ids;
    }

    private char kind() {
        return switch (dimension) {
            case CONTEXT -> StoreKeys.CONTEXT;
            case BUDGET -> StoreKeys.BUDGET;
            case COMPONENT -> StoreKeys.COMPONENT;
            case USER -> StoreKeys.USER;
        };
    }

    private ReadOnlyKeyValueStore<Bytes, byte[]> totals(int partition) {
        return open.keyValue(
                switch (dimension) {
                    case CONTEXT, USER -> Stores.CONTEXTS;
                    case BUDGET, COMPONENT -> Stores.TOTALS;
                },
                partition);
    }

    private ReadOnlyWindowStore<Bytes, byte[]> hours(int partition) {
        return open.window(
                switch (dimension) {
                    case CONTEXT -> Stores.CONTEXT_HOURS;
                    case USER -> Stores.USER_CELLS;
                    case BUDGET, COMPONENT -> Stores.HOURS;
                },
                partition);
    }

    private static long visitAll(
            KeyValueIterator<Windowed<Bytes>, byte[]> rows, BiConsumer<Bytes, byte[]> visitor) {
        long visited = 0;
        try (rows) {
            for (; rows.hasNext(); visited++) {
                KeyValue<Windowed<Bytes>, byte[]> row = rows.next();
                visitor.accept(row.key.key(), row.value);
            }
        }
        return visited;
    }

    private static Instant start(EpochMinute hour) {
        return Instant.ofEpochMilli(hour.startMs());
    }

    /** Window stores take the end of a range as in it. */
    private static Instant lastBefore(EpochMinute hour) {
        return Instant.ofEpochMilli(hour.startMs() - 1);
    }
}
