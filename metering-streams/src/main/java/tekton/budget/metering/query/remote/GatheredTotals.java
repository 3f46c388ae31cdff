package tekton.budget.metering.query.remote;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.ContextPartTotals;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.TotalsQueries;
import tekton.budget.metering.query.UserCellTotals;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.local.TotalsShard;
import tekton.budget.metering.query.local.TotalsShard.TotalsList;
import tekton.budget.metering.store.HourBytes;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.metering.usage.HourUse;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Totals, wherever their owners are. */
public final class GatheredTotals implements TotalsQueries {

    private static final Duration TOP_AGE_MAX = Duration.ofSeconds(10);

    private static final Duration MISSED_AGE_MAX = Duration.ofSeconds(1);

    /** How many components or users are asked for at a time where all are wanted. */
    private static final int SPREAD_AT_ONCE = 1_000;

    /** So many are looked through at most: callers choose the names of users. */
    private static final int SPREAD_MAX = 100_000;

    private static final Duration NOT_SOON = Duration.ofMinutes(1);

    private final ScatterGather gather;
    private final LongSupplier nanoTime;
    private final Map<TopOf, Top> tops = new ConcurrentHashMap<>();

    private record TopOf(Dimension dimension, TopBy by) {}

    private record Top(Answer<List<KeyedTotals>> answer, long atNanos) {

        /** Who waited for an answer that nobody has does not wait for it again, one by one. */
        long keptNanos() {
            return (answer instanceof Found<?> ? TOP_AGE_MAX : MISSED_AGE_MAX).toNanos();
        }
    }

    public GatheredTotals(ScatterGather gather) {
        this(gather, System::nanoTime);
    }

    GatheredTotals(ScatterGather gather, LongSupplier nanoTime) {
        this.gather = gather;
        this.nanoTime = nanoTime;
    }

    @Override
    public Answer<Totals> allTime(Dimension dimension, String id, Consistency after) {
        return gather.ask(
                        ShardKind.of(dimension),
                        partitionsOf(dimension, id),
                        after,
                        (of, when) -> new TotalsShard.AllTime(of, dimension, id, when))
                .map(GatheredTotals::sum);
    }

    @Override
    public Answer<InWindow> between(
            Dimension dimension,
            String id,
            EpochMinute fromMinute,
            EpochMinute untilMinute,
            Consistency after) {
        ShardKind shard = ShardKind.of(dimension);
        List<Integer> partitions = partitionsOf(dimension, id);
        if (isHour(fromMinute) && isHour(untilMinute)) {
            return gather.ask(
                            shard,
                            partitions,
                            after,
                            (of, when) ->
                                    new TotalsShard.Between(
                                            of, dimension, id, fromMinute, untilMinute, when))
                    .map(partials -> new InWindow(sum(partials), Totals.ZERO));
        }
        return gather.ask(
                        shard,
                        partitions,
                        after,
                        (of, when) ->
                                new TotalsShard.Within(
                                        of, dimension, id, fromMinute, untilMinute, when))
                .map(partials -> partials.stream().reduce(InWindow.NOTHING, InWindow::plus));
    }

    private static boolean isHour(EpochMinute minute) {
        return EpochMinute.hourOf(minute.startMs()).equals(minute);
    }

    @Override
    public Answer<List<KeyedTotals>> page(
            Dimension dimension, @Nullable String afterId, int limit, Consistency after) {
        return gather.ask(
                        ShardKind.of(dimension),
                        gather.partitionsOf(ShardKind.of(dimension), null),
                        after,
                        (of, when) ->
                                new TotalsShard.PageOfTotals(of, dimension, afterId, limit, when))
                .map(partials -> inOrder(partials, limit));
    }

    @Override
    public Answer<List<KeyedTotals>> top(Dimension dimension, TopBy by, int limit) {
        // One scan at a time per question: who comes while it runs waits for it and has it too.
        Top top =
                tops.compute(
                        new TopOf(dimension, by),
                        (question, known) ->
                                known != null
                                                && nanoTime.getAsLong() - known.atNanos()
                                                        < known.keptNanos()
                                        ? known
                                        : new Top(largest(dimension, by), nanoTime.getAsLong()));
        return top.answer().map(list -> list.subList(0, Math.min(limit, list.size())));
    }

    @Override
    public Answer<Long> cells(
            @Nullable String budgetId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            BiConsumer<Cell, Totals> visitor) {
        return gather.visit(
                ShardKind.BUDGETS,
                gather.partitionsOf(ShardKind.BUDGETS, budgetId),
                of -> new TotalsShard.Cells(of, budgetId, fromHour, untilHour, after),
                (key, value) -> visitor.accept(StoreKeys.cellOf(key), TotalsBytes.read(value)));
    }

