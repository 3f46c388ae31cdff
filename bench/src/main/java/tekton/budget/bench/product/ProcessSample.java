package tekton.budget.bench.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a Java process holds at a moment. Linux only.
 *
 * @param liveBytes objects that are reachable, after a full collection
 * @param residentBytes of the whole process, in memory
 * @param threads of the process
 * @param handles open files and sockets
 */
public record ProcessSample(long liveBytes, long residentBytes, long threads, long handles) {

    /**
     * Of that process, now; it collects its garbage for it.
     *
     * @throws IOException if {@code jcmd} or {@code /proc} does not tell
     */
    public static ProcessSample of(long pid) throws IOException {
        Memory memory = Memory.of(pid);
        Path process = Path.of("/proc/" + pid);
        return new ProcessSample(
                memory.liveBytes(),
                memory.residentBytes(),
                count(process.resolve("task")),
                count(process.resolve("fd")));
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }
}
