package tekton.budget.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import jakarta.servlet.FilterChain;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.HandlerMapping;

import java.io.IOException;

class HttpMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpMeters meters = new HttpMeters(registry);

    @Test
    void shouldCountByPatternAndStatus() throws Exception {
        FilterChain found =
                (request, response) ->
                        request.setAttribute(
                                HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "/api/v1/x/{id}");

        meters.doFilter(request("/api/v1/x/7"), new MockHttpServletResponse(), found);

        assertThat(count("/api/x/{id}", "200")).isEqualTo(1);
        assertThat(registry.get("budget.http.request").timer().count()).isEqualTo(1);
    }

    @Test
    void shouldTellClientsThatAreGoneFromFailures() {
        assertFails(new IOException("gone"));
        assertFails(new IllegalStateException("ours"));

        assertThat(count(HttpMeters.UNMATCHED, HttpMeters.GONE)).isEqualTo(1);
        assertThat(count(HttpMeters.UNMATCHED, "500")).isEqualTo(1);
    }

    private void assertFails(Exception failure) {
        FilterChain failing =
                (request, response) -> {
                    if (failure instanceof IOException gone) {
                        throw gone;
                    }
                    throw (RuntimeException) failure;
                };
        assertThatThrownBy(
                        () ->
                                meters.doFilter(
                                        request("/secret"), new MockHttpServletResponse(), failing))
                .isSameAs(failure);
    }

    private double count(String route, String status) {
        return registry.get("budget.http.requests")
                .tags("method", "GET", "route", route, "status", status)
                .counter()
                .count();
    }

    private static MockHttpServletRequest request(String path) {
        return new MockHttpServletRequest("GET", path);
    }
}
