package tekton.budget.api.totals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.Consistency;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * {@code POST /usage/summary}, {@code GET /reports/summary}: usage summed from the hourly cells, in
 * the shape Tekton reads.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class SummaryController {

    private final Supplier<QueryPorts> ports;
    private final InstantSource clock;
    private final ZoneId local;

    /**
     * The endpoints.
     *
     * @param local the zone of times without an offset where a request names none
     */
    public SummaryController(Supplier<QueryPorts> ports, InstantSource clock, ZoneId local) {
        this.ports = ports;
        this.clock = clock;
        this.local = local;
    }

    /** One summary, asked for by a body. */
    @PostMapping("/usage/summary")
    public void summary(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Consistency after = new Query(http).readAfter();
        Instant now = clock.instant();
        write(SummaryRequest.of(JsonBodies.read(http), now, local), after, now, response);
    }

    /** One summary, asked for by parameters. */
    @GetMapping("/reports/summary")
    public void report(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        Instant now = clock.instant();
        write(SummaryRequest.of(query, now, local), query.readAfter(), now, response);
    }

    private void write(
            SummaryRequest request, Consistency after, Instant now, HttpServletResponse response)
            throws IOException {
        SummarySums sums = new SummarySums(request);
        visit(request, request.window(), after, sums);
        SummarySums.Daily daily = new SummarySums.Daily(request);
        visit(request, request.lastDays(now), Consistency.NOTHING, daily);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                SummaryJson.of(
                        request,
                        sums,
                        daily,
                        request.lastDays(now),
                        DailyLimit.of(request, ports.get().ledger())));
    }

    private void visit(
            SummaryRequest request,
            TimeWindow window,
            Consistency after,
            BiConsumer<Cell, Totals> visitor) {
        Query.visited(
                ports.get()
                        .totals()
                        .cells(
                                request.budgetId(),
                                window.fromHour(),
                                window.untilMinute(),
                                after,
                                visitor),
                "Budget");
    }
}
