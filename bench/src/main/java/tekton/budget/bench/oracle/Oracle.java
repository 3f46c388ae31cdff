package tekton.budget.bench.oracle;

import tekton.budget.bench.oracle.JudgedUsage.RejectedException;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
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
        UsageTally tally = new UsageTally(prices, new Firsts.Exact());
        List<JudgedUsage> valid = new ArrayList<>();
        for (LogEntry entry : log) {
            try {
                valid.add(JudgedUsage.of(entry));
            } catch (RejectedException e) {
                tally.reject(entry, e);
            }
        }
        valid.sort(
                Comparator.comparing(this::isMisrouted)
                        .thenComparingInt(usage -> usage.entry().partition())
                        .thenComparingLong(usage -> usage.entry().offset()));
        valid.forEach(tally::take);
        return tally.expected();
    }

    private boolean isMisrouted(JudgedUsage usage) {
        return partitionOf.applyAsInt(usage.contextId()) != usage.entry().partition();
    }
}