    @Override
    public Answer<Long> contextHours(
            @Nullable String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<KeyedTotals> visitor) {
        return visitHours(
                contextId,
                fromHour,
                untilHour,
                after,
                (key, value) ->
                        visitor.accept(
                                new KeyedTotals(StoreKeys.idOf(key), TotalsBytes.read(value))));
    }

    @Override
    public Answer<Long> contextParts(
            @Nullable String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<ContextPartTotals> visitor) {
        return visitHours(
                contextId,
                fromHour,
                untilHour,
                after,
                (key, value) -> {
                    String id = StoreKeys.idOf(key);
                    HourUse use = HourBytes.read(value);
                    if (use.parts().isEmpty()) {
                        visitor.accept(new ContextPartTotals(id, null, null, use.totals()));
                    }
                    use.parts()
                            .forEach(
                                    part ->
                                            visitor.accept(
                                                    new ContextPartTotals(
                                                            id,
                                                            part.cell(),
                                                            part.userId(),
                                                            part.totals())));
                });
    }

    private Answer<Long> visitHours(
            @Nullable String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            BiConsumer<Bytes, byte[]> visitor) {
        return gather.visit(
                ShardKind.CONTEXTS,
                gather.partitionsOf(ShardKind.CONTEXTS, contextId),
                of -> new TotalsShard.ContextHours(of, contextId, fromHour, untilHour, after),
                visitor);
    }

    @Override
    public Answer<Long> userCells(
            @Nullable String userId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<UserCellTotals> visitor) {
        return gather.visit(
                ShardKind.CONTEXTS,
                gather.partitionsOf(ShardKind.CONTEXTS, null),
                of -> new TotalsShard.UserCells(of, userId, fromHour, untilHour, after),
                (key, value) ->
                        visitor.accept(
                                new UserCellTotals(
                                        StoreKeys.userOf(key),
                                        StoreKeys.cellOfUser(key),
                                        TotalsBytes.read(value))));
    }

    /** What is spread has a part in every partition. */
    private List<Integer> partitionsOf(Dimension dimension, String id) {
        return gather.partitionsOf(ShardKind.of(dimension), dimension.isSpread() ? null : id);
    }

    private Answer<List<KeyedTotals>> largest(Dimension dimension, TopBy by) {
        if (dimension.isSpread()) {
            return largestSpread(dimension, by);
        }
        return gather.ask(
                        ShardKind.of(dimension),
                        gather.partitionsOf(ShardKind.of(dimension), null),
                        Consistency.NOTHING,
                        (of, when) -> new TotalsShard.Largest(of, dimension, by, PAGE_MAX, when))
                .map(partials -> largest(items(partials), by));
    }

    /** What is spread may be among the largest of no instance, and of all together. */
    private Answer<List<KeyedTotals>> largestSpread(Dimension dimension, TopBy by) {
        List<KeyedTotals> largest = List.of();
        String afterId = null;
        for (int read = 0; read < SPREAD_MAX; read += SPREAD_AT_ONCE) {
            Answer<List<KeyedTotals>> page =
                    page(dimension, afterId, SPREAD_AT_ONCE, Consistency.NOTHING);
            if (!(page instanceof Found<List<KeyedTotals>>(List<KeyedTotals> items))) {
                return page;
            }
            largest = largest(Stream.concat(largest.stream(), items.stream()), by);
            if (items.size() < SPREAD_AT_ONCE) {
                return new Found<>(largest);
            }
            afterId = items.getLast().id();
        }
        return new NotReady<>(
                NOT_SOON,
                "the largest of more than %d ids: a report of a shorter time can be had"
                        .formatted(SPREAD_MAX));
    }

    private static List<KeyedTotals> largest(Stream<KeyedTotals> all, TopBy by) {
        return all.sorted(by.largestFirst()).limit(PAGE_MAX).toList();
    }

    private static Totals sum(List<Totals> partials) {
        return partials.stream().reduce(Totals.ZERO, Totals::plus);
    }

    private static Stream<KeyedTotals> items(List<TotalsList> partials) {
        return partials.stream().flatMap(partial -> partial.items().stream());
    }

    /**
     * The first of them in the order of the ids' UTF-8 bytes, parts of an id summed. An id that is
     * among the first of all is among the first of each that has a part of it.
     */
    private static List<KeyedTotals> inOrder(List<TotalsList> partials, int limit) {
        if (partials.size() == 1) {
            return partials.getFirst().items();
        }
        TreeMap<byte[], KeyedTotals> byId = new TreeMap<>(Arrays::compareUnsigned);
        items(partials)
                .forEach(
                        each ->
                                byId.merge(
                                        each.id().getBytes(StandardCharsets.UTF_8),
                                        each,
                                        (a, b) ->
                                                new KeyedTotals(
                                                        a.id(), a.totals().plus(b.totals()))));
        return byId.values().stream().limit(limit).toList();
    }
}
