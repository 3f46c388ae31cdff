package tekton.budget.bench.oracle;

import tekton.budget.bench.oracle.JudgedUsage.Content;
import tekton.budget.bench.oracle.JudgedUsage.RejectedException;
import tekton.budget.bench.oracle.LogEntry.LogPosition;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Works out from the usage topic what every total must be. Naive on purpose: everything in memory,
 * decimal arithmetic, no code of the product.
 *
 * <p>A record that stands in another partition than its context's reaches that partition some time
 * later, and no log says when. So the oracle takes the records that stand right first. Traffic must
 * not put copies of one id that differ into different partitions.
 */
public final class Oracle {

    private final PriceList prices;
    private final ToIntFunction<String> partitionOf;

    /**
     * @param partitionOf which partition a context belongs to
     */
    public Oracle(PriceList prices, ToIntFunction<String> partitionOf) {
        this.prices = prices;
        this.partitionOf = partitionOf;
    }

    /** A context and a record id as one text. Neither contains a line feed. */
    public static String idOf(String contextId, String recordId) {
        return contextId + '\n' + recordId;
    }

    /** What must hold for these records. */
    public Expected expect(Collection<LogEntry> log) {
        Map<LogPosition, String> rejected = new HashMap<>();
        List<JudgedUsage> valid = new ArrayList<>();
        for (LogEntry entry : log) {
            try {
                valid.add(JudgedUsage.of(entry));
            } catch (RejectedException e) {
                rejected.put(entry.place(), e.reason());
            }
        }
        valid.sort(
                Comparator.comparing(this::isMisrouted)
                        .thenComparingInt(usage -> usage.entry().partition())
                        .thenComparingLong(usage -> usage.entry().offset()));

        Map<String, Content> first = new HashMap<>();
        Set<LogPosition> conflicts = new HashSet<>();
        Map<Kind, Map<String, Sum>> sums = new EnumMap<>(Kind.class);
        Map<String, Sum> drawn = new HashMap<>();
        long duplicates = 0;
        for (JudgedUsage usage : valid) {
            String id = idOf(usage.contextId(), usage.recordId());
            Content earlier = first.putIfAbsent(id, usage.content());
            if (earlier == null) {
                count(usage, sums, drawn);
            } else if (earlier.equals(usage.content())) {
                duplicates++;
            } else {
                conflicts.add(usage.entry().place());
            }
        }
        return new Expected(
                viewsByKind(sums),
                views(drawn),
                first.keySet(),
                conflicts,
                rejected,
                first.size(),
                duplicates);
    }

    private boolean isMisrouted(JudgedUsage usage) {
        return partitionOf.applyAsInt(usage.contextId()) != usage.entry().partition();
    }

    private void count(
            JudgedUsage usage, Map<Kind, Map<String, Sum>> sums, Map<String, Sum> drawn) {
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
