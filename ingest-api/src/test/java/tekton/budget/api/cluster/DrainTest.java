package tekton.budget.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import java.time.Duration;

class DrainTest {

    private static final Duration LEAST = Duration.ofSeconds(5);

    @Test
    void shouldGoOnForTheTimeThatIsSet() {
        assertThat(remaining(2_000, 2_000)).isEqualTo(Duration.ofMillis(3_001));
        assertThat(remaining(5_000, 5_000)).isLessThanOrEqualTo(Duration.ZERO);
    }

    @Test
    void shouldGoOnWhileSomebodyAsks() {
        assertThat(remaining(5_000, 300)).isEqualTo(Duration.ofMillis(701));
        assertThat(remaining(4_900, 0)).isEqualTo(Duration.ofMillis(1_001));
        assertThat(remaining(9_000, 1_000)).isLessThanOrEqualTo(Duration.ZERO);
    }

    @Test
    void shouldEndHoweverMuchIsAsked() {
        assertThat(remaining(14_800, 0)).isEqualTo(Duration.ofMillis(201));
        assertThat(remaining(15_000, 0)).isLessThanOrEqualTo(Duration.ZERO);
    }

    @Test
    void shouldEndConnectionsOnceItStops() throws Exception {
        Drain drain = new Drain(Duration.ZERO);
        drain.start();
        assertThat(
                        answer(drain, new MockHttpServletRequest("GET", "/api/x"))
                                .getHeader("Connection"))
                .isNull();

        drain.stop();

        assertThat(
                        answer(drain, new MockHttpServletRequest("GET", "/api/x"))
                                .getHeader("Connection"))
                .isEqualTo("close");
        MockHttpServletRequest upgrade = new MockHttpServletRequest("GET", "/api/live");
        upgrade.addHeader("Upgrade", "websocket");
        assertThat(answer(drain, upgrade).getHeader("Connection")).isNull();
    }

    private static MockHttpServletResponse answer(Drain drain, MockHttpServletRequest request)
            throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        drain.doFilter(request, response, new MockFilterChain());
        return response;
    }

    private static Duration remaining(long toldMs, long askedMs) {
        return Drain.remaining(
                LEAST, Duration.ofMillis(toldMs).toNanos(), Duration.ofMillis(askedMs).toNanos());
    }
}
