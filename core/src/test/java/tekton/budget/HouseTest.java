package tekton.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules for the main code of all modules, read from the sources. */
class HouseTest {

    private static final int LINES_MAX = 500;

    /** The modules that a module may import from, as ARCHITECTURE.md's table lists them. */
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("core", Set.of()),
                    Map.entry("adapters", Set.of("core")),
                    Map.entry("kafka-runtime", Set.of("core")),
                    Map.entry("outbound", Set.of()),
                    Map.entry("cli", Set.of()),
                    Map.entry("metering-streams", Set.of("core", "kafka-runtime")),
                    Map.entry("pricing-poller", Set.of("core", "kafka-runtime", "outbound")),
                    Map.entry("alerting", Set.of("core", "kafka-runtime", "outbound")),
                    Map.entry(
                            "ingest-api",
                            Set.of(
                                    "core",
                                    "adapters",
                                    "kafka-runtime",
                                    "outbound",
                                    "metering-streams")),
                    Map.entry("broker", Set.of()),
                    Map.entry("test-broker", Set.of("broker")),
                    Map.entry(
                            "standalone",
                            Set.of(
                                    "core",
                                    "kafka-runtime",
                                    "ingest-api",
                                    "alerting",
                                    "pricing-poller",
                                    "broker")),
                    Map.entry("bench", Set.of("core")));

    private static final Pattern TYPE =
            Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Z]\\w*)");
    private static final Pattern PROSE =
            Pattern.compile(
                    "/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"",
                    Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?(tekton\\.[a-z.]*[a-z])\\.[A-Z]");
    private static final List<Source> SOURCES = new ArrayList<>();

    /** A file of main code. */
    private record Source(String module, Path file, String text) {

        String packageName() {
            Matcher name = PACKAGE.matcher(text);
            return name.find() ? name.group(1) : "";
        }
    }

    @BeforeAll
    static void read() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("run_budget.sh"))) {
            root = root.getParent();
        }
        SOURCES.clear();
        for (String module : ARROWS.keySet()) {
            try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    SOURCES.add(new Source(module, root.relativize(file), Files.readString(file)));
                }
            }
        }
    }

    @Test
    void shouldKnowEveryModuleThatHasMainCode() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("run_budget.sh"))) {
            root = root.getParent();
        }
        try (Stream<Path> modules = Files.list(root)) {
            assertThat(
                            modules.filter(path -> Files.isDirectory(path.resolve("src/main/java")))
                                    .map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
        }
    }

    @Test
    void shouldImportOnlyFromModulesOfTheTable() {
        Map<String, String> owners = new HashMap<>();
        SOURCES.forEach(source -> owners.put(source.packageName(), source.module()));
        Set<String> wrong = new TreeSet<>();
        for (Source source : SOURCES) {
            Matcher imported = IMPORT.matcher(source.text());
            while (imported.find()) {
                String owner = owners.getOrDefault(imported.group(1), "no module");
                if (!owner.equals(source.module())
                        && !ARROWS.get(source.module()).contains(owner)) {
                    wrong.add(source.file() + " imports from " + owner);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldHaveEachPackageInOneModule() {
        Map<String, Set<String>> modules = new TreeMap<>();
        SOURCES.forEach(
                source ->
                        modules.computeIfAbsent(source.packageName(), name -> new HashSet<>())
                                .add(source.module()));
        modules.values().removeIf(owners -> owners.size() == 1);
        assertThat(modules).isEmpty();
    }

    @Test
    void shouldHaveNoCycleBetweenPackages() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (Source source : SOURCES) {
            Set<String> used = uses.computeIfAbsent(source.packageName(), name -> new TreeSet<>());
            Matcher imported = IMPORT.matcher(source.text());
            while (imported.find()) {
                used.add(imported.group(1));
            }
            used.remove(source.packageName());
        }
        Set<String> inCycles = new TreeSet<>();
        for (String start : uses.keySet()) {
            Set<String> reached = new HashSet<>();
            List<String> open = new ArrayList<>(uses.get(start));
            while (!open.isEmpty()) {
                String next = open.removeLast();
                if (reached.add(next)) {
                    open.addAll(uses.getOrDefault(next, Set.of()));
                }
            }
            if (reached.contains(start)) {
                inCycles.add(start);
            }
        }
        assertThat(inCycles).isEmpty();
    }

    @Test
    void shouldUseEachTypeNameOnce() {
        Map<String, List<String>> places = new TreeMap<>();
        for (Source source : SOURCES) {
            Matcher type = TYPE.matcher(PROSE.matcher(source.text()).replaceAll(""));
            while (type.find()) {
                places.computeIfAbsent(type.group(1), name -> new ArrayList<>())
                        .add(source.file().toString());
            }
        }
        places.values().removeIf(files -> files.size() == 1);
        assertThat(places).isEmpty();
    }

    @Test
    void shouldKeepFilesShort() {
        assertThat(SOURCES)
                .allSatisfy(
                        source ->
                                assertThat(source.text().lines().count())
                                        .as(source.file().toString())
                                        .isLessThanOrEqualTo(LINES_MAX));
    }
}
