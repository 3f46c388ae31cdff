package tekton.budget.topic;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where in the usage topic a record stands. A misrouted record carries it in one header, {@value
 * #HEADER}: partition (4 bytes), offset (8) and append time in epoch milliseconds (8), big-endian.
 *
 * @param partition the partition
 * @param offset the offset
 * @param appendTimeMs when the broker appended it
 */
public record Origin(int partition, long offset, long appendTimeMs) {

    /** The header's name. */
    public static final String HEADER = "budget.origin";

    private static final int BYTES = Integer.BYTES + 2 * Long.BYTES;

    /** The origin as headers. */
    public Headers toHeaders() {
        byte[] value =
                ByteBuffer.allocate(BYTES)
                        .putInt(partition)
                        .putLong(offset)
                        .putLong(appendTimeMs)
                        .array();
        return new RecordHeaders().add(HEADER, value);
    }

    /** The origin that the headers name, or empty when they name none. */
    public static Optional<Origin> of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null || header.value().length != BYTES) {
            return Optional.empty();
        }
        ByteBuffer value = ByteBuffer.wrap(header.value());
        return Optional.of(new Origin(value.getInt(), value.getLong(), value.getLong()));
    }
}
