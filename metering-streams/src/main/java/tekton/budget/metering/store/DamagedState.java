package tekton.budget.metering.store;

import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * State on disk that cannot be used: torn by a loss of power, or not what was written. Kafka
 * Streams would meet it again with each new thread. It is marked, and wiped before the application
 * starts anew ({@link UncleanStop#tidy}): Kafka holds all that was in it.
 */
public final class DamagedState {

    private static final Logger LOG = LoggerFactory.getLogger(DamagedState.class);

    /** The directories of tasks, as a glob. */
    static final String TASKS = "*_*";

    private static final String MARK = "damaged";

    private DamagedState() {}

    /**
     * Marks the state of every task, if that is at fault: what spoils one file rarely spoils one
     * alone, and each that is met later would be another stop. A disk that is full or may not be
     * written is no damage.
     *
     * @param stateDirectory Streams' state directory
     * @param applicationId the application's id
     * @param fault what ended a stream thread
     * @return whether something is marked, so that the application must start anew
     */
    public static boolean mark(Path stateDirectory, String applicationId, Throwable fault) {
        if (!isDamage(fault)) {
            return false;
        }
        Path application = stateDirectory.resolve(applicationId);
        boolean marked = false;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(application, TASKS)) {
            for (Path task : tasks) {
                Files.write(task.resolve(MARK), new byte[0]);
                marked = true;
            }
            LOG.error("{}: damaged; made anew from Kafka at the next start", application);
        } catch (IOException e) {
            LOG.error("{}: damaged, and cannot be marked", application, e);
        }
        return marked;
    }

    /** Whether a task's state is marked. */
    static boolean isMarked(Path task) {
        return Files.exists(task.resolve(MARK));
    }

    /** All of a task's state, the mark last: broken off half-way it is wiped at the next try. */
    static void wipe(Path task) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(task)) {
            for (Path entry : entries) {
                if (!entry.endsWith(MARK)) {
                    Utils.delete(entry.toFile());
                }
            }
        }
        Files.delete(task.resolve(MARK));
    }

    private static boolean isDamage(Throwable fault) {
        boolean ofState = false;
        for (Throwable at = fault; at != null; at = at.getCause()) {
            ofState |= at instanceof ProcessorStateException;
            String why = String.valueOf(at.getMessage());
            if (why.contains("No space left on device")
                    || why.contains("Read-only file system")
                    || (at instanceof RocksDBException rocks && isFull(rocks.getStatus()))) {
                return false;
            }
        }
        return ofState;
    }

    private static boolean isFull(@Nullable Status status) {
        return status != null && status.getSubCode() == Status.SubCode.NoSpace;
    }
}
