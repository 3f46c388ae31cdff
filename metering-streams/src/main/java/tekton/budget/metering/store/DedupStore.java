package tekton.budget.metering.store;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordCollector;
import org.apache.kafka.streams.query.Position;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Remembers which record ids have been counted, for at least the window W after their arrival.
 *
 * <p><b>Why not a window store.</b> It would write one changelog record and one RocksDB put per id.
 * Here the new ids of a commit interval wait in a map, and at the commit they become packed
 * changelog records (see {@link IdLog}), and after it RocksDB batches.
 *
 * <p><b>A kill.</b> Only what is committed is in the database. So it need not be wiped after an
 * unclean stop, as Streams would: now and then an {@link IdMark} says up to which offset of the
 * changelog nothing is missing on disk, and {@link UncleanStop} has only the rest restored.
 *
 * <p><b>Buckets.</b> Arrival time is cut into spans of W. An id is looked up in the current span
 * and the one before it, so it is remembered for W at least and 2 W at most; older spans are
 * dropped whole. Arrival must not run backwards; the caller sees to that.
 *
 * <p><b>Threads.</b> Written by the task's stream thread alone. {@link #find(IdKey)} of other
 * threads sees what is committed; the lock keeps them off a database that is being closed.
 */
public final class DedupStore implements StateStore, IdIndex {

    /**
     * After so many ids the files are flushed and marked: a kill costs the restore of that many,
     * some tenths of a second, per partition.
     */
    static final int MARK_IDS = 200_000;

    private final String name;
    private final long widthMs;
    private final ReadWriteLock closing = new ReentrantReadWriteLock();
    private final TreeMap<Long, IdBucket> buckets = new TreeMap<>();

    /** By bucket: one, and two where a commit interval goes over a bucket's end. */
    private final TreeMap<Long, Map<IdKey, FirstOccurrence>> pending = new TreeMap<>();

    private int pendingCount;

    /** Replaced, never changed: other threads look into it. */
    private volatile List<Logged> logged = List.of();

    private int unmarkedIds;
    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable Path directory;
    private volatile boolean open;

    /** Ids that stand in the changelog, in a transaction that is not committed yet. */
    private record Logged(
            long bucketMs,
            Map<IdKey, FirstOccurrence> ids,
            List<Map.Entry<IdKey, FirstOccurrence>> sorted) {}

    DedupStore(String name, Duration window) {
        this.name = name;
        widthMs = window.toMillis();
    }

    @Override
    public void init(StateStoreContext stateStoreContext, StateStore root) {
        context =
                stateStoreContext instanceof InternalProcessorContext<?, ?> internal
                        ? internal
                        : null;
        directory = new File(new File(stateStoreContext.stateDir(), "rocksdb"), name).toPath();
        forgetUncommitted();
        closing.writeLock().lock();
        try {
            openBuckets(directory);
            open = true;
        } catch (RuntimeException e) {
            // Not registered, so nobody else would close them.
            buckets.values().forEach(IdBucket::close);
            buckets.clear();
            throw e;
        } finally {
            closing.writeLock().unlock();
        }
        stateStoreContext.register(root, (BatchingStateRestoreCallback) this::restore);
    }

    /**
     * What is remembered of an id, by the stream thread, pending ids included.
     *
     * @param arrivalMs when the record at hand arrived, epoch milliseconds, never less than before
     */
    public @Nullable FirstOccurrence find(IdKey key, long arrivalMs) {
        long bucketMs = bucketOf(arrivalMs);
        FirstOccurrence waiting = findWaiting(key, bucketMs);
        if (waiting == null) {
            waiting = findWaiting(key, bucketMs - widthMs);
        }
        if (waiting != null) {
            return waiting;
        }
        FirstOccurrence current = findIn(buckets.get(bucketMs), key.bytes());
        return current != null ? current : findIn(buckets.get(bucketMs - widthMs), key.bytes());
    }

