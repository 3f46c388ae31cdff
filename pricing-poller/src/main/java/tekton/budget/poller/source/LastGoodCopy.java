package tekton.budget.poller.source;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Properties;

/**
 * The latest copy of a source's list that could be read, on disk, with what a conditional request
 * needs. A copy that is damaged, or of another address, is as good as none; a disk that cannot be
 * written costs the copy and nothing else.
 *
 * <p>Two files, the list first: a stop in between leaves a list that the other file does not
 * describe, and it is not used.
 */
final class LastGoodCopy {

    private static final Logger LOG = LoggerFactory.getLogger(LastGoodCopy.class);

    private final Path list;
    private final Path about;
    private final String location;
    private final int bytesMax;

    /**
     * What is known of a copy.
     *
     * @param bytes the list
     * @param fetchedAt when it came
     * @param etag its entity tag; null when it had none
     * @param lastModified its date as the source wrote it; null when it had none
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Copy(
            byte[] bytes,
            Instant fetchedAt,
            @Nullable String etag,
            @Nullable String lastModified) {}

    /**
     * The copy of a source.
     *
     * @param directory where the files are; made when needed
     * @param bytesMax the most bytes of a list
     */
    LastGoodCopy(Path directory, String source, String location, int bytesMax) {
        list = directory.resolve(source + ".list");
        about = directory.resolve(source + ".about");
        this.location = location;
        this.bytesMax = bytesMax;
    }

    /** The copy; null when there is none that can be used. */
    @Nullable Copy read() {
        try {
            if (!Files.exists(about)
                    || !Files.exists(list)
                    || Files.size(list) > bytesMax
                    || Files.size(about) > 65_536) {
                return null;
            }
            Properties properties = new Properties();
            properties.load(new ByteArrayInputStream(Files.readAllBytes(about)));
            byte[] bytes = Files.readAllBytes(list);
            boolean whole =
                    location.equals(properties.getProperty("location"))
                            && digest(bytes).equals(properties.getProperty("sha256"));
            return whole
                    ? new Copy(
                            bytes,
                            Instant.parse(properties.getProperty("fetched_at", "")),
                            properties.getProperty("etag"),
                            properties.getProperty("last_modified"))
                    : null;
        } catch (IOException | DateTimeException | IllegalArgumentException damaged) {
            LOG.info("{}: not used: {}", about, damaged.toString());
            return null;
        }
    }

    /** Keeps a copy in place of the last one. */
    void write(Copy copy) {
        Properties properties = new Properties();
        properties.setProperty("location", location);
        properties.setProperty("sha256", digest(copy.bytes()));
        properties.setProperty("fetched_at", copy.fetchedAt().toString());
        if (copy.etag() != null) {
            properties.setProperty("etag", copy.etag());
        }
        if (copy.lastModified() != null) {
            properties.setProperty("last_modified", copy.lastModified());
        }
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            properties.store(out, null);
            Files.createDirectories(list.toAbsolutePath().getParent());
            replace(list, copy.bytes());
            replace(about, out.toByteArray());
        } catch (IOException unwritable) {
            LOG.warn("{}: the copy cannot be kept: {}", list, unwritable.toString());
        }
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path made = file.resolveSibling(file.getFileName() + ".new");
        Files.write(made, bytes);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
