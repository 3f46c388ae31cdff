package tekton.budget.api.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Bombs;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.http.SentBody;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

class LineReaderTest {

    private static final int MAX = 10;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000_000})
    void shouldSplitWhereverTheReadsEnd(int readBytes) throws IOException {
        assertThat(lines("a\nbc\r\n\n \t\r\n\rd\n\ne", readBytes))
                .containsExactly("a", "bc", "\rd", "e");
        assertThat(lines("", readBytes)).isEmpty();
        assertThat(lines("\n\r\n ", readBytes)).isEmpty();
        assertThat(lines("a\n", readBytes)).containsExactly("a");
        assertThat(lines("a\r", readBytes)).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_000_000})
    void shouldSkipALineBeyondTheBoundAndGoOnBehindIt(int readBytes) throws IOException {
        String within = "x".repeat(MAX);

        assertThat(lines(within + "\n" + within + "\r\n" + within, readBytes))
                .containsExactly(within, within, within);
        assertThat(lines("a\n" + within + "y\nb", readBytes)).containsExactly("a", "TOO LONG", "b");
        assertThat(lines(within + "y\r\nb", readBytes)).containsExactly("TOO LONG", "b");
        assertThat(lines(within + "y", readBytes)).containsExactly("TOO LONG");
        assertThat(lines("x".repeat(500_000) + "\nb\n", readBytes))
                .containsExactly("TOO LONG", "b");
        assertThat(lines("x".repeat(500_000), readBytes)).containsExactly("TOO LONG");
    }

    /** A body that says 10 GiB: one endless line, or nothing but ends of lines. */
    @Test
    void shouldHoldNoMoreThanALineOfABomb() throws IOException {
        // Once before: what is made once for all is of no interest.
        try (InputStream in = Bodies.stream(new SentBody("zstd", Bombs.zstd('x')))) {
            assertThat(new LineReader(in, 65_536, System::nanoTime).buffer()).isNotEmpty();
            assertThat(in.read()).isEqualTo('x');
        }
        for (InputStream bomb : List.of(Bombs.zstd('\n'), Bombs.zstdFrames('x'))) {
            long allocated =
                    Bombs.allocated(
                            () -> {
                                try (InputStream in = Bodies.stream(new SentBody("zstd", bomb))) {
                                    LineReader lines = new LineReader(in, 65_536, System::nanoTime);
                                    assertThatExceptionOfType(ProblemException.class)
                                            .isThrownBy(lines::next)
                                            .satisfies(
                                                    large ->
                                                            assertThat(large.problem().type())
                                                                    .isEqualTo(
                                                                            ProblemType
                                                                                    .PAYLOAD_TOO_LARGE));
                                }
                            });

            assertThat(allocated).isLessThan(3 << 20);
        }
    }

    /** One run equals any other split of the same bytes. */
    @Test
    void shouldNotDependOnHowBytesArrive() throws IOException {
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                int kind = random.nextInt(12);
                text.append(kind == 0 ? "\n" : kind == 1 ? "\r\n" : kind == 2 ? " " : "x");
            }
            assertThat(lines(text.toString(), 1 + random.nextInt(20)))
                    .isEqualTo(lines(text.toString(), 1_000_000));
        }
    }

    private static List<String> lines(String text, int readBytes) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        InputStream slow =
                new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        return super.read(target, offset, Math.min(length, readBytes));
                    }
                };
        LineReader reader = new LineReader(slow, MAX, System::nanoTime);
        List<String> lines = new ArrayList<>();
        while (true) {
            switch (reader.next()) {
                case END -> {
                    return lines;
                }
                case TOO_LONG -> lines.add("TOO LONG");
                case LINE ->
                        lines.add(
                                new String(
                                        reader.buffer(),
                                        reader.offset(),
                                        reader.length(),
                                        StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void shouldGiveUpALineThatDribblesAndWaitBetweenLines() throws Exception {
        AtomicLong now = new AtomicLong();
        // Each byte takes 20 s: a line of one byte and its end is in time, a longer one is not.
        InputStream slow =
                new ByteArrayInputStream("a\nb\ncd".getBytes(StandardCharsets.US_ASCII)) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        now.addAndGet(Duration.ofSeconds(20).toNanos());
                        return super.read(target, offset, 1);
                    }
                };
        LineReader reader = new LineReader(slow, MAX, now::get);

        assertThat(reader.next()).isEqualTo(LineReader.LineKind.LINE);
        assertThat(reader.next()).isEqualTo(LineReader.LineKind.LINE);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(reader::next)
                .satisfies(
                        late ->
                                assertThat(late.problem().type())
                                        .isEqualTo(ProblemType.REQUEST_TIMEOUT));
    }
}