    /** Remembers an id that {@link #find(IdKey, long)} did not know. */
    public void remember(IdKey key, FirstOccurrence entry, long arrivalMs) {
        pending.computeIfAbsent(bucketOf(arrivalMs), _ -> new HashMap<>()).put(key, entry);
        pendingCount++;
    }

    /** How many ids wait for the next commit. */
    public int pendingIds() {
        return pendingCount;
    }

    /** Writes what waits to the changelog: part of every commit. */
    public void writePending() {
        if (pending.isEmpty()) {
            return;
        }
        InternalProcessorContext<?, ?> log = active();
        List<Logged> more = new ArrayList<>(logged);
        pending.forEach(
                (bucketMs, ids) -> {
                    // In their order: where one belongs in the database's memory, the next is near.
                    List<Map.Entry<IdKey, FirstOccurrence>> sorted =
                            new ArrayList<>(ids.entrySet());
                    sorted.sort(Map.Entry.comparingByKey());
                    forEachPart(
                            sorted,
                            part ->
                                    log.logChange(
                                            name,
                                            Bytes.wrap(IdLog.key(bucketMs)),
                                            IdLog.write(part),
                                            log.currentSystemTimeMs(),
                                            Position.emptyPosition()));
                    more.add(new Logged(bucketMs, ids, sorted));
                });
        logged = List.copyOf(more);
        pending.clear();
        pendingCount = 0;
    }

    /** All that {@link #writePending()} wrote is committed: it may stand in the database now. */
    public void committed() {
        for (Logged each : logged) {
            IdBucket bucket = bucket(each.bucketMs());
            forEachPart(each.sorted(), bucket::putAll);
            unmarkedIds += each.sorted().size();
        }
        logged = List.of();
        if (unmarkedIds >= MARK_IDS) {
            flush();
        }
    }

    @Override
    public @Nullable FirstOccurrence find(IdKey key) {
        return whileOpen(
                () -> {
                    for (Logged each : logged) {
                        FirstOccurrence entry = each.ids().get(key);
                        if (entry != null) {
                            return entry;
                        }
                    }
                    for (IdBucket bucket : buckets.descendingMap().values()) {
                        FirstOccurrence entry = findIn(bucket, key.bytes());
                        if (entry != null) {
                            return entry;
                        }
                    }
                    return null;
                });
    }

    @Override
    public List<FirstOccurrence> findInEveryContext(byte[] recordIdHash, int limit) {
        return whileOpen(
                () -> {
                    // While a commit ends, an id may stand in both places.
                    Set<FirstOccurrence> found = new LinkedHashSet<>();
                    for (Logged each : logged) {
                        each.sorted().stream()
                                .filter(id -> id.getKey().startsWith(recordIdHash))
                                .limit(limit)
                                .map(Map.Entry::getValue)
                                .forEach(found::add);
                    }
                    for (IdBucket bucket : buckets.descendingMap().values()) {
                        found.addAll(bucket.withPrefix(recordIdHash, limit));
                    }
                    return found.stream().limit(limit).toList();
                });
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Makes all that is committed survive a kill; at a clean end Streams asks for it. Streams asks
     * after failed commits too: then nothing is marked, because what is sent may be committed after
     * all, and is not here.
     */
    @Override
    public void flush() {
        buckets.values().forEach(IdBucket::flush);
        if (unmarkedIds > 0 && pendingCount == 0 && logged.isEmpty()) {
            mark();
        }
    }

    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            open = false;
            buckets.values().forEach(IdBucket::close);
            buckets.clear();
            forgetUncommitted();
            if (directory != null) {
                // What comes now may be the end of the files, one by one. After a clean end
                // Streams' own checkpoint says what is there.
                IdMark.delete(directory);
            }
        } finally {
            closing.writeLock().unlock();
        }
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Position getPosition() {
        return Position.emptyPosition();
    }

