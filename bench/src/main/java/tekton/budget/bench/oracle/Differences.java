package tekton.budget.bench.oracle;

import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/** Where totals are not what they must be. */
public final class Differences {

    private Differences() {}

    /**
     * Compares the totals of a kind, key by key.
     *
     * @param max how many differences to name
     * @return one sentence for each difference, and one that counts the rest
     */
    public static List<String> between(
            Kind kind,
            SortedMap<String, TotalsView> expected,
            SortedMap<String, TotalsView> found,
            int max) {
        TreeSet<String> ids = new TreeSet<>(expected.keySet());
        ids.addAll(found.keySet());
        List<String> named = new ArrayList<>();
        int more = 0;
        for (String id : ids) {
            TotalsView wanted = expected.getOrDefault(id, TotalsView.none(id));
            TotalsView got = found.getOrDefault(id, TotalsView.none(id));
            if (wanted.equals(got)) {
                continue;
            }
            if (named.size() < max) {
                named.add(kind + " " + id + ": " + fields(wanted, got));
            } else {
                more++;
            }
        }
        if (more > 0) {
            named.add(kind + ": and " + more + " more");
        }
        return named;
    }

    private static String fields(TotalsView wanted, TotalsView got) {
        List<String> differing = new ArrayList<>();
        compare(differing, "record_count", wanted.records(), got.records());
        compare(differing, "input_tokens", wanted.input(), got.input());
        compare(differing, "output_tokens", wanted.output(), got.output());
        compare(differing, "total_tokens", wanted.total(), got.total());
        compare(differing, "cached_input_tokens", wanted.cachedInput(), got.cachedInput());
        compare(differing, "cache_write_tokens", wanted.cacheWrite(), got.cacheWrite());
        compare(differing, "reasoning_tokens", wanted.reasoning(), got.reasoning());
        compare(differing, "unpriced_tokens", wanted.unpriced(), got.unpriced());
        compare(differing, "total_cost", wanted.cost(), got.cost());
        compare(
                differing,
                "first_at",
                String.valueOf(wanted.firstAt()),
                String.valueOf(got.firstAt()));
        compare(
                differing,
                "last_at",
                String.valueOf(wanted.lastAt()),
                String.valueOf(got.lastAt()));
        return String.join(", ", differing);
    }

    private static void compare(List<String> differing, String name, Object wanted, Object got) {
        if (!wanted.equals(got)) {
            differing.add("%s is %s, must be %s".formatted(name, got, wanted));
        }
    }
}
