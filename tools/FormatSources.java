import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Checks or applies google-java-format (AOSP style) to the Java sources of every module, in one
 * process. The build runs it as {@code java FormatSources.java check|apply <root>}; the exit status
 * is 1 when {@code check} finds a file that is not formatted, and its name has been printed.
 */
final class FormatSources {

    private FormatSources() {}

    public static void main(String[] arguments) throws IOException {
        boolean apply =
                switch (arguments[0]) {
                    case "apply" -> true;
                    case "check" -> false;
                    default ->
                            throw new IllegalArgumentException(
                                    "format: " + arguments[0] + " (expected: check or apply)");
                };
        Path root = Path.of(arguments[1]);
        List<String> options = new ArrayList<>(List.of("--aosp"));
        options.addAll(
                apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        options.addAll(sources(root));

        ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
        int status = formatter.run(System.out, System.err, options.toArray(String[]::new));
        if (status != 0) {
            System.err.println(
                    "The files named above are not formatted or cannot be read. To format them:"
                            + " mvn -q -N validate -Dformat=apply");
        }
        System.exit(status);
    }

    /** Sources lie in {@code tools} and in {@code <module>/src}. */
    private static List<String> sources(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                Path sources = module.endsWith("tools") ? module : module.resolve("src");
                if (Files.isDirectory(sources)) {
                    try (Stream<Path> files = Files.walk(sources)) {
                        files.map(Path::toString)
                                .filter(name -> name.endsWith(".java"))
                                .forEach(found::add);
                    }
                }
            }
        }
        return found;
    }
}
