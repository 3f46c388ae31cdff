package tekton.budget.bench.oracle;

import tekton.budget.bench.oracle.JudgedUsage.Content;
import tekton.budget.bench.oracle.JudgedUsage.RejectedException;
import tekton.budget.bench.oracle.LogEntry.LogPosition;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Adds up usage record by record, in the order in which they are given. Of the records themselves
 * nothing is kept but what {@link Firsts} keeps. One thread.
 */
public final class UsageTally {

    private final PriceList prices;
    private final Firsts firsts;
    private final Map<LogPosition, String> rejected = new HashMap<>();
    private final Set<LogPosition> conflicts = new HashSet<>();
    private final Map<Kind, Map<String, Sum>> sums = new EnumMap<>(Kind.class);
    private final Map<String, Sum> drawn = new HashMap<>();
    private final Set<String> strangers = new HashSet<>();
    private long duplicates;

    UsageTally(PriceList prices, Firsts firsts) {
        this.prices = prices;
        this.firsts = firsts;
    }

    /**
     * For millions of records whose ids have numbers, in the order of their partitions. Copies that
     * stand in a wrong partition must be like the first.
     *
     * @param numberOf the number in a record id, at least 0; negative for one that nobody sent
     */
    public static UsageTally numbered(PriceList prices, ToLongFunction<String> numberOf) {
        return new UsageTally(prices, new Firsts.Numbered(numberOf));
    }

    /** Counts a record, or sees that it does not count. */
    public void take(LogEntry entry) {
        try {
            take(JudgedUsage.of(entry));
        } catch (RejectedException e) {
            rejected.put(entry.place(), e.reason());
        }
    }

    /** Notes that a record does not count. */
    void reject(LogEntry entry, RejectedException why) {
        rejected.put(entry.place(), why.reason());
    }

    void take(JudgedUsage usage) {
        if (firsts instanceof Firsts.Numbered numbered
                && numbered.number(usage.recordId()).isEmpty()) {
            strangers.add(Oracle.idOf(usage.contextId(), usage.recordId()));
            return;
        }
        switch (firsts.place(usage)) {
            case FIRST -> count(usage);
            case DUPLICATE -> duplicates++;
            case CONFLICT -> conflicts.add(usage.entry().place());
        }
    }

    /** Ids that nobody sent, as {@link Oracle#idOf} writes them; of numbered records only. */
    public Set<String> strangers() {
        return strangers;
    }

    private void count(JudgedUsage usage) {
        Optional<BigDecimal> cost = prices.cost(usage);
        Map<Kind, String> ids =
                Map.of(
                        Kind.CONTEXT, usage.contextId(),
                        Kind.COMPONENT, usage.content().component(),
                        Kind.BUDGET, usage.content().payingBudget());
        ids.forEach(
                (kind, id) ->
                        add(sums.computeIfAbsent(kind, k -> new HashMap<>()), id, usage, cost));
        if (!usage.content().allocationId().isEmpty()) {
            add(drawn, usage.content().allocationId(), usage, cost);
        }
    }

    private static void add(
            Map<String, Sum> sums, String id, JudgedUsage usage, Optional<BigDecimal> cost) {
        sums.computeIfAbsent(id, i -> new Sum()).add(usage, cost);
    }

    /** What must hold for all that was given. */
    public Expected expected() {
        return new Expected(
                viewsByKind(sums),
                views(drawn),
                firsts,
                conflicts,
                rejected,
                firsts.count(),
                duplicates);
    }

    private static Map<Kind, SortedMap<String, TotalsView>> viewsByKind(
            Map<Kind, Map<String, Sum>> sums) {
        Map<Kind, SortedMap<String, TotalsView>> views = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            views.put(kind, views(sums.getOrDefault(kind, Map.of())));
        }
        return views;
    }

    private static SortedMap<String, TotalsView> views(Map<String, Sum> sums) {
        SortedMap<String, TotalsView> views = new TreeMap<>();
        sums.forEach((id, sum) -> views.put(id, sum.view(id)));
        return views;
    }

    /** Adds up the records of one id. */
    private static final class Sum {
        private long input;
        private long output;
        private long cachedInput;
        private long cacheWrite;
        private long reasoning;
        private long unpriced;
        private BigDecimal cost = BigDecimal.ZERO;
        private long records;
        private long firstMs = Long.MAX_VALUE;
        private long lastMs = Long.MIN_VALUE;

        void add(JudgedUsage usage, Optional<BigDecimal> price) {
            Content content = usage.content();
            input += content.input();
            output += content.output();
            cachedInput += content.cachedInput();
            cacheWrite += content.cacheWrite();
            reasoning += content.reasoning();
            if (price.isEmpty()) {
                unpriced += content.input() + content.output();
            }
            cost = cost.add(price.orElse(BigDecimal.ZERO));
            records++;
            firstMs = Math.min(firstMs, usage.atMs());
            lastMs = Math.max(lastMs, usage.atMs());
        }

        TotalsView view(String id) {
            return new TotalsView(
                    id,
                    input,
                    output,
                    input + output,
                    cachedInput,
                    cacheWrite,
                    reasoning,
                    unpriced,
                    TotalsView.plain(cost),
                    records,
                    Instant.ofEpochMilli(firstMs),
                    Instant.ofEpochMilli(lastMs));
        }
    }
}
