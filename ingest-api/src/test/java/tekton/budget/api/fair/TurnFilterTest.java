package tekton.budget.api.fair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.servlet.FilterChain;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import tekton.budget.api.route.CostClass;
import tekton.budget.testbroker.Patience;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class TurnFilterTest {

    private static final String SUMMARY = "/api/reports/summary";

    private TurnFilter filter = new TurnFilter();
    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void shouldTurnACallerAwayThatHasItsShareAndNobodyElse() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            hold(threads, "10.0.0.1");
            // As many as may wait for the share to be free again.
            List<Future<MockHttpServletResponse>> waiting = new ArrayList<>();
            for (int i = 0; i < CostClass.SCAN.waiting(); i++) {
                waiting.add(threads.submit(() -> ask("GET", SUMMARY, "10.0.0.1", served())));
            }
            Patience.await(() -> filter.waiting(CostClass.SCAN, "10.0.0.1") == waiting.size());

            MockHttpServletResponse refused = ask("GET", SUMMARY, "10.0.0.1", served());
            assertThat(refused.getStatus()).isEqualTo(429);
            assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
            assertThat(refused.getContentAsString())
                    .contains("too_many_requests", "class scan, expected: at most 1 at once");
            assertThat(filter.turnedAway(CostClass.SCAN)).isEqualTo(1);

            assertThat(ask("GET", SUMMARY, "10.0.0.2", served()).getStatus()).isEqualTo(200);
            // Another kind of request has turns of its own, whosoever it is.
            assertThat(ask("GET", "/api/budgets/b", "10.0.0.1", served()).getStatus())
                    .isEqualTo(200);
            end.countDown();
            for (Future<MockHttpServletResponse> each : waiting) {
                assertThat(each.get(Patience.SECONDS, TimeUnit.SECONDS).getStatus()).isEqualTo(200);
            }
        }
        assertThat(filter.atWork(CostClass.SCAN)).isZero();
    }

    @Test
    void shouldSayThatTheInstanceIsFullWhereOthersHaveAllTurns() throws Exception {
        filter = new TurnFilter(0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            hold(threads, "10.0.0.1");
            hold(threads, "10.0.0.2");
            assertThat(filter.atWork(CostClass.SCAN)).isEqualTo(CostClass.SCAN.all());

            MockHttpServletResponse refused = ask("GET", SUMMARY, "10.0.0.3", served());
            assertThat(refused.getStatus()).isEqualTo(503);
            assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
            assertThat(refused.getContentAsString())
                    .contains("service_unavailable", "class scan, expected: at most 2 at once");
            assertThat(filter.turnedAwayFull(CostClass.SCAN)).isEqualTo(1);
            end.countDown();
        }
    }

    @Test
    void shouldGiveATurnBackThatFailed() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThatIllegalStateException()
                    .isThrownBy(
                            () ->
                                    ask(
                                            "GET",
                                            SUMMARY,
                                            "10.0.0.1",
                                            (_, _) -> {
                                                throw new IllegalStateException("broken");
                                            }));
        }
        assertThat(filter.atWork(CostClass.SCAN)).isZero();
    }

    @Test
    void shouldCountByKeyOrAddressWhateverThePathIsSpelledLike() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            hold(threads, "2001:db8:1:2:3:4:5:6");
            Future<MockHttpServletResponse> sameNetwork =
                    threads.submit(
                            () ->
                                    ask(
                                            "GET",
                                            "/api/v1//reports/summary",
                                            "2001:db8:1:2::9",
                                            served()));
            Patience.await(() -> filter.waiting(CostClass.SCAN, "2001:db8:1:2::9") == 1);
            end.countDown();
            assertThat(sameNetwork.get(Patience.SECONDS, TimeUnit.SECONDS).getStatus())
                    .isEqualTo(200);
        }
    }

    private static FilterChain served() {
        return (_, response) -> ((MockHttpServletResponse) response).setStatus(200);
    }

    /** Begins a request that goes on until the end. */
    private void hold(ExecutorService threads, String address) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Future<MockHttpServletResponse> _ =
                threads.submit(
                        () ->
                                ask(
                                        "GET",
                                        SUMMARY,
                                        address,
                                        (_, _) -> {
                                            begun.countDown();
                                            awaitEnd();
                                        }));
        assertThat(begun.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private void awaitEnd() {
        try {
            assertThat(end.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private MockHttpServletResponse ask(
            String method, String path, String address, FilterChain chain) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        request.setServletPath(path.replace("//", "/"));
        request.setRemoteAddr(address);
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter.doFilter(request, response, chain);
        return response;
    }
}
