package tekton.budget.api.export;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.TimedStream;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.QueryPorts;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/**
 * {@code GET /exports/focus}: usage by the hour for billing tools. An export is read and written
 * some charges at a time, however long it is; so many are made at a time, and a caller that does
 * not take one in time loses the connection.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class ExportsController {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int GZIP_BUFFER_BYTES = 8_192;

    private final Supplier<QueryPorts> ports;
    private final InstantSource clock;
    private final ZoneId local;

    /**
     * The endpoint.
     *
     * @param local the zone of times without an offset
     */
    public ExportsController(Supplier<QueryPorts> ports, InstantSource clock, ZoneId local) {
        this.ports = ports;
        this.clock = clock;
        this.local = local;
    }

    /** An export. */
    @GetMapping("/exports/focus")
    public void focus(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        Instant now = clock.instant();
        ExportRequest request = ExportRequest.of(query, now, local);
        boolean gzip =
                AcceptedCoding.takesGzip(
                        String.join(",", Collections.list(http.getHeaders("Accept-Encoding"))));
        ChargesInOrder charges =
                new ChargesInOrder(ports.get().totals(), request, query.readAfter());
        // What cannot be read at all is told as a problem; later there is an answer under way.
        SortedMap<ChargeKey, Totals> some = charges.next();
        OutputStream out = begin(response, request, gzip);
        write(request, now.truncatedTo(ChronoUnit.SECONDS), some, charges, out);
        // Reached only when all was written: else what is sent must not look whole.
        out.close();
    }

    private static void write(
            ExportRequest request,
            Instant asOf,
            SortedMap<ChargeKey, Totals> first,
            ChargesInOrder charges,
            OutputStream out)
            throws IOException {
        List<ExportColumn> columns = request.profile().columns();
        request.format().begin(columns, out);
        SortedMap<ChargeKey, Totals> some = first;
        while (true) {
            for (Map.Entry<ChargeKey, Totals> each : some.entrySet()) {
                request.format()
                        .write(
                                new ExportedCharge(each.getKey(), each.getValue(), asOf),
                                columns,
                                out);
            }
            if (!charges.hasNext()) {
                return;
            }
            some = charges.next();
        }
    }

    /** From here on a failure breaks the connection, as no problem can be told any more. */
    private static OutputStream begin(
            HttpServletResponse response, ExportRequest request, boolean gzip) throws IOException {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(request.format().contentType());
        response.setHeader(
                "Content-Disposition", "attachment; filename=\"" + request.fileName() + '"');
        response.addHeader("Vary", "Accept-Encoding");
        if (gzip) {
            response.setHeader("Content-Encoding", "gzip");
        }
        response.flushBuffer();
        OutputStream timed = new TimedStream(response.getOutputStream(), TIMEOUT, System::nanoTime);
        return gzip ? new GZIPOutputStream(timed, GZIP_BUFFER_BYTES) : timed;
    }
}