    /** Those that are still needed; what a kill left of others is removed unseen. */
    private void openBuckets(Path parent) {
        File[] found = parent.toFile().listFiles(File::isDirectory);
        TreeMap<Long, Path> byBegin = new TreeMap<>();
        for (File bucket : found == null ? new File[0] : found) {
            byBegin.put(Long.valueOf(bucket.getName()), bucket.toPath());
        }
        byBegin.forEach(
                (bucketMs, bucket) -> {
                    if (bucketMs < byBegin.lastKey() - widthMs) {
                        IdBucket.remove(bucket);
                    } else {
                        buckets.put(bucketMs, IdBucket.open(bucket));
                    }
                });
    }

    private @Nullable FirstOccurrence findWaiting(IdKey key, long bucketMs) {
        Map<IdKey, FirstOccurrence> ids = pending.get(bucketMs);
        FirstOccurrence waiting = ids == null ? null : ids.get(key);
        List<Logged> all = logged;
        for (int i = 0; waiting == null && i < all.size(); i++) {
            if (all.get(i).bucketMs() == bucketMs) {
                waiting = all.get(i).ids().get(key);
            }
        }
        return waiting;
    }

    private void mark() {
        InternalProcessorContext<?, ?> log = active();
        TopicPartition changelog =
                new TopicPartition(log.changelogFor(name), log.taskId().partition());
        // Everything sent is committed, so the last offset sent is the last one committed.
        Long offset = ((RecordCollector.Supplier) log).recordCollector().offsets().get(changelog);
        if (offset != null) {
            IdMark.write(directory(), offset);
            unmarkedIds = 0;
        }
    }

    private void forgetUncommitted() {
        pending.clear();
        pendingCount = 0;
        logged = List.of();
        unmarkedIds = 0;
    }

    private void restore(Collection<KeyValue<byte[], byte[]>> records) {
        for (KeyValue<byte[], byte[]> record : records) {
            long bucketMs = IdLog.bucketMs(record.key);
            if (buckets.isEmpty() || bucketMs >= buckets.lastKey() - widthMs) {
                bucket(bucketMs).putAll(IdLog.read(record.value));
            }
        }
    }

    private IdBucket bucket(long bucketMs) {
        IdBucket bucket = buckets.get(bucketMs);
        return bucket != null ? bucket : addBucket(bucketMs);
    }

    private IdBucket addBucket(long bucketMs) {
        Path parent = directory();
        closing.writeLock().lock();
        try {
            IdBucket added = IdBucket.open(parent.resolve(Long.toString(bucketMs)));
            buckets.put(bucketMs, added);
            var expired = buckets.headMap(buckets.lastKey() - widthMs);
            expired.values().forEach(IdBucket::drop);
            expired.clear();
            return added;
        } finally {
            closing.writeLock().unlock();
        }
    }

    private Path directory() {
        Path own = directory;
        if (own == null) {
            throw new IllegalStateException("usage ids: used before init");
        }
        return own;
    }

    private InternalProcessorContext<?, ?> active() {
        InternalProcessorContext<?, ?> log = context;
        if (log == null) {
            throw new IllegalStateException("usage ids: written by a task that is not active");
        }
        return log;
    }

    private static void forEachPart(
            List<Map.Entry<IdKey, FirstOccurrence>> ids,
            Consumer<List<Map.Entry<IdKey, FirstOccurrence>>> step) {
        for (int from = 0; from < ids.size(); from += IdLog.IDS_MAX) {
            step.accept(ids.subList(from, Math.min(ids.size(), from + IdLog.IDS_MAX)));
        }
    }

    private long bucketOf(long arrivalMs) {
        return Math.floorDiv(arrivalMs, widthMs) * widthMs;
    }

    private static @Nullable FirstOccurrence findIn(@Nullable IdBucket bucket, byte[] key) {
        byte[] value = bucket == null ? null : bucket.get(key);
        return value == null ? null : FirstOccurrence.read(ByteBuffer.wrap(value));
    }

    private <T extends @Nullable Object> T whileOpen(Supplier<T> read) {
        closing.readLock().lock();
        try {
            if (!open) {
                throw new InvalidStateStoreException("usage ids: closed");
            }
            return read.get();
        } finally {
            closing.readLock().unlock();
        }
    }
}
