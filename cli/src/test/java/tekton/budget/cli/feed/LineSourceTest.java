package tekton.budget.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class LineSourceTest {

    private static List<SourceLine> lines(String text, boolean quotes) throws IOException {
        List<SourceLine> lines = new ArrayList<>();
        try (LineSource source = source(text, quotes)) {
            for (SourceLine line = source.next(); line != null; line = source.next()) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static LineSource source(String text, boolean quotes) {
        return new LineSource(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), quotes);
    }

    private static String text(SourceLine line) {
        return new String(line.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldKnowWhereEachLineEnds() throws Exception {
        List<SourceLine> lines = lines("a\r\nbé\n\nlast", false);

        assertThat(lines).extracting(LineSourceTest::text).containsExactly("a", "bé", "", "last");
        assertThat(lines).extracting(SourceLine::end).containsExactly(3L, 7L, 8L, 12L);
        assertThat(lines).extracting(SourceLine::number).containsExactly(1L, 2L, 3L, 4L);
        assertThat(lines).extracting(SourceLine::ended).containsExactly(true, true, true, false);
    }

    @Test
    void shouldGoOnWithinQuotes() throws Exception {
        List<SourceLine> lines = lines("a,\"b\nc\"\"\nd\"\ne\n", true);

        assertThat(lines)
                .extracting(LineSourceTest::text)
                .containsExactly("a,\"b\nc\"\"\nd\"", "e");
        assertThat(lines).extracting(SourceLine::number).containsExactly(1L, 4L);
        assertThat(CsvRow.cells(text(lines.getFirst()), ',')).containsExactly("a", "b\nc\"\nd");
    }

    @Test
    void shouldReadOverALineThatIsTooLong() throws Exception {
        String open = "\"" + "x".repeat(LineSource.LINE_MAX + 10);
        List<SourceLine> lines = lines(open + "\nnext\n", true);

        assertThat(lines).extracting(SourceLine::tooLong).containsExactly(true, false);
        assertThat(text(lines.get(1))).isEqualTo("next");
    }

    @Test
    void shouldGoOnBehindAPlace() throws Exception {
        String text = "one\n" + "y".repeat(100_000) + "\nthree\n";
        try (LineSource source = source(text, false)) {
            source.next();
            source.skipTo(100_005, 3);
            SourceLine line = source.next();

            assertThat(line).isNotNull();
            assertThat(text(line)).isEqualTo("three");
            assertThat(line.number()).isEqualTo(3);
            assertThat(line.end()).isEqualTo(text.length());
        }
    }

    @Test
    void shouldFindTheSeparator() {
        assertThat(CsvRow.separator("a;b;c,d")).isEqualTo(';');
        assertThat(CsvRow.separator("a\tb")).isEqualTo('\t');
        assertThat(CsvRow.separator("a,b")).isEqualTo(',');
    }
}
