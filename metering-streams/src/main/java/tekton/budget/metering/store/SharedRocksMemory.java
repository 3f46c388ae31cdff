package tekton.budget.metering.store;

import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

import java.util.Map;

/**
 * One block cache and one write-buffer budget for every RocksDB of the process, so that memory does
 * not grow with the number of partitions.
 *
 * <p>Write buffers are charged to the cache: together they stay near {@link #CACHE_BYTES}. Filters
 * and indexes live in the cache too. {@code optimizeFiltersForHits} is off, because Streams turns
 * it on and a deduplication mostly asks for what is not there.
 */
public final class SharedRocksMemory implements RocksDBConfigSetter {

    static final long CACHE_BYTES = 256L << 20;
    static final long WRITE_BUFFER_BYTES = 128L << 20;

    private static final Shared SHARED = new Shared();

    /** Native objects of the whole process; never closed, because stores come and go. */
    private static final class Shared {
        final Cache cache;
        final WriteBufferManager writeBuffers;
        final BloomFilter filter;

        Shared() {
            RocksDB.loadLibrary();
            cache = new LRUCache(CACHE_BYTES);
            writeBuffers = new WriteBufferManager(WRITE_BUFFER_BYTES, cache);
            filter = new BloomFilter(10);
        }
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        // Streams reads metrics from the table configuration that it made: that one is changed.
        configure(options, (BlockBasedTableConfig) options.tableFormatConfig());
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);
    }

    @Override
    public void close(String storeName, Options options) {
        // What setConfig hands out is shared by all stores and stays.
    }

    /**
     * For a database that is mostly asked for keys it does not have, by one writer: a filter over
     * the memtable too, and the tables' filters (10 bits a key) held outside the cache, where
     * asking one costs neither a lock nor a look-up.
     */
    static void configureForPointLookups(Options options) {
        options.setTableFormatConfig(
                        new BlockBasedTableConfig()
                                .setBlockCache(SHARED.cache)
                                .setFilterPolicy(SHARED.filter)
                                .setCacheIndexAndFilterBlocks(false)
                                .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash))
                .setWriteBufferManager(SHARED.writeBuffers)
                .setOptimizeFiltersForHits(false)
                .setMemtablePrefixBloomSizeRatio(0.1)
                .setMemtableWholeKeyFiltering(true)
                .setAllowConcurrentMemtableWrite(false)
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setCompressionType(CompressionType.NO_COMPRESSION);
    }

    private static void configure(Options options, BlockBasedTableConfig table) {
        table.setBlockCache(SHARED.cache)
                .setFilterPolicy(SHARED.filter)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        options.setTableFormatConfig(table)
                .setWriteBufferManager(SHARED.writeBuffers)
                .setOptimizeFiltersForHits(false);
    }
}
