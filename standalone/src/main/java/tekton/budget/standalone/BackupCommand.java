package tekton.budget.standalone;

import tekton.budget.kafka.backup.BackupCheck;
import tekton.budget.kafka.backup.BackupException;
import tekton.budget.kafka.backup.BackupRestore;
import tekton.budget.kafka.backup.BackupSave;
import tekton.budget.settings.DataDirectory;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code run_budget.sh backup save|check|restore DIRECTORY}. On one machine the broker runs only
 * with Budget, so a save or a restore runs it meanwhile, and holds the data directory: Budget
 * cannot start on it. With a Kafka of others that stays where it is.
 */
final class BackupCommand {

    static final String MODE = "backup";

    static final String USAGE = "backup save|check|restore DIRECTORY saves, checks or restores";

    private BackupCommand() {}

    /** What is done with a Kafka that answers. */
    private interface Work {
        void with(KafkaConnection kafka, String version)
                throws IOException, BackupException, InterruptedException;
    }

    /**
     * Does it, and returns when it is done.
     *
     * @param arguments {@value #MODE}, what to do, and the backup's directory
     * @param out takes what is said meanwhile
     * @throws BackupException if it is impossible, or has ended halfway; one line
     * @throws IOException if files cannot be read or written, or the local broker cannot be run
     * @throws InvalidSettingException at a setting that cannot be
     */
    static void run(List<String> arguments, Environment environment, PrintStream out)
            throws IOException, BackupException, InterruptedException {
        if (arguments.size() != 3) {
            throw new IOException("usage: " + USAGE);
        }
        Path directory = Path.of(arguments.get(2)).toAbsolutePath().normalize();
        try {
            switch (arguments.get(1)) {
                case "save" ->
                        onKafka(
                                environment,
                                true,
                                out,
                                (kafka, version) ->
                                        BackupSave.run(kafka, directory, version, out::println));
                case "check" -> BackupCheck.run(directory, out::println);
                case "restore" ->
                        onKafka(
                                environment,
                                false,
                                out,
                                (kafka, version) ->
                                        BackupRestore.run(kafka, directory, version, out::println));
                default -> throw new IOException("usage: " + USAGE);
            }
        } catch (AccessDeniedException | FileNotFoundException denied) {
            throw new IOException("access denied: " + denied.getMessage(), denied);
        } catch (FileSystemException unusable) {
            throw new IOException(unusable.getMessage() + " cannot be used", unusable);
        }
    }

    private static void onKafka(
            Environment environment, boolean hasData, PrintStream out, Work work)
            throws IOException, BackupException, InterruptedException {
        Settings settings = Settings.from(environment);
        String version = settings.ingest().version();
        if (settings.kafka().isPresent()) {
            work.with(settings.kafka().get(), version);
            return;
        }
        Path data = LocalBroker.directory(settings);
        if (hasData && !Files.isDirectory(data)) {
            throw new IOException(
                    "BUDGET_DATA_DIR: %s is missing (expected: the local broker's data)"
                            .formatted(data));
        }
        try (DirectoryLock lock = Standalone.hold(settings)) {
            DataDirectory.claim(settings.ingest().dataDirectory());
            LocalBroker broker = LocalBroker.of(settings, out);
            broker.begin();
            try {
                broker.awaitReady(Standalone.BROKER_START_TIMEOUT);
                work.with(KafkaConnection.plain(broker.bootstrapServers()), version);
            } finally {
                broker.stop();
            }
        }
    }
}
