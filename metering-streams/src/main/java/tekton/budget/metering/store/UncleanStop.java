package tekton.budget.metering.store;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.internals.ProcessorStateManager;
import org.apache.kafka.streams.state.internals.OffsetCheckpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Tidies up after a process that was killed. Under exactly-once Kafka Streams wipes a task whose
 * directory has no checkpoint file, since its stores may hold what was never committed: when it
 * comes upon one, it stops the task, wipes, and starts it again. Here that is done before it looks,
 * and the ids' store, by far the largest, is kept: it holds nothing that is not committed. For such
 * a task a checkpoint is written that says: ids up to their mark, of the other stores nothing.
 *
 * <p>The file is Streams' own ({@link OffsetCheckpoint}, internal, checked against 4.2.2 by a
 * test). A task that has one keeps all; one of a version that had no store of users is told of that
 * store.
 */
public final class UncleanStop {

    private static final Logger LOG = LoggerFactory.getLogger(UncleanStop.class);

    private static final String CHECKPOINT = ".checkpoint";
    private static final String STORES = "rocksdb";

    private UncleanStop() {}

    /**
     * Looks at all tasks of an application; called before Streams is started, by the one process
     * that has the directory. Broken off half-way it can be done again; if it fails, Streams wipes.
     *
     * @param stateDirectory Streams' state directory
     * @param applicationId the application's id
     */
    public static void tidy(Path stateDirectory, String applicationId) {
        Path application = stateDirectory.resolve(applicationId);
        if (!Files.isDirectory(application)) {
            return;
        }
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(application, DamagedState.TASKS)) {
            for (Path task : tasks) {
                if (DamagedState.isMarked(task)) {
                    DamagedState.wipe(task);
                } else if (Files.exists(task.resolve(CHECKPOINT))) {
                    keepMark(task, applicationId);
                } else {
                    tidyTask(task, applicationId);
                }
            }
        } catch (IOException e) {
            LOG.warn("{}: what could be kept will be restored", application, e);
        }
    }

    /**
     * A clean stop takes the mark away and leaves a checkpoint, which Streams removes when it goes
     * on: what that says of the ids is as true as a mark.
     */
    private static void keepMark(Path task, String applicationId) throws IOException {
        Path ids = task.resolve(STORES).resolve(Stores.IDS);
        OffsetCheckpoint checkpoint = new OffsetCheckpoint(task.resolve(CHECKPOINT).toFile());
        Map<TopicPartition, Long> offsets = checkpoint.read();
        Long offset = offsets.get(changelog(applicationId, Stores.IDS, partition(task)));
        if (offset != null && offset >= 0 && Files.isDirectory(ids)) {
            IdMark.write(ids, offset);
        }
        TopicPartition users = changelog(applicationId, Stores.USER_CELLS, partition(task));
        if (offset != null && !offsets.containsKey(users)) {
            // A version that did not count users has left it. Streams would wipe the whole task.
            offsets.put(users, OffsetCheckpoint.OFFSET_UNKNOWN);
            checkpoint.write(offsets);
        }
    }

    private static int partition(Path task) {
        String name = task.getFileName().toString();
        return Integer.parseInt(name.substring(name.indexOf('_') + 1));
    }

    private static void tidyTask(Path task, String applicationId) throws IOException {
        OptionalLong mark = IdMark.read(task.resolve(STORES).resolve(Stores.IDS));
        if (mark.isPresent()) {
            keepIds(task, applicationId, mark.getAsLong());
        } else {
            deleteAllBut("", task);
        }
    }

    private static void keepIds(Path task, String applicationId, long mark) throws IOException {
        deleteAllBut(STORES, task);
        deleteAllBut(Stores.IDS, task.resolve(STORES));
        int partition = partition(task);
        new OffsetCheckpoint(task.resolve(CHECKPOINT).toFile())
                .write(
                        Map.of(
                                changelog(applicationId, Stores.IDS, partition),
                                mark,
                                changelog(applicationId, Stores.CONTEXTS, partition),
                                OffsetCheckpoint.OFFSET_UNKNOWN,
                                changelog(applicationId, Stores.CONTEXT_HOURS, partition),
                                OffsetCheckpoint.OFFSET_UNKNOWN,
                                changelog(applicationId, Stores.USER_CELLS, partition),
                                OffsetCheckpoint.OFFSET_UNKNOWN));
        LOG.info(
                "task {} was not stopped cleanly: its ids are kept up to {}",
                task.getFileName(),
                mark);
    }

    private static TopicPartition changelog(String applicationId, String store, int partition) {
        return new TopicPartition(
                ProcessorStateManager.storeChangelogTopic(applicationId, store, null), partition);
    }

    private static void deleteAllBut(String kept, Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!entry.endsWith(kept)) {
                    Utils.delete(entry.toFile());
                }
            }
        }
    }
}
