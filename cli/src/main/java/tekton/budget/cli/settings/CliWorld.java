package tekton.budget.cli.settings;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command is started in; a test makes its own.
 *
 * @param asks whether a person can be asked: standard input and standard error are a terminal
 * @param draws whether standard output is a terminal
 */
public record CliWorld(
        Map<String, String> environment,
        Path directory,
        Path home,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean asks,
        boolean draws) {

    /** An environment variable, empty when there is none. */
    public String variable(String name) {
        return environment.getOrDefault(name, "").strip();
    }

    /** A path as the caller wrote it, seen from where the caller stands. */
    public Path path(String name) {
        return directory.resolve(name);
    }

    /** Where things are kept that can be made again. */
    public Path cache() {
        String base = variable("XDG_CACHE_HOME");
        return (base.isEmpty() ? home.resolve(".cache") : Path.of(base)).resolve("budget");
    }

    Path configFile() {
        String base = variable("XDG_CONFIG_HOME");
        return (base.isEmpty() ? home.resolve(".config") : Path.of(base))
                .resolve("budget")
                .resolve("config");
    }
}
