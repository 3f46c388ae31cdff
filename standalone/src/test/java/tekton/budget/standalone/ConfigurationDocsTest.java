package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code docs/configuration.md} says what the code reads: every name, default and bound. */
class ConfigurationDocsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern READ =
            Pattern.compile("\"((?:BUDGET|HERMES|KAFKA)_[A-Z]+(?:_[A-Z]+)*)\"");

    private static final Pattern ROW =
            Pattern.compile("^\\| `([A-Z_]+)` \\| (.+?) \\| (.+?) \\| .+ \\|$");

    private static final Pattern LITERAL = Pattern.compile("`([^`]+)`|(\\d+)");

    private static final Pattern BOUNDS =
            Pattern.compile("(\\d+) to (\\d+)(?: (?:s|ms|bytes|requests a minute))?");

    /** With a Kafka of its own, so that the number of copies is free. */
    private static final Map<String, String> CLUSTER =
            Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");

    record Row(String name, String byDefault, String bounds) {}

    static List<Row> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/configuration.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> new Row(row.group(1), row.group(2), row.group(3)))
                .toList();
    }

    static Stream<Row> rowsWithLiteralDefault() throws IOException {
        return rows().stream().filter(row -> LITERAL.matcher(row.byDefault).matches());
    }

    static Stream<Row> rowsWithBounds() throws IOException {
        return rows().stream().filter(row -> BOUNDS.matcher(row.bounds).matches());
    }

    @Test
    void everyNameThatIsReadIsDocumentedOnceAndEveryOtherWayRound() throws Exception {
        assertThat(rows())
                .extracting(Row::name)
                .containsExactlyInAnyOrderElementsOf(
                        read(module -> !module.endsWith("bench") && !module.endsWith("cli")));
    }

    /** The command line is no service, and has a page of its own. */
    @Test
    void everyNameThatTheCommandLineReadsIsOnItsPage() throws Exception {
        assertThat(text(ROOT.resolve("docs/cli.md")))
                .contains(read(module -> module.endsWith("cli")));
    }

    @ParameterizedTest
    @MethodSource("rowsWithLiteralDefault")
    void hasThatDefault(Row row) {
        Matcher literal = LITERAL.matcher(row.byDefault);
        assertThat(literal.matches()).isTrue();
        String value = literal.group(1) == null ? literal.group(2) : literal.group(1);

        assertThat(with(row.name, value)).isEqualTo(Settings.from(new Environment(CLUSTER)));
    }

    @ParameterizedTest
    @MethodSource("rowsWithBounds")
    void hasThoseBounds(Row row) {
        Matcher bounds = BOUNDS.matcher(row.bounds);
        assertThat(bounds.matches()).isTrue();
        long min = Long.parseLong(bounds.group(1));
        long max = Long.parseLong(bounds.group(2));

        assertThatCode(() -> with(row.name, String.valueOf(min))).doesNotThrowAnyException();
        assertThatCode(() -> with(row.name, String.valueOf(max))).doesNotThrowAnyException();
        assertThat(with(row.name, String.valueOf(min)))
                .isNotEqualTo(with(row.name, String.valueOf(max)));
        for (long outside : List.of(min - 1, max + 1)) {
            assertThatThrownBy(() -> with(row.name, String.valueOf(outside)))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining(row.name);
        }
    }

    /** What main code asks the environment for, the bench's own aside. */
    private static List<String> read(Predicate<Path> which) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.filter(which)
                    .map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .flatMap(ConfigurationDocsTest::sources)
                    .flatMap(source -> READ.matcher(text(source)).results())
                    .map((MatchResult found) -> found.group(1))
                    .filter(name -> !name.equals(Starter.TOKEN))
                    .distinct()
                    .toList();
        }
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Settings with(String name, String value) {
        Map<String, String> variables = new HashMap<>(CLUSTER);
        variables.put(name, value);
        return Settings.from(new Environment(variables));
    }
}
