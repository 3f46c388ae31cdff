package tekton.budget.api.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file that announces an entry while Hermes cannot be reached: {@code
 * registrations/<component_id>.json} in the directory where Hermes is installed. That directory is
 * never made.
 */
final class AnnouncementFile {

    private final Path hermes;
    private final Path file;

    /**
     * The file of an entry.
     *
     * @param hermes where Hermes is installed, or is not
     * @param componentId this service's own id: what a server sends must not choose a path
     */
    AnnouncementFile(Path hermes, String componentId) {
        this.hermes = hermes;
        file = hermes.resolve("registrations").resolve(componentId + ".json");
    }

    Path path() {
        return file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /**
     * Writes it whole or not at all.
     *
     * @return whether it is there now: not where Hermes is not installed
     */
    boolean write(byte[] content) throws IOException {
        if (!Files.isDirectory(hermes)) {
            return false;
        }
        Path directory = hermes.resolve("registrations");
        Files.createDirectories(directory);
        Path unfinished =
                directory.resolve(
                        "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.write(unfinished, content);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return true;
    }

    /** Removes it if it is there, whoever wrote it. */
    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}
