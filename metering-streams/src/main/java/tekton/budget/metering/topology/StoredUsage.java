package tekton.budget.metering.topology;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.store.ContextBytes;
import tekton.budget.metering.store.DedupStore;
import tekton.budget.metering.store.HourBytes;
import tekton.budget.metering.store.ReachedOffsets;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.metering.usage.ContextUse;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.HourUse;
import tekton.budget.metering.usage.IdKey;
import tekton.budget.metering.usage.UsageChanges;
import tekton.budget.metering.usage.UsageChanges.ChangedUser;
import tekton.budget.metering.usage.UsageState;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.nio.ByteBuffer;

/** The state of a task of stage one in its stores. Of one stream thread. */
final class StoredUsage implements UsageState {

    private final DedupStore ids;
    private final KeyValueStore<Bytes, byte[]> contexts;
    private final WindowStore<Bytes, byte[]> contextHours;
    private final WindowStore<Bytes, byte[]> userCells;
    private final ReachedOffsets reached;

    StoredUsage(ProcessingContext context, ReachedOffsets reached) {
        this.reached = reached;
        ids = context.getStateStore(Stores.IDS);
        contexts = context.getStateStore(Stores.CONTEXTS);
        contextHours = context.getStateStore(Stores.CONTEXT_HOURS);
        userCells = context.getStateStore(Stores.USER_CELLS);
    }

    @Override
    public long arrival(long appendTimeMs) {
        return reached.arrival(appendTimeMs);
    }

    @Override
    public @Nullable FirstOccurrence find(IdKey key, long arrivalMs) {
        return ids.find(key, arrivalMs);
    }

    @Override
    public void remember(IdKey key, FirstOccurrence first, long arrivalMs) {
        ids.remember(key, first, arrivalMs);
    }

    @Override
    public @Nullable ContextUse context(String contextId) {
        return ContextBytes.readOrNull(contexts.get(key(contextId)));
    }

    @Override
    public @Nullable HourUse contextHour(String contextId, EpochMinute hour) {
        return HourBytes.readOrNull(contextHours.fetch(key(contextId), hour.startMs()));
    }

    @Override
    public @Nullable Totals user(String userId) {
        return TotalsBytes.readOrNull(contexts.get(StoreKeys.total(StoreKeys.USER, userId)));
    }

    @Override
    public @Nullable Totals userCell(String userId, Cell cell, EpochMinute hour) {
        return TotalsBytes.readOrNull(
                userCells.fetch(StoreKeys.userCell(userId, cell, hour), hour.startMs()));
    }

    @Override
    public int userCells(String userId, EpochMinute hour) {
        byte[] count = userCells.fetch(StoreKeys.cellCount(userId), hour.startMs());
        return count == null ? 0 : ByteBuffer.wrap(count).getInt();
    }

    /** How many ids wait for the next commit. */
    int pendingIds() {
        return ids.pendingIds();
    }

    /** Writes what has changed: part of every commit. */
    void write(UsageChanges changes) {
        ids.writePending();
        contexts.putAll(
                changes.contexts().stream()
                        .map(
                                each ->
                                        KeyValue.pair(
                                                key(each.contextId()),
                                                ContextBytes.write(each.use())))
                        .toList());
        changes.contextHours()
                .forEach(
                        each ->
                                contextHours.put(
                                        key(each.contextId()),
                                        HourBytes.write(each.use()),
                                        each.hour().startMs()));
        changes.users().forEach(this::write);
    }

    private void write(ChangedUser user) {
        String id = user.userId();
        contexts.put(StoreKeys.total(StoreKeys.USER, id), TotalsBytes.write(user.totals()));
        user.cells()
                .forEach(
                        each ->
                                userCells.put(
                                        StoreKeys.userCell(id, each.cell(), each.hour()),
                                        TotalsBytes.write(each.totals()),
                                        each.hour().startMs()));
        user.counts()
                .forEach(
                        each ->
                                userCells.put(
                                        StoreKeys.cellCount(id),
                                        ByteBuffer.allocate(Integer.BYTES)
                                                .putInt(each.cells())
                                                .array(),
                                        each.hour().startMs()));
    }

    /** What was written is committed. */
    void committed() {
        ids.committed();
    }

    private static Bytes key(String contextId) {
        return StoreKeys.total(StoreKeys.CONTEXT, contextId);
    }
}
