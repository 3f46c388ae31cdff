package tekton.budget.bench.hostile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Records and tokens of contexts. One thread. */
final class ContextSums {

    private static final int SHOWN = 5;

    private final SortedMap<String, ContextSum> sums = new TreeMap<>();

    /** Records and tokens of one. */
    record ContextSum(long records, long input, long output) {

        ContextSum plus(ContextSum other) {
            return new ContextSum(
                    records + other.records, input + other.input, output + other.output);
        }
    }

    void add(String context, long input, long output) {
        put(context, new ContextSum(1, input, output));
    }

    void put(String context, ContextSum sum) {
        sums.merge(context, sum, ContextSum::plus);
    }

    long records() {
        return sums.values().stream().mapToLong(ContextSum::records).sum();
    }

    Map<String, ContextSum> byContext() {
        return Collections.unmodifiableMap(sums);
    }

    /** Those whose names begin so. */
    ContextSums of(String beginning) {
        ContextSums some = new ContextSums();
        sums.forEach(
                (context, sum) -> {
                    if (context.startsWith(beginning)) {
                        some.put(context, sum);
                    }
                });
        return some;
    }

    /** Where what was counted is not what is expected; the first few. */
    List<String> differences(ContextSums counted) {
        TreeMap<String, ContextSum> all = new TreeMap<>(sums);
        counted.sums.forEach(all::putIfAbsent);
        List<String> differences = new ArrayList<>();
        for (String context : all.keySet()) {
            ContextSum wanted = sums.get(context);
            ContextSum got = counted.sums.get(context);
            if (wanted == null || !wanted.equals(got)) {
                differences.add(
                        "context '%s': counted %s, must be %s".formatted(context, got, wanted));
                if (differences.size() == SHOWN) {
                    break;
                }
            }
        }
        return differences;
    }
}
