package tekton.budget.standalone;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A log file bounded in size: when it is full it becomes {@code <name>.1}, what was {@code .1}
 * becomes {@code .2}, and so on; the oldest goes. For use by one thread at a time.
 */
final class RotatingLog implements Closeable {

    private final Path file;
    private final long maxBytes;
    private final int kept;
    private BufferedWriter writer;
    private long bytes;

    /**
     * Opens the file for appending; its directory is made if needed.
     *
     * @param maxBytes after which the next line begins a new file
     * @param kept how many full files stay, at least 1
     */
    RotatingLog(Path file, long maxBytes, int kept) throws IOException {
        this.file = file;
        this.maxBytes = maxBytes;
        this.kept = kept;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.writer = open(file);
        this.bytes = Files.size(file);
    }

    /** Appends a line, which is in the file when this returns. */
    void append(String line) throws IOException {
        if (bytes >= maxBytes) {
            rotate();
        }
        writer.write(line);
        writer.write('\n');
        writer.flush();
        bytes += line.getBytes(StandardCharsets.UTF_8).length + 1L;
    }

    private void rotate() throws IOException {
        writer.close();
        for (int i = kept; i >= 1; i--) {
            Path older = i == 1 ? file : numbered(i - 1);
            if (Files.exists(older)) {
                Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        writer = open(file);
        bytes = 0;
    }

    private Path numbered(int i) {
        return file.resolveSibling(file.getFileName() + "." + i);
    }

    private static BufferedWriter open(Path file) throws IOException {
        return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
