package tekton.budget.metering.query.remote;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.TotalsShard.RowCount;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.BiConsumer;

/**
 * Many rows in one body: each a key and a value with their lengths, four bytes each; behind the
 * last one -1, how many there were, and the copy's lag or -1. A body that ends without that has
 * been broken off.
 */
final class RowFrames {

    private static final int END = -1;
    private static final long NO_LAG = -1;

    /** Longer than any row of ours. */
    private static final int LENGTH_MAX = 1 << 20;

    private RowFrames() {}

    static void write(DataOutputStream out, Bytes key, byte[] value) throws IOException {
        out.writeInt(key.get().length);
        out.write(key.get());
        out.writeInt(value.length);
        out.write(value);
    }

    static void end(DataOutputStream out, long rows, @Nullable Long lag) throws IOException {
        out.writeInt(END);
        out.writeLong(rows);
        out.writeLong(lag == null ? NO_LAG : lag);
    }

    /**
     * Shows the rows of a whole body.
     *
     * @throws IOException if the body is broken off
     */
    static Answer<RowCount> read(DataInputStream in, BiConsumer<Bytes, byte[]> visitor)
            throws IOException {
        long rows = 0;
        for (int length = in.readInt(); length != END; length = in.readInt()) {
            byte[] key = bytes(in, length);
            visitor.accept(Bytes.wrap(key), bytes(in, in.readInt()));
            rows++;
        }
        long sent = in.readLong();
        if (sent != rows) {
            throw new IOException("%d rows (expected: %d)".formatted(rows, sent));
        }
        long lag = in.readLong();
        RowCount count = new RowCount(rows);
        return lag == NO_LAG ? new Answer.Found<>(count) : new Answer.Stale<>(count, lag);
    }

    private static byte[] bytes(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > LENGTH_MAX) {
            throw new IOException(
                    "row of %d bytes (expected: 0 to %d)".formatted(length, LENGTH_MAX));
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("row broken off");
        }
        return bytes;
    }
}
