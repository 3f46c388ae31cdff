package tekton.budget.kafka.backup;

import tekton.budget.kafka.backup.Manifest.SavedPartition;
import tekton.budget.kafka.backup.Manifest.SavedTopic;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The directory of a backup: a file for each partition that has records, the manifest, and the sums
 * of all of them. The sums are written last and take their name in one step: a directory without
 * them is no backup.
 */
final class BackupDirectory {

    static final String MANIFEST = "manifest.json";

    /** As {@code sha256sum -c} reads it. */
    static final String SUMS = "SHA256SUMS";

    private static final String RECORDS = ".records";
    private static final String UNFINISHED = ".unfinished";

    private final Path path;

    private BackupDirectory(Path path) {
        this.path = path;
    }

    /**
     * For a new backup: made if it is not there. What an unfinished backup has left is removed.
     *
     * @throws BackupException if it holds anything else
     */
    static BackupDirectory create(Path path) throws IOException, BackupException {
        Files.createDirectories(path);
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.equals(SUMS)) {
                    throw new BackupException(
                            path + " holds a backup already (expected: a new or an empty one)");
                }
                if (!name.endsWith(RECORDS)
                        && !name.endsWith(UNFINISHED)
                        && !name.equals(MANIFEST)) {
                    throw new BackupException(
                            "%s holds %s (expected: a new or an empty directory)"
                                    .formatted(path, name));
                }
                left.add(entry);
            }
        }
        for (Path entry : left) {
            Files.delete(entry);
        }
        return new BackupDirectory(path);
    }

    /**
     * One that is whole, by its sums.
     *
     * @throws BackupException if it is not, or its form is another one
     */
    static BackupDirectory open(Path path) throws IOException, BackupException {
        if (!Files.isDirectory(path)) {
            throw new BackupException(path + " is no directory (expected: that of a backup)");
        }
        if (!Files.exists(path.resolve(SUMS))) {
            throw new BackupException(
                    "%s has no %s: no backup, or one that was not finished".formatted(path, SUMS));
        }
        return new BackupDirectory(path);
    }

    Path path() {
        return path;
    }

    /** Where the records of a partition are. */
    Path file(String topic, int partition) {
        return path.resolve(SavedPartition.file(topic, partition));
    }

    /** Reads the records of a partition that has any. */
    RecordFileReader reader(SavedTopic topic, SavedPartition partition)
            throws IOException, BackupException {
        Path file = file(topic.name(), partition.partition());
        if (!Files.exists(file)) {
            throw new BackupException(file + " is missing");
        }
        return new RecordFileReader(file, partition, topic.keepsOffsets());
    }

    /** What it holds; as it was written. */
    Manifest manifest() throws IOException, BackupException {
        byte[] json = Files.readAllBytes(path.resolve(MANIFEST));
        String line = sha256(json) + "  " + MANIFEST;
        if (!Files.readAllLines(path.resolve(SUMS)).contains(line)) {
            throw new BackupException(
                    "%s has changed: its SHA-256 is not that of %s"
                            .formatted(path.resolve(MANIFEST), SUMS));
        }
        return Manifest.ofJson(json);
    }

    /** Tells this backup from all others: the beginning of its manifest's SHA-256. */
    String id() throws IOException {
        return sha256(Files.readAllBytes(path.resolve(MANIFEST))).substring(0, 16);
    }

    /** Makes a backup of the files. */
    void finish(Manifest manifest) throws IOException {
        byte[] json = manifest.toJson();
        replace(MANIFEST, json);
        StringBuilder sums = new StringBuilder();
        for (SavedTopic topic : manifest.topics()) {
            for (SavedPartition partition : topic.partitions()) {
                if (partition.fileSha256() != null) {
                    sums.append(partition.fileSha256())
                            .append("  ")
                            .append(SavedPartition.file(topic.name(), partition.partition()))
                            .append('\n');
                }
            }
        }
        sums.append(sha256(json)).append("  ").append(MANIFEST).append('\n');
        replace(SUMS, sums.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void replace(String name, byte[] bytes) throws IOException {
        Path unfinished = path.resolve(name + UNFINISHED);
        Files.write(unfinished, bytes);
        try (FileChannel written = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(ContentDigest.sha256().digest(bytes));
    }
}
