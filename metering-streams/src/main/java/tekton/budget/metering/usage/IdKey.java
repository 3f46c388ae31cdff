package tekton.budget.metering.usage;

import tekton.budget.event.Fingerprint;

import java.util.Arrays;

/**
 * The key of a record id within a context, {@link Fingerprint#KEY_BYTES} bytes of SHA-256, as a key
 * of hash maps.
 */
@SuppressWarnings("ArrayRecordComponent") // equality is overridden; the array is never changed
public record IdKey(byte[] bytes) implements Comparable<IdKey> {

    @Override
    public boolean equals(Object other) {
        return other instanceof IdKey(byte[] theirs) && Arrays.equals(bytes, theirs);
    }

    /** In the order of the bytes as unsigned numbers, which is a store's. */
    @Override
    public int compareTo(IdKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** Whether its bytes begin with these. */
    public boolean startsWith(byte[] prefix) {
        return bytes.length >= prefix.length
                && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Four bytes of each hash: they are random already. */
    @Override
    public int hashCode() {
        return intAt(0) ^ intAt(Fingerprint.RECORD_ID_BYTES);
    }

    private int intAt(int at) {
        return (bytes[at] << 24)
                | ((bytes[at + 1] & 0xFF) << 16)
                | ((bytes[at + 2] & 0xFF) << 8)
                | (bytes[at + 3] & 0xFF);
    }
}
