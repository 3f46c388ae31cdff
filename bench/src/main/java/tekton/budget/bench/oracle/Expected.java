package tekton.budget.bench.oracle;

import tekton.budget.bench.oracle.LogEntry.LogPosition;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * What must hold for a usage topic.
 *
 * @param totals of every id of every kind
 * @param allocations of every allocation that a record names, what these records used
 * @param firsts the id of every valid record in the topic
 * @param conflicts where a record says something else than the first of its id
 * @param rejected where a record does not count, and the reason
 * @param distinct how many records count
 * @param duplicates how many repeat one that counts
 */
public record Expected(
        Map<Kind, SortedMap<String, TotalsView>> totals,
        SortedMap<String, TotalsView> allocations,
        Firsts firsts,
        Set<LogPosition> conflicts,
        Map<LogPosition, String> rejected,
        long distinct,
        long duplicates) {}
