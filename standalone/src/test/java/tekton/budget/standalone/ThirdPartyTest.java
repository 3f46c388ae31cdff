package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Libraries are those that somebody has looked at, in their versions and under their licences. */
class ThirdPartyTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern LINE = Pattern.compile("([^: ]+):([^: ]+) (\\S+): (.+)");

    /** As a local repository of Maven has them: folders of the group, name, version, file. */
    private static final Pattern JAR = Pattern.compile(".*/repository/(.+)/([^/]+)/([^/]+)/[^/]+");

    private record Library(String group, String name, String version, List<String> licences) {}

    private static List<Library> listed() throws IOException {
        return Files.readAllLines(ROOT.resolve("THIRD-PARTY.txt")).stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(
                        line ->
                                new Library(
                                        line.group(1),
                                        line.group(2),
                                        line.group(3),
                                        List.of(line.group(4).split(" or ", -1))))
                .toList();
    }

    private static Map<String, String> classPath() {
        Map<String, String> versions = new HashMap<>();
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(JAR::matcher)
                .filter(Matcher::matches)
                .forEach(
                        jar ->
                                versions.put(
                                        jar.group(1).replace('/', '.') + ':' + jar.group(2),
                                        jar.group(3)));
        return versions;
    }

    @Test
    void shouldBringAlongWhatIsListed() throws Exception {
        Map<String, String> present = classPath();
        assertThat(listed()).hasSizeGreaterThan(50);
        assertThat(listed())
                // The command line is a program of its own.
                .filteredOn(library -> !library.name().equals("picocli"))
                .allSatisfy(
                        library ->
                                assertThat(present)
                                        .containsEntry(
                                                library.group() + ':' + library.name(),
                                                library.version()));
    }

    @Test
    void shouldComeUnderALicenceThatIsAllowed() throws Exception {
        Set<String> allowed =
                Files.readAllLines(ROOT.resolve("tools/licences.txt")).stream()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty() && !line.contains("="))
                        .collect(Collectors.toSet());
        assertThat(listed())
                .allMatch(library -> library.licences().stream().anyMatch(allowed::contains));
    }
}
