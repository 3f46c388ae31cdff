package tekton.budget.standalone;

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
final class RotatingLog {

    private final Path file;
    private final long maxBytes;
    private final int kept;
    private long bytes;

    /**
     * Goes on with the file; it and its directory are made if needed.
     *
     * @param maxBytes after which the next line begins a new file
     * @param kept how many full files stay, at least 1
     */
    RotatingLog(Path file, long maxBytes, int kept) throws IOException {
        this.file = file;
        this.maxBytes = maxBytes;
        this.kept = kept;
        Files.createDirectories(file.toAbsolutePath().getParent());
        write(new byte[0]);
        this.bytes = Files.size(file);
    }

    /**
     * Appends a line, which is in the file when this returns. A line that the disk does not take is
     * lost: on a full disk whoever writes has more to do than to log.
     */
    void append(String line) {
        byte[] added = (line + '\n').getBytes(StandardCharsets.UTF_8);
        try {
            if (bytes >= maxBytes) {
                rotate();
            }
            write(added);
            bytes += added.length;
        } catch (IOException notTaken) {
            // The next one may be.
        }
    }

    /** Opens it each time: lines are rare, and nothing has to be mended after a failure. */
    private void write(byte[] added) throws IOException {
        Files.write(file, added, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void rotate() throws IOException {
        for (int i = kept; i >= 1; i--) {
            Path older = i == 1 ? file : numbered(i - 1);
            if (Files.exists(older)) {
                Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        bytes = 0;
    }

    private Path numbered(int i) {
        return file.resolveSibling(file.getFileName() + "." + i);
    }
}
