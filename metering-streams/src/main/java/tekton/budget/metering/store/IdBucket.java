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
 * there: it was a fifth of a record's cost to let RocksDB say so. A clean close keeps the filter in
 * a file; without one, a bucket that has ids is asked in full.
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

    /** Null when ids were written that no filter knows. */
    private final @Nullable IdFilter filter;

    private IdBucket(Path directory, Options options, RocksDB db, @Nullable IdFilter filter) {
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
            } catch (IOException e) {
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
        if (filter != null && !filter.mayContain(key)) {
            return null;
        }
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
    }

    void putAll(Map<IdKey, FirstOccurrence> entries) {
        try (WriteBatch batch = new WriteBatch(batchOf(entries))) {
            db.write(writeOptions, batch);
            if (filter != null) {
                entries.keySet().forEach(key -> filter.add(key.bytes()));
            }
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    /**
     * A batch as RocksDB itself writes one (write_batch.cc): a sequence number that it fills in,
     * how many puts, little-endian, and each put with the lengths of key and value. One call for
     * all of them; one for each was a sixth of what they cost.
     */
    private static byte[] batchOf(Map<IdKey, FirstOccurrence> entries) {
        ByteBuffer out =
                ByteBuffer.allocate(
                        Long.BYTES
                                + Integer.BYTES
                                + entries.size()
                                        * (3 + Fingerprint.KEY_BYTES + FirstOccurrence.BYTES));
        out.putLong(0).putInt(Integer.reverseBytes(entries.size()));
        entries.forEach(
                (key, entry) -> {
                    out.put(PUT).put((byte) Fingerprint.KEY_BYTES).put(key.bytes());
                    out.put((byte) FirstOccurrence.BYTES);
                    entry.write(out);
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
        if (filter != null) {
            try {
                filter.save(filterFile(directory));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait);
        } catch (RocksDBException e) {
            throw failed("flush", e);
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
        try {
            Utils.delete(directory.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The filter that a clean close kept, or an empty one for an empty bucket. The file goes at
     * once: from here on it is behind the database. A damaged one is as good as none.
     */
    private static @Nullable IdFilter filterOf(Path directory, RocksDB db) throws IOException {
        Path file = filterFile(directory);
        if (Files.exists(file)) {
            try {
                return IdFilter.load(file);
            } catch (IOException damaged) {
                LOG.warn("{}: not used, ids are asked for in full", file, damaged);
            } finally {
                Files.delete(file);
            }
        }
        try (RocksIterator any = db.newIterator()) {
            any.seekToFirst();
            return any.isValid() ? null : new IdFilter();
        }
    }

    private static Path filterFile(Path directory) {
        return directory.resolve("budget-id-filter");
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static ProcessorStateException failed(String what, RocksDBException e) {
        return new ProcessorStateException("usage ids: cannot " + what, e);
    }
}
