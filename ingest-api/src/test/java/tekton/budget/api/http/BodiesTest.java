package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

import java.io.ByteArrayInputStream;
import java.time.Duration;

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

    /** A body of which each read brings one byte. */
    private static final class Trickle extends MockHttpServletRequest {

        private final ByteArrayInputStream body;
        private final int length;
        private final boolean declared;

        Trickle(String text, boolean declared) {
            byte[] bytes = text.getBytes(UTF_8);
            body = new ByteArrayInputStream(bytes);
            length = bytes.length;
            this.declared = declared;
        }

        @Override
        public long getContentLengthLong() {
            return declared ? length : -1;
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
