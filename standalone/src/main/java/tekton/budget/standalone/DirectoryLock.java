package tekton.budget.standalone;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The right to use a directory, held by one process at a time and lost when it ends in whatever
 * manner. The lock file stays; it names its last owner.
 */
final class DirectoryLock implements AutoCloseable {

    private static final long LOOK_AGAIN_MILLIS = 50;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, waiting for its owner to let go for at most {@code timeout}.
     *
     * @throws IOException if another process holds it still, naming that process, or if the
     *     directory cannot be made or written
     */
    static DirectoryLock take(Path directory, String name, Duration timeout)
            throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        FileChannel channel = open(directory, file);
        try {
            long deadline = System.nanoTime() + timeout.toNanos();
            while (tryLock(channel) == null) {
                if (System.nanoTime() >= deadline) {
                    throw new IOException(
                            directory + " is in use by process " + Files.readString(file).strip());
                }
                // There is no blocking form with a bound.
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(
                            String.valueOf(ProcessHandle.current().pid())
                                    .getBytes(StandardCharsets.UTF_8)));
            return new DirectoryLock(channel);
        } catch (IOException | InterruptedException | RuntimeException notTaken) {
            channel.close();
            throw notTaken;
        }
    }

    private static FileChannel open(Path directory, Path file) throws IOException {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException unusable) {
            throw new IOException(directory + " cannot be used: " + unusable, unusable);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
