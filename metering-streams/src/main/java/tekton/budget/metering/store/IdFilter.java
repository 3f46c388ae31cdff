package tekton.budget.metering.store;

import tekton.budget.event.Fingerprint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Says for nearly every new id, without asking RocksDB, that it has not been seen. Never says so of
 * one that was added.
 *
 * <p>A blocked Bloom filter (Putze, Sanders, Singler: "Cache-, Hash- and Space-Efficient Bloom
 * Filters", 2007): an id sets eight bits in one block of 512, one cache line, so a question costs
 * one memory access per part. Parts of {@link #PART_IDS} ids each, 12 bits an id: 1.5 MiB a part,
 * about one false alarm in a hundred. The ids are hashes already, so their own bits choose block
 * and bits.
 *
 * <p>Grows to {@link #PARTS_MAX} parts; past that it answers "perhaps" to everything, which costs
 * time and is never wrong. One writer. Other threads may ask, and may miss what is being added.
 */
final class IdFilter {

    /** Ids in one part. */
    static final int PART_IDS = 1 << 20;

    /** 24 MiB per bucket and partition at most. */
    static final int PARTS_MAX = 16;

    private static final int BLOCK_LONGS = 8;
    private static final int BLOCKS = PART_IDS * 12 / 512;
    private static final int BITS_SET = 8;
    private static final int PART_BYTES = Integer.BYTES + BLOCKS * BLOCK_LONGS * Long.BYTES;

    /** Replaced, never changed in its length: look-ups of single records walk it meanwhile. */
    private volatile long[][] parts = {};

    private int idsInLast = PART_IDS;
    private boolean overflown;

    /** Full parts that stand in their files. */
    private int savedParts;

    /** As many ids of the last part stand in its file. */
    private int idsSavedInLast;

    /** Adds an id. */
    void add(byte[] key) {
        if (idsInLast == PART_IDS) {
            if (parts.length == PARTS_MAX) {
                overflown = true;
                return;
            }
            addPart(new long[BLOCKS * BLOCK_LONGS]);
            idsInLast = 0;
        }
        long[] part = parts[parts.length - 1];
        int block = block(key);
        long choice = bits(key);
        for (int i = 0; i < BITS_SET; i++) {
            part[block + word(choice, i)] |= bit(choice, i);
        }
        idsInLast++;
    }

    /** Whether no id was added. */
    boolean isEmpty() {
        return parts.length == 0;
    }

    /** False only if the id has never been added. */
    boolean mayContain(byte[] key) {
        if (overflown) {
            return true;
        }
        int block = block(key);
        long choice = bits(key);
        for (long[] part : parts) {
            if (allSet(part, block, choice)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes to a directory what has changed since the last time, a file per part. A half-written
     * file is never seen, and one of later holds all that is in one of earlier.
     *
     * @param directory the same one every time
     */
    void save(Path directory) throws IOException {
        int last = parts.length - 1;
        for (int part = savedParts; part < last; part++) {
            savePart(directory, part, PART_IDS);
            savedParts = part + 1;
            idsSavedInLast = 0;
        }
        if (last >= savedParts && idsInLast != idsSavedInLast) {
            savePart(directory, last, idsInLast);
        }
        idsSavedInLast = idsInLast;
    }

    /**
     * Reads what {@link #save} wrote; an empty one where nothing is.
     *
     * @throws IOException also when a file is damaged
     */
    static IdFilter load(Path directory) throws IOException {
        IdFilter filter = new IdFilter();
        for (int part = 0; part < PARTS_MAX; part++) {
            Path file = file(directory, part);
            if (!Files.exists(file)) {
                break;
            }
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
            if (in.remaining() != PART_BYTES) {
                throw new IOException(
                        "%s: %d bytes (expected: %d)".formatted(file, in.remaining(), PART_BYTES));
            }
            filter.savedParts = part;
            filter.idsInLast = in.getInt();
            filter.idsSavedInLast = filter.idsInLast;
            long[] words = new long[BLOCKS * BLOCK_LONGS];
            in.asLongBuffer().get(words);
            filter.addPart(words);
        }
        // Whether more were added than there is room for stands nowhere; "perhaps" is never wrong.
        filter.overflown = filter.parts.length == PARTS_MAX && filter.idsInLast == PART_IDS;
        return filter;
    }

    private void savePart(Path directory, int part, int ids) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(PART_BYTES).putInt(ids);
        out.asLongBuffer().put(parts[part]);
        DurableFile.write(file(directory, part), out.rewind());
    }

    private static Path file(Path directory, int part) {
        return directory.resolve("budget-id-filter-" + part);
    }

    private void addPart(long[] part) {
        long[][] more = Arrays.copyOf(parts, parts.length + 1);
        more[parts.length] = part;
        parts = more;
    }

    private static boolean allSet(long[] part, int block, long choice) {
        for (int i = 0; i < BITS_SET; i++) {
            if ((part[block + word(choice, i)] & bit(choice, i)) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Which of a block's words; one word per bit set, so that the bits spread. */
    private static int word(long choice, int i) {
        return ((choice >>> (48 + i)) & 1) == 0 ? i : (i + 3) % BLOCK_LONGS;
    }

    private static long bit(long choice, int i) {
        return 1L << ((choice >>> (6 * i)) & 63);
    }

    /** From the record id's hash and the context's, so that equal record ids spread too. */
    private static int block(byte[] key) {
        int hash = intAt(key, 0) ^ intAt(key, Fingerprint.RECORD_ID_BYTES);
        return (int) (((hash & 0xFFFF_FFFFL) * BLOCKS) >>> 32) * BLOCK_LONGS;
    }

    private static long bits(byte[] key) {
        long record = ((intAt(key, 4) & 0xFFFF_FFFFL) << 32) | (intAt(key, 8) & 0xFFFF_FFFFL);
        return record ^ (long) intAt(key, Fingerprint.RECORD_ID_BYTES + 4) * 0x9E3779B97F4A7C15L;
    }

    private static int intAt(byte[] key, int at) {
        return (key[at] << 24)
                | ((key[at + 1] & 0xFF) << 16)
                | ((key[at + 2] & 0xFF) << 8)
                | (key[at + 3] & 0xFF);
    }
}
