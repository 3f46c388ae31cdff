package tekton.budget.api.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;
import tekton.budget.metering.metrics.MeteringMetrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;

/**
 * {@code GET /metrics}: every figure in Prometheus' text format, or in OpenMetrics to who accepts
 * it. It asks no store and no broker, so it answers whatever state they are in. One scrape at a
 * time.
 */
public final class MetricsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String OPEN_METRICS = "application/openmetrics-text";

    private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final int BYTES = 128 * 1024;

    private final transient PrometheusMeterRegistry registry;
    private final transient MeteringMetrics metering;
    private final transient PriceMeters prices;

    public MetricsServlet(
            PrometheusMeterRegistry registry, MeteringMetrics metering, PriceMeters prices) {
        this.registry = registry;
        this.metering = metering;
        this.prices = prices;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            ProblemResponse.write(
                    response,
                    Problem.of(
                            ProblemType.METHOD_NOT_ALLOWED,
                            "%s /metrics (expected: GET)".formatted(request.getMethod())));
            return;
        }
        String accepted = request.getHeader("Accept");
        String type =
                accepted != null && accepted.toLowerCase(Locale.ROOT).contains(OPEN_METRICS)
                        ? OPEN_METRICS_TYPE
                        : TEXT_TYPE;
        byte[] body = scrape(type);
        response.setContentType(type);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private synchronized byte[] scrape(String type) throws IOException {
        metering.refresh();
        prices.refresh();
        ByteArrayOutputStream body = new ByteArrayOutputStream(BYTES);
        registry.scrape(body, type);
        return body.toByteArray();
    }
}
