package tekton.budget.metering.usage;

import java.nio.ByteBuffer;

/**
 * What is remembered of a counted record: where it stands and what it said. 20 bytes, frozen:
 * partition (4), offset (8), fingerprint (8), big-endian.
 *
 * @param partition its partition of the usage topic
 * @param offset its offset there
 * @param fingerprint its fingerprint
 */
public record FirstOccurrence(int partition, long offset, long fingerprint) {

    /** The length of its bytes. */
    public static final int BYTES = Integer.BYTES + 2 * Long.BYTES;

    /** Puts its bytes. */
    public void write(ByteBuffer out) {
        out.putInt(partition).putLong(offset).putLong(fingerprint);
    }

    /** Takes its bytes. */
    public static FirstOccurrence read(ByteBuffer in) {
        return new FirstOccurrence(in.getInt(), in.getLong(), in.getLong());
    }
}
