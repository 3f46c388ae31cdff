package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;

import org.junit.jupiter.api.Test;

import tekton.budget.api.http.ZstdStream.BodyReading;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A body that says 10 GiB costs no more memory than the largest one that is taken. */
class BombTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int WHOLE_MAX = 16 << 20;
    private static final int RECORD_MAX = 65_536;

    /** For decoders' buffers, and what an exception takes. */
    private static final long BESIDE = 1 << 20;

    @Test
    void shouldTakeNoMoreMemoryThanTheLargestBody() throws Exception {
        for (int bytesMax : new int[] {WHOLE_MAX, RECORD_MAX}) {
            SentBody largest =
                    new SentBody("identity", Bombs.repeated(new byte[RECORD_MAX], bytesMax >> 16));
            // Once before: what is made once for all is of no interest.
            Bombs.allocated(() -> refused("gzip", Bombs.gzip('x'), bytesMax));
            Bombs.allocated(() -> refused("zstd", Bombs.zstd('x'), bytesMax));
            long plain = Bombs.allocated(() -> Bodies.read(largest, bytesMax, PATIENCE));

            assertThat(Bombs.allocated(() -> refused("gzip", Bombs.gzip('x'), bytesMax)))
                    .isLessThan(plain + 3 * BESIDE);
            assertThat(Bombs.allocated(() -> refused("gzip", Bombs.gzipMembers('x'), bytesMax)))
                    .isLessThan(plain + 3 * BESIDE);
            assertThat(Bombs.allocated(() -> refused("zstd", Bombs.zstd('x'), bytesMax)))
                    .isLessThan(plain + BESIDE);
            assertThat(Bombs.allocated(() -> refused("zstd", Bombs.zstdFrames('x'), bytesMax)))
                    .isLessThan(plain + 3 * BESIDE);
        }
    }

    @Test
    void shouldRefuseWindowsLargerThanItHas() {
        byte[] declared = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (17 << 3), 1, 0, 0};
        byte[] wholeInOne = {
            0x28,
            (byte) 0xB5,
            0x2F,
            (byte) 0xFD,
            (byte) 0xE0,
            0,
            0,
            0,
            (byte) 0x80,
            2,
            0,
            0,
            0,
            1,
            0,
            0
        };
        for (byte[] body : List.of(declared, wholeInOne)) {
            assertThat(
                            catchThrowableOfType(
                                            ProblemException.class,
                                            () -> read("zstd", stream(body), WHOLE_MAX))
                                    .problem()
                                    .detail())
                    .contains("cannot be decompressed", "memory");
        }
    }

    @Test
    void shouldGiveUpFramesThatMeanNothing() throws Exception {
        byte[] skipped = Bombs.skippedFrame(60_000);

        assertThat(
                        Bombs.allocated(
                                () -> refused("zstd", Bombs.repeated(skipped, 1_000), WHOLE_MAX)))
                .isLessThan(BESIDE);
        assertThat(read("zstd", Bombs.repeated(skipped, 3), WHOLE_MAX)).isEmpty();
    }

    @Test
    void shouldReadSoManyZstdBodiesAtOnceAndNoMore() throws Exception {
        byte[] body = Zstd.compress("{}".getBytes(UTF_8));
        List<InputStream> open = new ArrayList<>();
        try {
            for (int i = 0; i < ZstdStream.WINDOWS_MAX; i++) {
                open.add(ZstdStream.open(stream(body), BodyReading.LINES, Duration.ZERO));
            }
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(
                            () -> ZstdStream.open(stream(body), BodyReading.LINES, Duration.ZERO))
                    .satisfies(
                            full ->
                                    assertThat(full.problem().type())
                                            .isEqualTo(ProblemType.SERVICE_UNAVAILABLE));
            assertThat(read("zstd", stream(body), 2)).hasSize(2);
            InputStream first = open.getFirst();
            first.close();
            first.close();
            open.set(0, ZstdStream.open(stream(body), BodyReading.LINES, Duration.ZERO));
            assertThat(open.getFirst().readAllBytes()).isEqualTo("{}".getBytes(UTF_8));
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(
                            () -> ZstdStream.open(stream(body), BodyReading.LINES, Duration.ZERO));
        } finally {
            for (InputStream each : open) {
                each.close();
            }
        }
        for (int i = 0; i < 3 * ZstdStream.WINDOWS_MAX; i++) {
            assertThat(read("zstd", stream(body), 2)).hasSize(2);
            refused("zstd", stream(body), 1);
        }
    }

    private static void refused(String coding, InputStream body, int bytesMax) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> read(coding, body, bytesMax))
                .satisfies(
                        large ->
                                assertThat(large.problem().type())
                                        .isEqualTo(ProblemType.PAYLOAD_TOO_LARGE));
    }

    private static byte[] read(String coding, InputStream body, int bytesMax) throws IOException {
        return Bodies.read(new SentBody(coding, body), bytesMax, PATIENCE);
    }

    private static InputStream stream(byte[] body) {
        return new ByteArrayInputStream(body);
    }
}
