package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One version, wherever it stands; {@code tools/set-version.sh} sets it. */
class VersionTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern PARENT =
            Pattern.compile("<artifactId>budget-parent</artifactId>\\s*<version>(.*?)</version>");

    private static String first(Path file, Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(file));
        assertThat(matcher.find()).as(file + " has " + pattern).isTrue();
        return matcher.group(1);
    }

    private static String version() throws IOException {
        return first(ROOT.resolve("pom.xml"), PARENT);
    }

    @Test
    void shouldBeAReleaseInEveryModule() throws Exception {
        assertThat(version()).matches("\\d+\\.\\d+\\.\\d+");
        List<Path> modules;
        try (Stream<Path> folders = Files.list(ROOT)) {
            modules =
                    folders.map(folder -> folder.resolve("pom.xml")).filter(Files::exists).toList();
        }
        assertThat(modules).hasSizeGreaterThan(10);
        for (Path module : modules) {
            assertThat(first(module, PARENT)).as(module.toString()).isEqualTo(version());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ingest-api/src/main/resources/api/openapi.json|\"version\": \"(.*?)\"",
                "ingest-api/src/main/resources/api/asyncapi.json|\"version\": \"(.*?)\"",
                "tools/starting.py|BUDGET_VERSION\"\\) or \"(.*?)\"",
                "docs/configuration.md|`BUDGET_VERSION` . `(.*?)`",
                "README.md|Budget (\\S+) is ready",
                "CHANGELOG.md|(?m)^## (\\d+\\S+) - \\d{4}-\\d\\d-\\d\\d$",
            })
    void shouldBeTheSameElsewhere(String file, String pattern) throws Exception {
        assertThat(first(ROOT.resolve(file), Pattern.compile(pattern))).isEqualTo(version());
    }
}
