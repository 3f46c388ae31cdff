package tekton.budget.api;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.ContextPartTotals;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.TotalsQueries;
import tekton.budget.metering.query.UserCellTotals;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Totals as a test sets them, and what was asked last. */
public final class FakeTotals implements TotalsQueries {

    /** Answered instead of what was set, if there is one. */
    public volatile Optional<Answer<Totals>> instead = Optional.empty();

    public volatile Consistency lastAfter = Consistency.NOTHING;

    /** Whether what was set is told as cut by windows. */
    public volatile boolean cut;

    /** Cells from this time on cannot be asked, epoch milliseconds. */
    public volatile long unreadableFrom = Long.MAX_VALUE;

    public volatile long lastFrom;
    public volatile long lastUntil;

    private final Map<Dimension, TreeMap<String, Totals>> all = new ConcurrentHashMap<>();
    private final List<Counted> cells = new ArrayList<>();
    private final List<KeyedTotals> contexts = new ArrayList<>();

    private final List<ContextPartTotals> contextParts = new ArrayList<>();

    private final List<UserCellTotals> userCells = new ArrayList<>();

    private record Counted(Cell cell, EpochMinute hour, Totals totals) {}

    public void put(Dimension dimension, String id, Totals totals) {
        all.computeIfAbsent(dimension, d -> new TreeMap<>()).put(id, totals);
    }

    public synchronized void cell(Cell cell, long atMs, long tokens, String cost) {
        cells.add(new Counted(cell, EpochMinute.hourOf(atMs), totals(tokens, 0, cost, 1, atMs)));
    }

    public synchronized void contextHour(String id, long atMs, long tokens, String cost) {
        contexts.add(new KeyedTotals(id, totals(tokens, 0, cost, 1, atMs)));
    }

    public synchronized void contextPart(
            String id, Cell cell, String userId, long atMs, long tokens) {
        contextParts.add(new ContextPartTotals(id, cell, userId, totals(tokens, 0, "0", 1, atMs)));
    }

    public synchronized void userCell(String userId, Cell cell, long atMs, long tokens) {
        userCells.add(new UserCellTotals(userId, cell, totals(tokens, 0, "0", 1, atMs)));
    }

    public static Totals totals(long input, long output, String cost, long count, long atMs) {
        return new Totals(TokenCounts.of(input, output), 0, Money.parse(cost), count, atMs, atMs);
    }

    @Override
    public Answer<Totals> allTime(Dimension dimension, String id, Consistency after) {
        lastAfter = after;
        if (instead.isPresent()) {
            return instead.get();
        }
        Totals totals = all.getOrDefault(dimension, new TreeMap<>()).get(id);
        return totals == null ? new Answer.Unknown<>() : new Answer.Found<>(totals);
    }

    @Override
    public Answer<InWindow> between(
            Dimension dimension,
            String id,
            EpochMinute fromMinute,
            EpochMinute untilMinute,
            Consistency after) {
        lastFrom = fromMinute.value();
        lastUntil = untilMinute.value();
        return allTime(dimension, id, after)
                .map(
                        totals ->
                                cut
                                        ? new InWindow(Totals.ZERO, totals)
                                        : new InWindow(totals, Totals.ZERO));
    }

    @Override
    public Answer<List<KeyedTotals>> page(
            Dimension dimension, String afterId, int limit, Consistency after) {
        TreeMap<String, Totals> ids = all.getOrDefault(dimension, new TreeMap<>());
        return new Answer.Found<>(
                (afterId == null ? ids : ids.tailMap(afterId, false))
                        .entrySet().stream()
                                .limit(limit)
                                .map(e -> new KeyedTotals(e.getKey(), e.getValue()))
                                .toList());
    }

    @Override
    public Answer<List<KeyedTotals>> top(Dimension dimension, TopBy by, int limit) {
        return new Answer.Found<>(
                all.getOrDefault(dimension, new TreeMap<>()).entrySet().stream()
                        .map(e -> new KeyedTotals(e.getKey(), e.getValue()))
                        .sorted(by.largestFirst())
                        .limit(limit)
                        .toList());
    }

    @Override
    public synchronized Answer<Long> cells(
            String budgetId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            BiConsumer<Cell, Totals> visitor) {
        if (untilHour.startMs() > unreadableFrom) {
            return new Answer.NotReady<>("what a test has taken away");
        }
        long visited = 0;
        for (Counted counted : cells) {
            if (counted.hour().compareTo(fromHour) >= 0
                    && counted.hour().compareTo(untilHour) < 0
                    && (budgetId == null || budgetId.equals(counted.cell().budgetId()))) {
                visitor.accept(counted.cell(), counted.totals());
                visited++;
            }
        }
        return new Answer.Found<>(visited);
    }

    @Override
    public synchronized Answer<Long> contextHours(
            String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<KeyedTotals> visitor) {
        List<KeyedTotals> visited =
                contexts.stream()
                        .filter(one -> contextId == null || contextId.equals(one.id()))
                        .filter(
                                one ->
                                        EpochMinute.hourOf(one.totals().firstAtMs())
                                                        .compareTo(fromHour)
                                                >= 0)
                        .filter(
                                one ->
                                        EpochMinute.hourOf(one.totals().firstAtMs())
                                                        .compareTo(untilHour)
                                                < 0)
                        .toList();
        visited.forEach(visitor);
        return new Answer.Found<>((long) visited.size());
    }

    @Override
    public synchronized Answer<Long> contextParts(
            String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<ContextPartTotals> visitor) {
        List<ContextPartTotals> visited =
                contextParts.stream()
                        .filter(one -> contextId == null || contextId.equals(one.contextId()))
                        .filter(
                                one ->
                                        !one.totals()
                                                .liesOutside(
                                                        fromHour.startMs(), untilHour.startMs()))
                        .toList();
        visited.forEach(visitor);
        return new Answer.Found<>((long) visited.size());
    }

    @Override
    public synchronized Answer<Long> userCells(
            String userId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<UserCellTotals> visitor) {
        lastAfter = after;
        List<UserCellTotals> visited =
                userCells.stream()
                        .filter(one -> userId == null || userId.equals(one.userId()))
                        .filter(
                                one ->
                                        !one.totals()
                                                .liesOutside(
                                                        fromHour.startMs(), untilHour.startMs()))
                        .toList();
        visited.forEach(visitor);
        return new Answer.Found<>((long) visited.size());
    }
}
