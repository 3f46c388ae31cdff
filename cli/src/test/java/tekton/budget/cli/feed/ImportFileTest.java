package tekton.budget.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

class ImportFileTest {

    /** A file whose writer goes on each time that its end was found. */
    private static final class GrowingFile extends InputStream {
        private final Deque<InputStream> parts = new ArrayDeque<>();

        GrowingFile(String... parts) {
            for (String part : parts) {
                this.parts.add(new ByteArrayInputStream(part.getBytes(StandardCharsets.UTF_8)));
            }
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws java.io.IOException {
            int read = parts.isEmpty() ? -1 : parts.getFirst().read(buffer, from, length);
            if (read < 0) {
                parts.poll();
            }
            return read;
        }
    }

    private static void assertLeft(long unfinished, String... parts) throws Exception {
        try (ImportFile file = ImportFile.open(new GrowingFile(parts), false)) {
            SourceLine first = file.next();
            assertThat(first).isNotNull();
            assertThat(new String(first.bytes(), StandardCharsets.UTF_8)).isEqualTo("1\t2");
            assertThat(List.of(file.next() == null, file.next() == null)).containsOnly(true);
            assertThat(file.unfinished()).isEqualTo(unfinished);
        }
    }

    @Test
    void shouldNotReadTheRestOfALineAsALine() throws Exception {
        assertLeft(3, "a\tb\n1\t2\n1\t12", "345\n1\t2\n");
    }

    @Test
    void shouldNotTakeTheBlankStartOfALineForABlankLine() throws Exception {
        assertLeft(0, "a\tb\n1\t2\n\t", "345\n");
    }
}
