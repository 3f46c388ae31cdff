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
 * Has the ids survive an unclean stop. Under exactly-once Kafka Streams wipes a task whose
 * directory has no checkpoint file, since its stores may hold what was never committed. The ids'
 * store holds none such, and is by far the largest. So before Streams looks, the other stores of
 * such a task are removed and a checkpoint is written that says: ids up to their mark, of the
 * others nothing.
 *
 * <p>The file is Streams' own ({@link OffsetCheckpoint}, internal, checked against 4.2.2 by a
 * test); a task without a mark, or with a checkpoint, is left to Streams.
 */
public final class IdRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(IdRecovery.class);

    private static final String CHECKPOINT = ".checkpoint";

    private IdRecovery() {}

    /**
     * Looks at all tasks; called before Streams is started, by the one process that has the
     * directory. Broken off half-way it can be done again; if it fails, Streams wipes as ever.
     *
     * @param stateDirectory Streams' state directory
     * @param applicationId the metering's
     */
    public static void keepIds(Path stateDirectory, String applicationId) {
        Path application = stateDirectory.resolve(applicationId);
        if (!Files.isDirectory(application)) {
            return;
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(application, "*_*")) {
            for (Path task : tasks) {
                OptionalLong mark = IdMark.read(task.resolve("rocksdb").resolve(Stores.IDS));
                if (mark.isPresent() && !Files.exists(task.resolve(CHECKPOINT))) {
                    keepIds(task, applicationId, mark.getAsLong());
                }
            }
        } catch (IOException e) {
            LOG.warn("{}: ids that could be kept will be restored", application, e);
        }
    }

    private static void keepIds(Path task, String applicationId, long mark) throws IOException {
        deleteAllBut("rocksdb", task);
        deleteAllBut(Stores.IDS, task.resolve("rocksdb"));
        String name = task.getFileName().toString();
        int partition = Integer.parseInt(name.substring(name.indexOf('_') + 1));
        new OffsetCheckpoint(task.resolve(CHECKPOINT).toFile())
                .write(
                        Map.of(
                                changelog(applicationId, Stores.IDS, partition),
                                mark,
                                changelog(applicationId, Stores.CONTEXTS, partition),
                                OffsetCheckpoint.OFFSET_UNKNOWN,
                                changelog(applicationId, Stores.CONTEXT_HOURS, partition),
                                OffsetCheckpoint.OFFSET_UNKNOWN));
        LOG.info("task {} was not stopped cleanly: its ids are kept up to {}", name, mark);
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
