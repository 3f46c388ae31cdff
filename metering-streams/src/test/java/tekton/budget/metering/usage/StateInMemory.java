package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.usage.UsageChanges.ChangedContext;
import tekton.budget.metering.usage.UsageChanges.ChangedUser;
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
    private final Map<List<Object>, HourUse> hours = new HashMap<>();

    private final Map<List<Object>, Totals> users = new HashMap<>();
    private final Map<List<Object>, Totals> userCells = new HashMap<>();
    private final Map<List<Object>, Integer> userCellCounts = new HashMap<>();

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
    public @Nullable HourUse contextHour(String contextId, EpochMinute hour) {
        return hours.get(List.of(contextId, hour));
    }

    @Override
    public @Nullable Totals user(String userId) {
        return users.get(List.of(userId));
    }

    @Override
    public @Nullable Totals userCell(String userId, Cell cell, EpochMinute hour) {
        return userCells.get(List.of(userId, cell, hour));
    }

    @Override
    public int userCells(String userId, EpochMinute hour) {
        return userCellCounts.getOrDefault(List.of(userId, hour), 0);
    }

    void commit(UsageChanges changes) {
        ids.putAll(pendingIds);
        pendingIds.clear();
        committedArrivalMs = arrivalMs;
        for (ChangedContext each : changes.contexts()) {
            contexts.put(each.contextId(), each.use());
        }
        changes.contextHours()
                .forEach(each -> hours.put(List.of(each.contextId(), each.hour()), each.use()));
        for (ChangedUser user : changes.users()) {
            String id = user.userId();
            users.put(List.of(id), user.totals());
            user.cells()
                    .forEach(
                            each ->
                                    userCells.put(
                                            List.of(id, each.cell(), each.hour()), each.totals()));
            user.counts()
                    .forEach(each -> userCellCounts.put(List.of(id, each.hour()), each.cells()));
        }
    }

    void abort() {
        arrivalMs = committedArrivalMs;
        pendingIds.clear();
    }

    Map<String, ContextUse> contexts() {
        return contexts;
    }

    Map<List<Object>, HourUse> hours() {
        return hours;
    }

    /** By user. */
    Map<List<Object>, Totals> users() {
        return users;
    }

    /** By user, cell and hour. */
    Map<List<Object>, Totals> userCells() {
        return userCells;
    }

    /** By user and hour. */
    Map<List<Object>, Integer> userCellCounts() {
        return userCellCounts;
    }
}
