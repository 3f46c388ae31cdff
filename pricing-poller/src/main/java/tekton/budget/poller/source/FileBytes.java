package tekton.budget.poller.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A price list in a file, within the bound that all price lists have. */
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
            return Gunzip.ifCompressed(bytes, MAX);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("may not be read", e);
        }
    }
}
