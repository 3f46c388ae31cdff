package tekton.budget.kafka.backup;

import tekton.budget.kafka.backup.Manifest.SavedPartition;
import tekton.budget.kafka.backup.Manifest.SavedTopic;
import tekton.budget.kafka.backup.RecordFileReader.Block;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Reads a whole backup and compares it with its manifest and sums, without Kafka. */
public final class BackupCheck {

    private BackupCheck() {}

    /**
     * Checks every file.
     *
     * @param path the backup's directory
     * @param out takes lines for the user
     * @throws BackupException if anything is missing, cut or changed, naming the file and the byte
     * @throws IOException if it cannot be read
     */
    public static void run(Path path, Consumer<String> out)
            throws IOException, BackupException, InterruptedException {
        BackupDirectory directory = BackupDirectory.open(path);
        Manifest manifest = directory.manifest();
        TransferProgress progress =
                new TransferProgress("checked", manifest.records(), out, System::nanoTime);
        List<Callable<Void>> jobs = new ArrayList<>();
        for (SavedTopic topic : manifest.topics()) {
            for (SavedPartition partition : topic.partitions()) {
                if (partition.fileSha256() != null) {
                    jobs.add(
                            () -> {
                                readThrough(directory, topic, partition, progress);
                                return null;
                            });
                }
            }
        }
        BackupJobs.run(jobs, progress);
        out.accept(
                "Whole: %,d records of Budget %s, saved at %s from cluster %s"
                        .formatted(
                                manifest.records(),
                                manifest.budgetVersion(),
                                manifest.savedAt(),
                                manifest.clusterId()));
    }

    private static void readThrough(
            BackupDirectory directory,
            SavedTopic topic,
            SavedPartition partition,
            TransferProgress progress)
            throws IOException, BackupException {
        try (RecordFileReader reader = directory.reader(topic, partition)) {
            for (Block block = reader.read(); block != null; block = reader.read()) {
                progress.add(block.records().size());
            }
        }
    }
}
