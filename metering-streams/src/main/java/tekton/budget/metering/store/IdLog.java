package tekton.budget.metering.store;

import tekton.budget.event.Fingerprint;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The changelog of the ids, frozen. Key: the bucket's begin in epoch milliseconds (8 bytes). Value:
 * a format byte (1), then per id its key (20 bytes) and entry (20 bytes). One record holds all new
 * ids of a commit, up to {@link #IDS_MAX}: per id it costs 40 bytes and no record.
 */
final class IdLog {

    /** The most ids in one changelog record: 160 KB, well below a broker's limit. */
    static final int IDS_MAX = 4_000;

    private static final byte FORMAT = 1;
    private static final int ID_BYTES = Fingerprint.KEY_BYTES + FirstOccurrence.BYTES;

    private IdLog() {}

    static byte[] key(long bucketMs) {
        return ByteBuffer.allocate(Long.BYTES).putLong(bucketMs).array();
    }

    static long bucketMs(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static byte[] write(List<Map.Entry<IdKey, FirstOccurrence>> entries) {
        ByteBuffer out = ByteBuffer.allocate(1 + entries.size() * ID_BYTES).put(FORMAT);
        entries.forEach(
                entry -> {
                    out.put(entry.getKey().bytes());
                    entry.getValue().write(out);
                });
        return out.array();
    }

    static List<Map.Entry<IdKey, FirstOccurrence>> read(byte[] value) {
        if (value[0] != FORMAT || (value.length - 1) % ID_BYTES != 0) {
            throw new IllegalStateException(
                    "ids: %d bytes of format %d (expected: format %d)"
                            .formatted(value.length, value[0], FORMAT));
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, value.length - 1);
        List<Map.Entry<IdKey, FirstOccurrence>> entries =
                new ArrayList<>(in.remaining() / ID_BYTES);
        while (in.hasRemaining()) {
            byte[] key = new byte[Fingerprint.KEY_BYTES];
            in.get(key);
            entries.add(Map.entry(new IdKey(key), FirstOccurrence.read(in)));
        }
        return entries;
    }
}
