package tekton.budget.kafka.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 over records in their order, the same of what was read from Kafka, of a file, and of
 * what was read back after a restore. Of one thread.
 */
final class ContentDigest {

    private final MessageDigest digest = sha256();
    private final boolean withOffsets;
    private long records;
    private long bytes;

    /**
     * One of nothing yet.
     *
     * @param withOffsets whether the records' offsets are part of it
     */
    ContentDigest(boolean withOffsets) {
        this.withOffsets = withOffsets;
    }

    /** Adds the bytes of a record, a part of {@code block}. */
    void add(byte[] block, int from, int length) {
        int left = withOffsets ? 0 : SavedRecord.OFFSET_BYTES;
        digest.update(block, from + left, length - left);
        records++;
        bytes += length;
    }

    long records() {
        return records;
    }

    /** The records' bytes, uncompressed. */
    long bytes() {
        return bytes;
    }

    /** In hexadecimal; called once, at the end. */
    String end() {
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
