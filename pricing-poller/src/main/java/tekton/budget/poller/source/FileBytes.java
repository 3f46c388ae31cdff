package tekton.budget.poller.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The bytes of a price list, within the bound that all price lists have. */
final class FileBytes {

    /** The most bytes of a price list: twenty times LiteLLM's. */
    static final int MAX = 32 * 1024 * 1024;

    private FileBytes() {}

    /**
     * The file, expanded if it is compressed.
     *
     * @throws IOException if it cannot be read or is too long; the message is one line
     */
    static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX + 1);
            if (bytes.length > MAX) {
                throw new IOException(
                        "more than %d bytes (expected: at most that many)".formatted(MAX));
            }
            return expanded(bytes);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("may not be read", e);
        }
    }

    /**
     * The bytes, expanded if they are compressed, which their beginning tells. A few kilobytes can
     * stand for gigabytes: no more than {@link #MAX} are taken.
     *
     * @throws IOException if they are more, or damaged
     */
    static byte[] expanded(byte[] bytes) throws IOException {
        boolean compressed =
                bytes.length >= 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
        if (!compressed) {
            return bytes;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] expanded = in.readNBytes(MAX + 1);
            if (expanded.length > MAX) {
                throw new IOException(
                        "more than %d bytes when expanded (expected: at most that many)"
                                .formatted(MAX));
            }
            return expanded;
        }
    }
}
