package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

class BodiesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void shouldReadABodyThatComesByteByByte() throws Exception {
        assertThat(Bodies.read(new Trickle("{\"a\": 1}", false), 8, PATIENCE))
                .isEqualTo("{\"a\": 1}".getBytes(UTF_8));
        assertThat(Bodies.read(new Trickle("{\"a\": 1}", true), 8, PATIENCE))
                .isEqualTo("{\"a\": 1}".getBytes(UTF_8));
    }

    @Test
    void shouldGiveUpABodyThatTakesTooLong() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Bodies.read(new Trickle("{}", true), 8, Duration.ZERO))
                .satisfies(
                        slow ->
                                assertThat(slow.problem().type())
                                        .isEqualTo(ProblemType.REQUEST_TIMEOUT));
    }

    @Test
    void shouldRefuseABodyThatIsTooLongDeclaredOrNot() {
        for (boolean declared : new boolean[] {true, false}) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> Bodies.read(new Trickle("123456789", declared), 8, PATIENCE))
                    .satisfies(
                            large ->
                                    assertThat(large.problem().type())
                                            .isEqualTo(ProblemType.PAYLOAD_TOO_LARGE));
        }
    }

    @Test
    void shouldReadCompressedBodiesWholeHoweverTheyCome() throws Exception {
        byte[] twoMembers = joined(gzip("{\"a\""), gzip(": 1}"));
        byte[] twoFrames = joined(zstd("{\"a\""), zstd(": 1}"));

        assertThat(decoded("gzip", twoMembers, 8)).isEqualTo("{\"a\": 1}");
        assertThat(decoded("X-GZip", twoMembers, 8)).isEqualTo("{\"a\": 1}");
        assertThat(decoded("zstd", twoFrames, 8)).isEqualTo("{\"a\": 1}");
    }

    @Test
    void shouldBoundABodyByItsSizeDecompressed() throws Exception {
        String zeros = "0".repeat(1 << 20);
        for (byte[] body : List.of(gzip(zeros), zstd(zeros))) {
            assertThat(body.length).isLessThan(2_000);
            assertThat(refusal(coding(body), body).type()).isEqualTo(ProblemType.PAYLOAD_TOO_LARGE);
        }
    }

    /** Who announces much and sends little holds little. */
    @Test
    void shouldTakeRoomAsABodyArrivesWhateverItAnnounces() throws Exception {
        List<Integer> rooms = new ArrayList<>();
        BodyRoom room = (bytes, _) -> rooms.add(bytes);
        int announced = 16 << 20;

        for (int sent : new int[] {0, 1, 8_192}) {
            Trickle request = new Trickle(new byte[sent], announced);
            assertThat(Bodies.read(request, announced, PATIENCE, room)).hasSize(sent);
            assertThat(rooms).isEmpty();
        }
        Bodies.read(new Trickle(new byte[8_193], announced), announced, PATIENCE, room);
        assertThat(rooms).containsExactly(32_768);
        rooms.clear();
        Bodies.read(new Trickle(new byte[300_000], 300_000), announced, PATIENCE, room);
        assertThat(rooms).containsExactly(32_768, 131_072, 300_000);
    }

    @Test
    void shouldGiveUpACompressedBodyThatNeverSaysAnything() {
        byte[] nameWithoutEnd = new byte[9_000];
        Arrays.fill(nameWithoutEnd, (byte) 'x');
        System.arraycopy(
                new byte[] {0x1F, (byte) 0x8B, 8, 8, 0, 0, 0, 0, 0, 0}, 0, nameWithoutEnd, 0, 10);
        Trickle undeclared = new Trickle(nameWithoutEnd, false);
        undeclared.addHeader("Content-Encoding", "gzip");

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Bodies.read(undeclared, 4_000, PATIENCE))
                .satisfies(
                        large ->
                                assertThat(large.problem().type())
                                        .isEqualTo(ProblemType.PAYLOAD_TOO_LARGE));
        Trickle slow = compressed("gzip", nameWithoutEnd);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Bodies.read(slow, 100_000, Duration.ZERO))
                .satisfies(
                        late ->
                                assertThat(late.problem().type())
                                        .isEqualTo(ProblemType.REQUEST_TIMEOUT));
    }

    @Test
    void shouldSayThatABodyCannotBeDecompressed() throws Exception {
        byte[] gzip = gzip("{\"a\": 1}".repeat(100));
        byte[] zstd = zstd("{\"a\": 1}".repeat(100));
        byte[] json = "{\"a\": 1}".getBytes(UTF_8);

        for (Problem problem :
                List.of(
                        refusal("gzip", Arrays.copyOf(gzip, gzip.length - 9)),
                        refusal("zstd", Arrays.copyOf(zstd, zstd.length - 3)),
                        refusal("gzip", json),
                        refusal("zstd", json),
                        refusal("gzip", new byte[0]))) {
            assertThat(problem.type()).isEqualTo(ProblemType.INVALID_REQUEST);
            assertThat(problem.detail()).contains("cannot be decompressed", "expected: whole ");
        }
        assertThat(refusal("br", json).detail()).contains("br", "identity, gzip, zstd");
        assertThat(refusal("gzip, gzip", gzip).type())
                .isEqualTo(ProblemType.UNSUPPORTED_MEDIA_TYPE);
    }

    private static String coding(byte[] body) {
        return body[0] == 0x1F ? "gzip" : "zstd";
    }

    private static String decoded(String coding, byte[] body, int bytesMax) throws Exception {
        return new String(Bodies.read(compressed(coding, body), bytesMax, PATIENCE), UTF_8);
    }

    private static Problem refusal(String coding, byte[] body) {
        try {
            Bodies.read(compressed(coding, body), 4_000, PATIENCE);
        } catch (ProblemException refused) {
            return refused.problem();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not refused");
    }

    private static Trickle compressed(String coding, byte[] body) {
        Trickle request = new Trickle(body, true);
        request.addHeader("Content-Encoding", coding);
        return request;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    private static byte[] zstd(String text) {
        return Zstd.compress(text.getBytes(UTF_8));
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    /** A body of which each read brings one byte. */
    private static final class Trickle extends MockHttpServletRequest {

        private final ByteArrayInputStream body;
        private final int declared;

        Trickle(String text, boolean declared) {
            this(text.getBytes(UTF_8), declared);
        }

        Trickle(byte[] bytes, boolean declared) {
            this(bytes, declared ? bytes.length : -1);
        }

        Trickle(byte[] bytes, int declared) {
            body = new ByteArrayInputStream(bytes);
            this.declared = declared;
        }

        @Override
        public long getContentLengthLong() {
            return declared;
        }

        @Override
        public ServletInputStream getInputStream() {
            return new ServletInputStream() {
                @Override
                public int read() {
                    return body.read();
                }

                @Override
                public int read(byte[] into, int offset, int most) {
                    return body.read(into, offset, Math.min(1, most));
                }

                @Override
                public int available() {
                    return 0;
                }

                @Override
                public boolean isFinished() {
                    return body.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new UnsupportedOperationException("read in turn");
                }
            };
        }
    }
}
