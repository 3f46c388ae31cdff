package tekton.budget.bench.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that a process holds, from {@code /proc}. Linux only. */
public final class ProcessMemory {

    private static final int KIB = 1024;

    private ProcessMemory() {}

    /**
     * Bytes of the whole process that are in memory now.
     *
     * @throws IOException if {@code /proc} does not tell
     */
    public static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                .findFirst()
                .orElseThrow(() -> new IOException("no VmRSS of " + pid));
    }
}
