package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents keep to the house rules for prose, and their links lead somewhere. */
class DocsStyleTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LINE_MAX = 120;
    private static final int README_LINES_MAX = 150;
    private static final int RATIONALE_LINES_MAX = 60;

    /** At the start of a block, behind the end of a sentence, or in bold. */
    private static final Pattern CLAUSE_AS_SUBJECT =
            Pattern.compile("(?:^|[.!?][)\"*]* |\\*\\*|\\| )(?:Who|Whoever|What)\\b");

    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s)`]+");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)\\s]*)?\\)");
    private static final Pattern LIST_MARK = Pattern.compile("^\\s*(?:[-*]|\\d+\\.) ");

    static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (String folder : List.of(".", "bench", "clients/python")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                files.filter(DocsStyleTest::isDocument).forEach(documents::add);
            }
        }
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(DocsStyleTest::isDocument).forEach(documents::add);
        }
        return documents;
    }

    @Test
    void findsTheDocuments() throws Exception {
        assertThat(documents())
                .contains(
                        ROOT.resolve("docs/api.md"),
                        ROOT.resolve("docs/rationale/core.md"),
                        ROOT.resolve("./README.md"),
                        ROOT.resolve("bench/README.md"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void hasShortLines(Path document) throws Exception {
        assertThat(prose(document))
                .filteredOn(line -> !line.startsWith("|"))
                .filteredOn(line -> withoutAddresses(line).length() > LINE_MAX)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void beginsNoSentenceWithItsClause(Path document) throws Exception {
        assertThat(blocks(document))
                .filteredOn(block -> CLAUSE_AS_SUBJECT.matcher(block).find())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksToWhatIsThere(Path document) throws Exception {
        Path folder = document.resolveSibling(".");
        assertThat(prose(document).stream().flatMap(line -> LINK.matcher(line).results()))
                .map(link -> link.group(1))
                .filteredOn(target -> !target.startsWith("http"))
                .filteredOn(target -> !Files.exists(folder.resolve(target)))
                .isEmpty();
    }

    @Test
    void theReadmeAndTheIndexAreShort() throws Exception {
        assertThat(Files.readAllLines(ROOT.resolve("README.md")))
                .hasSizeLessThanOrEqualTo(README_LINES_MAX);
        assertThat(Files.readAllLines(ROOT.resolve("RATIONALE.md")))
                .hasSizeLessThanOrEqualTo(RATIONALE_LINES_MAX);
    }

    @Test
    void theIndexNamesEveryPageOfTheRationale() throws Exception {
        String index = Files.readString(ROOT.resolve("RATIONALE.md"));
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/rationale"))) {
            assertThat(pages).allMatch(page -> index.contains("/" + page.getFileName() + ")"));
        }
    }

    private static boolean isDocument(Path file) {
        return file.toString().endsWith(".md");
    }

    private static String withoutAddresses(String line) {
        return ADDRESS.matcher(line).replaceAll("");
    }

    /** The lines outside blocks of code. */
    private static List<String> prose(Path document) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : Files.readAllLines(document)) {
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (!code) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** Paragraphs, entries of lists and rows, each as one line; no headings. */
    private static List<String> blocks(Path document) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        for (String line : prose(document)) {
            boolean mark = LIST_MARK.matcher(line).find();
            if (line.isBlank() || line.startsWith("#") || line.startsWith("|") || mark) {
                blocks.add(block.toString());
                block.setLength(0);
            }
            if (!line.startsWith("#")) {
                block.append(block.isEmpty() ? "" : " ")
                        .append(LIST_MARK.matcher(line).replaceFirst("").strip());
            }
        }
        blocks.add(block.toString());
        return blocks;
    }
}
