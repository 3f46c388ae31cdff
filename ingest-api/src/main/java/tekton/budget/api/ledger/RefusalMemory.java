package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.LedgerEvent.RequestRefused;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The refused allocations of the last day, at most {@value #KEPT_MAX}: the newest. It knows from
 * when on it has all of them. Any thread.
 */
final class RefusalMemory {

    /** How many refusals are kept. */
    static final int KEPT_MAX = 1_000;

    /** How long they are kept. */
    static final Duration KEPT = Duration.ofHours(24);

    private static final Comparator<RequestRefused> NEWEST_FIRST =
            Comparator.comparingLong(RequestRefused::atMs)
                    .reversed()
                    .thenComparing(RequestRefused::requestId);

    /** In the order in which they came; a partition that is read anew brings some again. */
    private final Map<String, RequestRefused> byRequest = new LinkedHashMap<>();

    private final Map<Integer, Long> readFromMs = new HashMap<>();
    private long forgottenUntilMs = Long.MIN_VALUE;

    /**
     * What there is.
     *
     * @param items the refusals, newest first
     * @param sinceMs from when on none is missing, epoch milliseconds
     */
    record NewestRefusals(List<RequestRefused> items, long sinceMs) {}

    /**
     * A partition of the decisions is read from a time on.
     *
     * @param fromMs epoch milliseconds; {@link Long#MIN_VALUE} when it is read from its begin
     */
    synchronized void readFrom(int partition, long fromMs) {
        readFromMs.put(partition, fromMs);
    }

    /** Keeps a refusal, and forgets the one that came first if there are too many. */
    synchronized void add(RequestRefused refused) {
        byRequest.put(refused.requestId(), refused);
        if (byRequest.size() > KEPT_MAX) {
            var eldest = byRequest.entrySet().iterator();
            // All of that very moment may be gone.
            forgottenUntilMs = Math.max(forgottenUntilMs, eldest.next().getValue().atMs() + 1);
            eldest.remove();
        }
    }

    /**
     * The newest refusals.
     *
     * @param budgetId of that budget; null for all
     * @param limit how many at most
     * @param nowMs epoch milliseconds
     */
    synchronized NewestRefusals newest(@Nullable String budgetId, int limit, long nowMs) {
        long dayAgoMs = nowMs - KEPT.toMillis();
        List<RequestRefused> items = new ArrayList<>();
        for (RequestRefused each : byRequest.values()) {
            if (each.atMs() >= dayAgoMs && (budgetId == null || budgetId.equals(each.budgetId()))) {
                items.add(each);
            }
        }
        items.sort(NEWEST_FIRST);
        long sinceMs = Math.max(dayAgoMs, forgottenUntilMs);
        for (long fromMs : readFromMs.values()) {
            sinceMs = Math.max(sinceMs, fromMs);
        }
        return new NewestRefusals(
                List.copyOf(items.subList(0, Math.min(limit, items.size()))), sinceMs);
    }
}
