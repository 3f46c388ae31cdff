package tekton.budget.kafka.backup;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import org.jspecify.annotations.Nullable;

import tekton.budget.kafka.backup.Manifest.SavedPartition;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a file of records, block by block, and looks at everything that can be wrong with it: that
 * it is whole, unchanged, in order, and what the manifest says. Holds one block. Of one thread.
 */
final class RecordFileReader implements AutoCloseable {

    /** The largest record that Kafka's brokers take is far smaller; a length beyond is rubbish. */
    private static final int CONTENT_MAX = 128 << 20;

    private final Path file;
    private final SavedPartition expected;
    private final MessageDigest fileDigest = ContentDigest.sha256();
    private final ContentDigest content;
    private final InputStream in;
    private long place;
    private long next;

    /**
     * Records that follow one another.
     *
     * @param next the offset of what follows the last one; more than one behind it where there is a
     *     gap
     */
    record Block(List<SavedRecord> records, long next) {}

    /** Opens it; {@code expected} is what the manifest says of it. */
    RecordFileReader(Path file, SavedPartition expected, boolean keepsOffsets)
            throws IOException, BackupException {
        this.file = file;
        this.expected = expected;
        this.next = expected.begin();
        content = new ContentDigest(keepsOffsets);
        in =
                new DigestInputStream(
                        new BufferedInputStream(Files.newInputStream(file), 1 << 16), fileDigest);
        try {
            if (!Arrays.equals(
                    in.readNBytes(RecordFileWriter.BEGIN.length), RecordFileWriter.BEGIN)) {
                throw wrong("does not begin as a file of a backup does");
            }
            place = RecordFileWriter.BEGIN.length;
        } catch (IOException | BackupException unusable) {
            in.close();
            throw unusable;
        }
    }

    /**
     * The next block, or null after the last, once everything was as the manifest says.
     *
     * @throws BackupException if anything is wrong, naming the file and the byte
     */
    @Nullable Block read() throws IOException, BackupException {
        byte[] headerBytes = in.readNBytes(RecordFileWriter.HEADER_BYTES);
        if (headerBytes.length == 0) {
            requireWhole();
            return null;
        }
        if (headerBytes.length < RecordFileWriter.HEADER_BYTES) {
            throw wrong("ends within a block: it was cut");
        }
        ByteBuffer header = ByteBuffer.wrap(headerBytes);
        int contentLength = header.getInt();
        int length = header.getInt();
        int count = header.getInt();
        long following = header.getLong();
        int checksum = header.getInt();
        if (contentLength < 1
                || contentLength > CONTENT_MAX
                || length < 1
                || length > Zstd.compressBound(contentLength)) {
            throw wrong("holds an impossible length");
        }
        byte[] compressed = in.readNBytes(length);
        if (compressed.length < length) {
            throw wrong("ends within a block: it was cut");
        }
        if (RecordFileWriter.checksum(header, compressed) != checksum) {
            throw wrong("has changed: a block's checksum differs");
        }
        byte[] bytes;
        try {
            bytes = Zstd.decompress(compressed, contentLength);
        } catch (ZstdException notCompressed) {
            throw wrong("holds a block that cannot be unpacked");
        }
        Block block = new Block(records(bytes, count), following);
        if (following < next) {
            throw wrong("holds records that are not in order");
        }
        next = following;
        place += RecordFileWriter.HEADER_BYTES + length;
        return block;
    }

    private List<SavedRecord> records(byte[] bytes, int count) throws BackupException {
        List<SavedRecord> records = new ArrayList<>();
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            while (left.hasRemaining()) {
                int from = left.position();
                SavedRecord record = SavedRecord.read(left);
                if (record.offset() < next) {
                    throw wrong("holds records that are not in order");
                }
                next = record.offset() + 1;
                content.add(bytes, from, left.position() - from);
                records.add(record);
            }
        } catch (BufferUnderflowException cut) {
            throw wrong("holds a record that is not whole");
        }
        if (records.size() != count) {
            throw wrong(
                    "has %d records in a block (expected: %d)".formatted(records.size(), count));
        }
        return records;
    }

    private void requireWhole() throws BackupException {
        if (content.records() != expected.records() || next != expected.end()) {
            throw wrong(
                    "has %d records up to %d (expected: %d up to %d)"
                            .formatted(
                                    content.records(), next, expected.records(), expected.end()));
        }
        if (!HexFormat.of().formatHex(fileDigest.digest()).equals(expected.fileSha256())
                || !content.end().equals(expected.contentSha256())) {
            throw wrong("has changed: its SHA-256 differs");
        }
    }

    private BackupException wrong(String what) {
        return new BackupException("%s %s (at byte %d)".formatted(file, what, place));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
