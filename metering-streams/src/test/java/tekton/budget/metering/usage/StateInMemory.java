package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.usage.UsageChanges.ChangedContext;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** State of one partition in maps: what is not committed can be thrown away. */
final class StateInMemory implements UsageState {

    private final long windowMs;
    private final Map<List<Object>, FirstOccurrence> ids = new HashMap<>();
    private final Map<List<Object>, FirstOccurrence> pendingIds = new HashMap<>();
    private final Map<String, ContextUse> contexts = new HashMap<>();
    private final Map<List<Object>, Totals> hours = new HashMap<>();

    private long arrivalMs = Long.MIN_VALUE;
    private long committedArrivalMs = Long.MIN_VALUE;

    StateInMemory(long windowMs) {
        this.windowMs = windowMs;
    }

    @Override
    public long arrival(long appendTimeMs) {
        arrivalMs = Math.max(arrivalMs, appendTimeMs);
        return arrivalMs;
    }

    @Override
    public @Nullable FirstOccurrence find(IdKey key, long arrivalMs) {
        long span = Math.floorDiv(arrivalMs, windowMs);
        for (long each : List.of(span, span - 1)) {
            FirstOccurrence found =
                    pendingIds.getOrDefault(List.of(key, each), ids.get(List.of(key, each)));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    @Override
    public void remember(IdKey key, FirstOccurrence first, long arrivalMs) {
        pendingIds.put(List.of(key, Math.floorDiv(arrivalMs, windowMs)), first);
    }

    @Override
    public @Nullable ContextUse context(String contextId) {
        return contexts.get(contextId);
    }

    @Override
    public @Nullable Totals contextHour(String contextId, EpochMinute hour) {
        return hours.get(List.of(contextId, hour));
    }

    void commit(UsageChanges changes) {
        ids.putAll(pendingIds);
        pendingIds.clear();
        committedArrivalMs = arrivalMs;
        for (ChangedContext each : changes.contexts()) {
            contexts.put(each.contextId(), each.use());
        }
        changes.contextHours()
                .forEach(each -> hours.put(List.of(each.contextId(), each.hour()), each.totals()));
    }

    void abort() {
        arrivalMs = committedArrivalMs;
        pendingIds.clear();
    }

    Map<String, ContextUse> contexts() {
        return contexts;
    }

    Map<List<Object>, Totals> hours() {
        return hours;
    }
}
