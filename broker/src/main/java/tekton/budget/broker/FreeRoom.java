package tekton.budget.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The room on its disk without which no broker starts.
 *
 * <p>After a kill Kafka checks its logs, and writes their indexes anew. If that fails for want of
 * room, Kafka 4.2.2 takes the segment for damaged and cuts it to nothing: {@code
 * LogLoader.recoverLog} catches any {@code IOException} so. A full disk, which itself ends the
 * broker, would then take what was acknowledged; of the controller's log, every topic.
 */
public final class FreeRoom {

    /**
     * Bytes that have to be free. The check writes some 0.5 % of a segment as its indexes: with 64
     * MiB each, 40 MiB for 120 partitions, and small files beside.
     */
    static final long NEEDED = 128L << 20;

    private FreeRoom() {}

    /**
     * Returns if there is enough for a start.
     *
     * @param directory of a broker, or where it will be
     * @throws IOException if there is less, with a sentence for the operator, or if the disk cannot
     *     be asked
     */
    public static void require(Path directory) throws IOException {
        Path known = directory.toAbsolutePath();
        while (!Files.exists(known)) {
            // The root is always there.
            known = Objects.requireNonNull(known.getParent());
        }
        require(directory, Files.getFileStore(known).getUsableSpace());
    }

    static void require(Path directory, long free) throws IOException {
        if (free < NEEDED) {
            throw new IOException(
                    "only %d MiB are free for %s (expected: %d MiB; with less, Kafka could cut what it has there)"
                            .formatted(free >> 20, directory, NEEDED >> 20));
        }
    }
}
