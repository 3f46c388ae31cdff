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
 */
final class IdBucket implements AutoCloseable {

    private static final long WRITE_BUFFER_BYTES = 16L << 20;

    private final Path directory;
    private final Options options;
    private final WriteOptions writeOptions;
    private final RocksDB db;

    private IdBucket(Path directory, Options options, RocksDB db) {
        this.directory = directory;
        this.options = options;
        this.db = db;
        writeOptions = new WriteOptions().setDisableWAL(true);
    }

    static IdBucket open(Path directory) {
        Options options = new Options().setCreateIfMissing(true);
        SharedRocksMemory.configureForPointLookups(options);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        try {
            Files.createDirectories(directory);
            return new IdBucket(directory, options, RocksDB.open(options, directory.toString()));
        } catch (IOException e) {
            options.close();
            throw new UncheckedIOException(e);
        } catch (RocksDBException e) {
            options.close();
            throw failed("open", e);
        }
    }

    byte @Nullable [] get(byte[] key) {
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
    }

    void putAll(Map<IdKey, IdEntry> entries) {
        try (WriteBatch batch = new WriteBatch()) {
            for (Map.Entry<IdKey, IdEntry> entry : entries.entrySet()) {
                ByteBuffer value = ByteBuffer.allocate(IdEntry.BYTES);
                entry.getValue().write(value);
                batch.put(entry.getKey().bytes(), value.array());
            }
            db.write(writeOptions, batch);
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    /** The entries whose key begins so, at most that many. */
    List<IdEntry> withPrefix(byte[] prefix, int limit) {
        List<IdEntry> found = new ArrayList<>();
        try (RocksIterator iterator = db.newIterator()) {
            for (iterator.seek(prefix);
                    iterator.isValid()
                            && found.size() < limit
                            && startsWith(iterator.key(), prefix);
                    iterator.next()) {
                found.add(IdEntry.read(ByteBuffer.wrap(iterator.value())));
            }
        }
        return found;
    }

    void flush() {
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

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static ProcessorStateException failed(String what, RocksDBException e) {
        return new ProcessorStateException("usage ids: cannot " + what, e);
    }
}
