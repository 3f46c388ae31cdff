package tekton.budget.kafka.backup;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A record as it stands in a file: offset, timestamp, key, value, headers, each length before its
 * bytes, -1 for none. The form is frozen by the number in the file's beginning.
 */
final class SavedRecord {

    /** Where the bytes begin that do not say the offset. */
    static final int OFFSET_BYTES = Long.BYTES;

    private static final int NONE = -1;

    private final long offset;
    private final long timestamp;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final Headers headers;

    private SavedRecord(
            long offset,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers) {
        this.offset = offset;
        this.timestamp = timestamp;
        this.key = key;
        this.value = value;
        this.headers = headers;
    }

    long offset() {
        return offset;
    }

    long timestamp() {
        return timestamp;
    }

    /** For that partition, with the timestamp that it had. */
    ProducerRecord<byte[], byte[]> toPartition(TopicPartition partition) {
        return new ProducerRecord<>(
                partition.topic(), partition.partition(), timestamp, key, value, headers);
    }

    /** Its bytes. */
    static byte[] bytes(ConsumerRecord<byte[], byte[]> record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeLong(record.offset());
            out.writeLong(record.timestamp());
            write(out, record.key());
            write(out, record.value());
            Header[] headers = record.headers().toArray();
            out.writeInt(headers.length);
            for (Header header : headers) {
                write(out, header.key().getBytes(StandardCharsets.UTF_8));
                write(out, header.value());
            }
        } catch (IOException neverInMemory) {
            throw new IllegalStateException(neverInMemory);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            out.writeInt(NONE);
        } else {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    /**
     * The next record of a block.
     *
     * @throws BufferUnderflowException if the bytes end before it does, or hold an impossible
     *     length
     */
    static SavedRecord read(ByteBuffer in) {
        long offset = in.getLong();
        long timestamp = in.getLong();
        byte[] key = readBytes(in);
        byte[] value = readBytes(in);
        int count = in.getInt();
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < count; i++) {
            byte[] name = readBytes(in);
            if (name == null) {
                throw new BufferUnderflowException();
            }
            headers.add(new String(name, StandardCharsets.UTF_8), readBytes(in));
        }
        return new SavedRecord(offset, timestamp, key, value, headers);
    }

    private static byte @Nullable [] readBytes(ByteBuffer in) {
        int length = in.getInt();
        if (length == NONE) {
            return null;
        }
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
