package tekton.budget.kafka.backup;

import com.github.luben.zstd.Zstd;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import tekton.budget.kafka.backup.Manifest.SavedPartition;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Writes the records of a partition into a file: its form's name, then compressed blocks, each with
 * its lengths, the number of its records, the offset that follows it, and a checksum. A new file,
 * readable by its owner only: channels have secrets. Of one thread.
 */
final class RecordFileWriter implements AutoCloseable {

    /** How a file begins. */
    static final byte[] BEGIN = "BUDGETR1".getBytes(StandardCharsets.US_ASCII);

    /** Content, compressed and record count as ints, the next offset, the checksum. */
    static final int HEADER_BYTES = 3 * Integer.BYTES + Long.BYTES + Integer.BYTES;

    /** A block is written as soon as it has this much. */
    static final int BLOCK_BYTES = 1 << 20;

    private static final int LEVEL = 3;

    private final FileChannel channel;
    private final MessageDigest fileDigest = ContentDigest.sha256();
    private final ContentDigest content;
    private final ByteArrayOutputStream block = new ByteArrayOutputStream(BLOCK_BYTES * 2);
    private int inBlock;

    /**
     * Makes the file.
     *
     * @param keepsOffsets whether offsets are part of the content's digest
     * @throws IOException if it is there already, or cannot be made
     */
    RecordFileWriter(Path file, boolean keepsOffsets) throws IOException {
        content = new ContentDigest(keepsOffsets);
        channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ownerOnly(file));
        write(ByteBuffer.wrap(BEGIN));
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Adds a record; offsets ascend. */
    void append(ConsumerRecord<byte[], byte[]> record) throws IOException {
        if (block.size() >= BLOCK_BYTES) {
            flush(record.offset());
        }
        byte[] bytes = SavedRecord.bytes(record);
        content.add(bytes, 0, bytes.length);
        block.writeBytes(bytes);
        inBlock++;
    }

    /**
     * Writes the rest to the disk itself. A file without records is for nothing.
     *
     * @param begin the partition's first offset
     * @param end the offset after its last
     */
    SavedPartition finish(int partition, long begin, long end) throws IOException {
        flush(end);
        channel.force(true);
        return new SavedPartition(
                partition,
                begin,
                end,
                content.records(),
                content.bytes(),
                content.end(),
                content.records() == 0 ? null : HexFormat.of().formatHex(fileDigest.digest()));
    }

    private void flush(long nextOffset) throws IOException {
        if (inBlock == 0) {
            return;
        }
        byte[] compressed = Zstd.compress(block.toByteArray(), LEVEL);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(block.size())
                .putInt(compressed.length)
                .putInt(inBlock)
                .putLong(nextOffset)
                .putInt(checksum(header, compressed))
                .flip();
        write(header);
        write(ByteBuffer.wrap(compressed));
        block.reset();
        inBlock = 0;
    }

    /** Over the header before the checksum, and the compressed bytes. */
    static int checksum(ByteBuffer header, byte[] compressed) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, HEADER_BYTES - Integer.BYTES));
        crc.update(compressed);
        return (int) crc.getValue();
    }

    private void write(ByteBuffer bytes) throws IOException {
        fileDigest.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
