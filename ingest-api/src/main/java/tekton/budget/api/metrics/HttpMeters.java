package tekton.budget.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;

import org.springframework.web.servlet.HandlerMapping;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times every request that reaches a servlet, by the pattern of its path: as many series
 * as there are routes, whatever clients ask for. Both prefixes of the API are one route.
 */
public final class HttpMeters implements Filter {

    /** The route of what no pattern matches. */
    static final String UNMATCHED = "unmatched";

    /** The status of what was read or answered no further, because its client was gone. */
    static final String GONE = "gone";

    private static final String FAILED = "500";

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "OPTIONS");

    private static final Duration[] TOOK = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry registry;
    private final Map<RequestLabels, Counter> counts = new ConcurrentHashMap<>();
    private final Map<Timed, Timer> times = new ConcurrentHashMap<>();

    private record RequestLabels(String method, String route, String status) {}

    private record Timed(String method, String route) {}

    public HttpMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long began = System.nanoTime();
        String status = FAILED;
        try {
            chain.doFilter(request, response);
            status = Integer.toString(((HttpServletResponse) response).getStatus());
        } catch (IOException gone) {
            status = GONE;
            throw gone;
        } finally {
            ended((HttpServletRequest) request, status, System.nanoTime() - began);
        }
    }

    private void ended(HttpServletRequest request, String status, long nanos) {
        String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "other";
        ended(method, route(request), status, nanos);
    }

    /**
     * Counts and times a request that no filter sees.
     *
     * @param path the route, with either prefix of the API
     */
    public void posted(String path, int status, long nanos) {
        ended("POST", unversioned(path), Integer.toString(status), nanos);
    }

    private void ended(String method, String route, String status, long nanos) {
        counts.computeIfAbsent(new RequestLabels(method, route, status), this::counter).increment();
        times.computeIfAbsent(new Timed(method, route), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private static String route(HttpServletRequest request) {
        Object pattern =
                request.getHttpServletMapping().getMappingMatch() == MappingMatch.EXACT
                        ? request.getHttpServletMapping().getPattern()
                        : request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        if (pattern == null) {
            return UNMATCHED;
        }
        return unversioned(pattern.toString());
    }

    private static String unversioned(String route) {
        return route.startsWith("/api/v1/") ? "/api/" + route.substring(8) : route;
    }

    private Counter counter(RequestLabels of) {
        return Counter.builder("budget.http.requests")
                .description("HTTP requests that have ended")
                .tag("method", of.method())
                .tag("route", of.route())
                .tag("status", of.status())
                .register(registry);
    }

    private Timer timer(Timed of) {
        return Timer.builder("budget.http.request")
                .description("Duration of HTTP requests")
                .tag("method", of.method())
                .tag("route", of.route())
                .serviceLevelObjectives(TOOK)
                .register(registry);
    }
}
