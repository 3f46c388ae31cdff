package tekton.budget.api.reports;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.AcceptHeader;
import tekton.budget.api.http.TimedStream;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.QueryPorts;
import tekton.budget.api.totals.TimeWindow;
import tekton.budget.metering.query.TopBy;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * {@code GET /reports/usage} and {@code /usage/analytics}: usage summed by what is asked for. Rows
 * are held in memory, so only so many reports are made at a time, as their class of cost says, and
 * who does not take one in time loses the connection.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class ReportsController {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Supplier<QueryPorts> ports;
    private final InstantSource clock;
    private final ZoneId local;

    /**
     * The endpoints.
     *
     * @param local the zone of times without an offset where a request names none
     */
    public ReportsController(Supplier<QueryPorts> ports, InstantSource clock, ZoneId local) {
        this.ports = ports;
        this.clock = clock;
        this.local = local;
    }

    /** A report. */
    @GetMapping("/reports/usage")
    public void usage(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        ReportFormat named = query.oneOf("format", ReportFormat::parse, ReportFormat.EXPECTED);
        ReportFormat format = named == null ? accepted(http) : named;
        ReportRequest request = ReportRequest.of(query, clock.instant(), local);
        TopBy top = query.top();
        int limit = query.limit();
        ReportRows rows = rows(request, query);
        if (top != null) {
            rows.onlyLargest(top, limit);
        }
        OutputStream out = begin(response, format);
        switch (format) {
            case JSON -> JsonReport.write(request, rows, out);
            case CSV -> {
                response.setHeader("Content-Disposition", fileName(request.window()));
                CsvReport.write(request, rows, out);
            }
        }
    }

    /** Usage by time, provider, model and component, as Tekton's command line reads it. */
    @GetMapping("/usage/analytics")
    public void analytics(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        ReportRequest request = Analytics.request(query, clock.instant(), local);
        ReportRows rows = rows(request, query);
        JsonReport.writeAnalytics(rows, begin(response, ReportFormat.JSON));
    }

    private ReportRows rows(ReportRequest request, Query query) {
        return ReportRows.of(request, ports.get().totals(), query.readAfter());
    }

    private static OutputStream begin(HttpServletResponse response, ReportFormat format)
            throws IOException {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(format.contentType());
        return new TimedStream(response.getOutputStream(), TIMEOUT, System::nanoTime);
    }

    /** The first and the last day of what is in it. */
    private static String fileName(TimeWindow window) {
        return "attachment; filename=\"usage-%s-%s.csv\""
                .formatted(window.from().toLocalDate(), window.to().minusNanos(1).toLocalDate());
    }

    private static ReportFormat accepted(HttpServletRequest http) {
        return AcceptHeader.prefersToJson("text/csv", http.getHeader("Accept"))
                ? ReportFormat.CSV
                : ReportFormat.JSON;
    }
}
