package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class DatedStreamTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int BYTES_MAX = 1 << 20;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final InputStream stream =
            new DatedStream(
                    new ByteArrayInputStream(new byte[BYTES_MAX + 1]),
                    TIMEOUT,
                    BYTES_MAX,
                    now::get);

    @Test
    void shouldLetASlowBodyPassAsLongAsItsRateIsNotTooLow() throws Exception {
        assertThat(read(1, 9.9)).isEqualTo(1);
        for (int second = 11; second < 30; second++) {
            assertThat(read(DatedStream.BYTES_PER_SECOND_MIN, 1)).isPositive();
        }
    }

    @Test
    void shouldEndOneThatDribbles() throws Exception {
        for (int second = 1; second <= 10; second++) {
            assertThat(read(1, 1)).isEqualTo(1);
        }
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> read(1, 0.1))
                .satisfies(
                        slow -> {
                            assertThat(slow.problem().type())
                                    .isEqualTo(ProblemType.REQUEST_TIMEOUT);
                            assertThat(slow.problem().detail())
                                    .contains("11 bytes after 10 s", "16384 bytes a second");
                        });
    }

    @Test
    void shouldEndOneThatIsNotCompleteInTime() throws Exception {
        assertThat(read(BYTES_MAX / 2, 29.9)).isPositive();
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> read(BYTES_MAX / 4, 0.2))
                .satisfies(
                        late ->
                                assertThat(late.problem().detail())
                                        .contains("not complete after 30 s"));
    }

    private int read(int count, double seconds) throws Exception {
        now.addAndGet((long) (seconds * 1e9));
        return stream.read(new byte[count], 0, count);
    }
}
