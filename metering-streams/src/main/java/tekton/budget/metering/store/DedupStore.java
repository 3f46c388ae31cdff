package tekton.budget.metering.store;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Remembers which record ids have been counted, for at least the window W after their arrival.
 *
 * <p><b>Why not a window store.</b> It would write one changelog record and one RocksDB put per id.
 * Here the new ids of a commit interval wait in a map, and at the commit they become one RocksDB
 * batch and one packed changelog record (see {@link IdLog}). Restoring after a crash, when Streams
 * wipes the task's directory, reads those packed records.
 *
 * <p><b>Buckets.</b> Arrival time is cut into spans of W. An id is looked up in the current span
 * and the one before it, so it is remembered for W at least and 2 W at most; older spans are
 * dropped whole. Arrival must not run backwards; the caller sees to that.
 *
 * <p><b>Threads.</b> Written by the task's stream thread alone. {@link #find(IdKey)} of other
 * threads sees what the last commit wrote; the lock keeps them off a database that is being closed.
 */
public final class DedupStore implements StateStore, IdIndex {

    private final String name;
    private final long widthMs;
    private final ReadWriteLock closing = new ReentrantReadWriteLock();
    private final TreeMap<Long, IdBucket> buckets = new TreeMap<>();
    private final Map<IdKey, FirstOccurrence> pending = new HashMap<>();
    private long pendingBucketMs = Long.MIN_VALUE;
    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable Path directory;
    private volatile boolean open;

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
        pending.clear();
        pendingBucketMs = Long.MIN_VALUE;
        closing.writeLock().lock();
        try {
            File[] found = directory.toFile().listFiles(File::isDirectory);
            for (File bucket : found == null ? new File[0] : found) {
                buckets.put(Long.valueOf(bucket.getName()), IdBucket.open(bucket.toPath()));
            }
            open = true;
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
        if (bucketMs != pendingBucketMs && !pending.isEmpty()) {
            // What waits is remembered for as long as what is written, and no longer.
            writePending();
        }
        FirstOccurrence waiting = pending.get(key);
        if (waiting != null) {
            return waiting;
        }
        FirstOccurrence current = findIn(buckets.get(bucketMs), key.bytes());
        return current != null ? current : findIn(buckets.get(bucketMs - widthMs), key.bytes());
    }

    /** Remembers an id that {@link #find(IdKey, long)} did not know. */
    public void remember(IdKey key, FirstOccurrence entry, long arrivalMs) {
        long bucketMs = bucketOf(arrivalMs);
        if (bucketMs != pendingBucketMs) {
            writePending();
            pendingBucketMs = bucketMs;
        }
        pending.put(key, entry);
    }

    /** How many ids wait for the next commit. */
    public int pendingIds() {
        return pending.size();
    }

    /** Writes what waits to the database and to the changelog: part of every commit. */
    public void writePending() {
        // In their order: where one id belongs in the database's memory, the next is near.
        List<Map.Entry<IdKey, FirstOccurrence>> sorted = new ArrayList<>(pending.entrySet());
        sorted.sort(Map.Entry.comparingByKey());
        Map<IdKey, FirstOccurrence> part =
                LinkedHashMap.newLinkedHashMap(Math.min(pending.size(), IdLog.IDS_MAX));
        for (Map.Entry<IdKey, FirstOccurrence> entry : sorted) {
            part.put(entry.getKey(), entry.getValue());
            if (part.size() == IdLog.IDS_MAX) {
                write(part);
                part.clear();
            }
        }
        if (!part.isEmpty()) {
            write(part);
        }
        pending.clear();
    }

    @Override
    public @Nullable FirstOccurrence find(IdKey key) {
        return whileOpen(
                () -> {
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
                    List<FirstOccurrence> found = new ArrayList<>();
                    for (IdBucket bucket : buckets.descendingMap().values()) {
                        found.addAll(bucket.withPrefix(recordIdHash, limit - found.size()));
                    }
                    return found;
                });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void flush() {
        buckets.values().forEach(IdBucket::flush);
    }

    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            open = false;
            buckets.values().forEach(IdBucket::close);
            buckets.clear();
            pending.clear();
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

    private void write(Map<IdKey, FirstOccurrence> entries) {
        InternalProcessorContext<?, ?> log = context;
        if (log == null) {
            throw new IllegalStateException("usage ids: written by a task that is not active");
        }
        bucket(pendingBucketMs).putAll(entries);
        log.logChange(
                name,
                Bytes.wrap(IdLog.key(pendingBucketMs)),
                IdLog.write(entries),
                log.currentSystemTimeMs(),
                Position.emptyPosition());
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
        Path parent = directory;
        if (parent == null) {
            throw new IllegalStateException("usage ids: used before init");
        }
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
