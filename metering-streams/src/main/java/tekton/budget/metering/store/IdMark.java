package tekton.budget.metering.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A file beside the ids' buckets: up to this offset of the changelog, itself included, no id is
 * missing on disk. It may be old, for ids only come in; it is never ahead.
 */
final class IdMark {

    private static final Logger LOG = LoggerFactory.getLogger(IdMark.class);
    private static final String FILE = "budget-id-mark";

    private IdMark() {}

    /** Writes it; what it speaks of is on disk already. */
    static void write(Path directory, long offset) {
        byte[] text = Long.toString(offset).getBytes(StandardCharsets.US_ASCII);
        try {
            DurableFile.write(directory.resolve(FILE), ByteBuffer.wrap(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes it back: from here on files may go. */
    static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The offset; nothing where no mark is, or one that cannot be read. */
    static OptionalLong read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        try {
            return OptionalLong.of(Long.parseUnsignedLong(text));
        } catch (NumberFormatException damaged) {
            LOG.warn("{}: not used", file, damaged);
            return OptionalLong.empty();
        }
    }
}
