package tekton.budget.bench.product;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What a Java process holds.
 *
 * @param liveBytes objects that are reachable, after a full collection
 * @param residentBytes of the whole process, in memory
 */
public record Memory(long liveBytes, long residentBytes) {

    private static final int BYTES_COLUMN = 2;

    /**
     * Of that process, now; it collects its garbage for it.
     *
     * @throws IOException if {@code jcmd} or {@code /proc} does not tell
     */
    public static Memory of(long pid) throws IOException {
        return new Memory(live(pid), ProcessMemory.resident(pid));
    }

    private static long live(long pid) throws IOException {
        Process jcmd =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                                .toString(),
                                        String.valueOf(pid),
                                        "GC.class_histogram"))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said.lines()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+", -1)[BYTES_COLUMN]))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd says: " + said.strip()));
    }
}
