package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tekton's table of how many tokens an allocation has that names no number. */
final class DefaultTokens {

    /** The named points of priority: low, normal, high, critical. */
    private static final List<Integer> POINTS = List.of(1, 5, 8, 10);

    private static final int NORMAL = 1;

    private static final String DEFAULT = "default";

    private static final List<Long> BY_DEFAULT = List.of(1_000L, 2_000L, 4_000L, 8_000L);

    private static final Map<String, List<Long>> TABLE =
            Map.of(
                    DEFAULT,
                    BY_DEFAULT,
                    "chat",
                    List.of(2_000L, 4_000L, 8_000L, 16_000L),
                    "coding",
                    List.of(4_000L, 8_000L, 16_000L, 32_000L),
                    "analysis",
                    List.of(4_000L, 8_000L, 16_000L, 32_000L),
                    "embedding",
                    List.of(10_000L, 25_000L, 50_000L, 100_000L));

    private DefaultTokens() {}

    /** For a task type, unknown ones like {@value #DEFAULT}; between the points as for normal. */
    static long of(@Nullable String taskType, int priority) {
        String known = taskType == null ? DEFAULT : taskType.toLowerCase(Locale.ROOT);
        List<Long> row = TABLE.getOrDefault(known, BY_DEFAULT);
        int column = POINTS.indexOf(priority);
        return row.get(column < 0 ? NORMAL : column);
    }
}
