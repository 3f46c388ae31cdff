package tekton.budget.metering.store;

import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.event.Fingerprint;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The ids of one span of arrival time, in a RocksDB of its own: when the span is over the whole
 * directory goes, without a tombstone or a scan. No write-ahead log: the changelog is the book.
 *
 * <p>In front stands an {@link IdFilter}, because nearly every question is about an id that is not
 * there: it was a fifth of a record's cost to let RocksDB say so. A flush keeps both. After a kill
 * the database may have ids that the filter's files lack, and lacks none that they have: those come
 * from the changelog once more. Without files the filter is made anew from the database.
 */
final class IdBucket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IdBucket.class);

    private static final long WRITE_BUFFER_BYTES = 16L << 20;

    /** What says in a batch that a put follows. */
    private static final byte PUT = 1;

    private final Path directory;
    private final Options options;
    private final WriteOptions writeOptions;
    private final RocksDB db;
    private final IdFilter filter;

    private IdBucket(Path directory, Options options, RocksDB db, IdFilter filter) {
        this.directory = directory;
        this.options = options;
        this.db = db;
        this.filter = filter;
        writeOptions = new WriteOptions().setDisableWAL(true);
    }

    static IdBucket open(Path directory) {
        Options options = new Options().setCreateIfMissing(true);
        SharedRocksMemory.configureForPointLookups(options);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        try {
            Files.createDirectories(directory);
            RocksDB db = RocksDB.open(options, directory.toString());
            try {
                return new IdBucket(directory, options, db, filterOf(directory, db));
            } catch (RuntimeException e) {
                // Or nobody could open it again in this process.
                db.close();
                throw e;
            }
        } catch (IOException e) {
            options.close();
            throw new UncheckedIOException(e);
        } catch (RocksDBException e) {
            options.close();
            throw failed("open", e);
        }
    }

    byte @Nullable [] get(byte[] key) {
        if (!filter.mayContain(key)) {
            return null;
        }
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
    }

    void putAll(List<Map.Entry<IdKey, FirstOccurrence>> entries) {
        try (WriteBatch batch = new WriteBatch(batchOf(entries))) {
            db.write(writeOptions, batch);
            entries.forEach(entry -> filter.add(entry.getKey().bytes()));
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    /**
     * A batch as RocksDB itself writes one (write_batch.cc): a sequence number that it fills in,
     * how many puts, little-endian, and each put with the lengths of key and value. One call for
     * all of them; one for each was a sixth of what they cost.
     */
    private static byte[] batchOf(List<Map.Entry<IdKey, FirstOccurrence>> entries) {
        ByteBuffer out =
                ByteBuffer.allocate(
                        Long.BYTES
                                + Integer.BYTES
                                + entries.size()
                                        * (3 + Fingerprint.KEY_BYTES + FirstOccurrence.BYTES));
        out.putLong(0).putInt(Integer.reverseBytes(entries.size()));
        entries.forEach(
                entry -> {
                    out.put(PUT).put((byte) Fingerprint.KEY_BYTES).put(entry.getKey().bytes());
                    out.put((byte) FirstOccurrence.BYTES);
                    entry.getValue().write(out);
                });
        return out.array();
    }

    /** The entries whose key begins so, at most that many. */
    List<FirstOccurrence> withPrefix(byte[] prefix, int limit) {
        List<FirstOccurrence> found = new ArrayList<>();
        try (RocksIterator iterator = db.newIterator()) {
            for (iterator.seek(prefix);
                    iterator.isValid()
                            && found.size() < limit
                            && startsWith(iterator.key(), prefix);
                    iterator.next()) {
                found.add(FirstOccurrence.read(ByteBuffer.wrap(iterator.value())));
            }
        }
        return found;
    }

    /** Makes what was written survive the process; the filter with it. */
    void flush() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait);
            filter.save(directory);
        } catch (RocksDBException e) {
            throw failed("flush", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        db.close();
        writeOptions.close();
        options.close();
    }

    /** Closes it and removes its files. */
    void drop() {
        close();
        remove(directory);
    }

    /** Removes the files of one that is not open. */
    static void remove(Path directory) {
        try {
            Utils.delete(directory.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The filter that a flush kept; one of all that is there if nothing or nothing whole is. */
    private static IdFilter filterOf(Path directory, RocksDB db) {
        try {
            IdFilter kept = IdFilter.load(directory);
            if (!kept.isEmpty()) {
                return kept;
            }
        } catch (IOException damaged) {
            LOG.warn("{}: its filter is damaged and is made anew", directory, damaged);
        }
        IdFilter filter = new IdFilter();
        try (RocksIterator each = db.newIterator()) {
            for (each.seekToFirst(); each.isValid(); each.next()) {
                filter.add(each.key());
            }
        }
        return filter;
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static ProcessorStateException failed(String what, RocksDBException e) {
        return new ProcessorStateException("usage ids: cannot " + what, e);
    }
}
