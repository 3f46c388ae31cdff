package tekton.budget.bench.longrun;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** On what a leg ran. */
final class Machine {

    private static final long GIT_SECONDS = 10;

    private Machine() {}

    /** Processors, memory, JDK and system in one line. */
    static String describe() {
        return "%d processors, %d MiB, JDK %s, %s %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        memoryMib(),
                        Runtime.version(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"));
    }

    private static long memoryMib() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * The commit of a project, with a plus if it was changed since; {@code unknown} without git.
     */
    static String commit(Path project) throws InterruptedException {
        String commit = git(project, "rev-parse", "--short=10", "HEAD");
        return commit.isEmpty()
                ? "unknown"
                : commit + (git(project, "status", "--porcelain", "-uno").isEmpty() ? "" : "+");
    }

    private static String git(Path project, String... arguments) throws InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process git =
                    new ProcessBuilder(command)
                            .directory(project.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            byte[] said = git.getInputStream().readAllBytes();
            return git.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0
                    ? new String(said, StandardCharsets.UTF_8).strip()
                    : "";
        } catch (IOException e) {
            return "";
        }
    }
}
