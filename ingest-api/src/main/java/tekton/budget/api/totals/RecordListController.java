package tekton.budget.api.totals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.codec.JsonBytes;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.RecordQueries.NumberedPage;
import tekton.budget.metering.query.RecordQueries.RecordPage;

import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * {@code GET /usage/records}: counted records, newest arrival first. By cursors the list goes on as
 * far as ids are remembered; by numbers, as Tekton's table turns pages, through the newest part of
 * the log.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class RecordListController {

    private static final String KIND = "Usage records";

    private final Supplier<QueryPorts> ports;
    private final InstantSource clock;
    private final ZoneId local;

    /**
     * The endpoints.
     *
     * @param local the zone of times without an offset where a request names none
     */
    public RecordListController(Supplier<QueryPorts> ports, InstantSource clock, ZoneId local) {
        this.ports = ports;
        this.clock = clock;
        this.local = local;
    }

    /** A page of records. */
    @GetMapping("/usage/records")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        RecordListRequest request = RecordListRequest.of(query, local);
        Consistency after = query.readAfter();
        QueryPorts asked = ports.get();
        Integer number = request.page();
        NumberedPage numbered = number == null ? null : numbered(asked, request, number, after);
        RecordPage page = numbered == null ? next(asked, request, after) : numbered.page();
        JsonBytes json = new JsonBytes(16_384).open('{').name("items").open('[');
        page.items().forEach(item -> RecordsController.write(json, item, asked.prices()));
        json.close(']').property("next", page.next());
        json.propertyOrNull("total", numbered == null ? null : numbered.total())
                .propertyOrNull("total_exact", numbered == null ? null : numbered.exact())
                .propertyOrNull("page", request.page())
                .property("limit", request.limit());
        TopModels top = top(asked, request, after);
        if (top == null) {
            json.property("top_usage", null);
        } else {
            top.write(json.name("top_usage"));
        }
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }

    private static RecordPage next(QueryPorts asked, RecordListRequest request, Consistency after) {
        String cursor = request.cursor();
        String place = RecordListRequest.NEWEST.equals(cursor) ? null : cursor;
        try {
            return Query.found(
                    asked.records().list(request.filter(), place, request.limit(), after),
                    KIND,
                    "any");
        } catch (IllegalArgumentException notOurs) {
            throw RecordListRequest.badCursor(String.valueOf(cursor));
        }
    }

    private static NumberedPage numbered(
            QueryPorts asked, RecordListRequest request, int number, Consistency after) {
        int limit = request.limit();
        NumberedPage page =
                Query.found(
                        asked.records().page(request.filter(), number, limit, after), KIND, "any");
        long before = (number - 1L) * limit;
        if (!page.exact() && before >= page.total() && number > 1) {
            throw Query.invalid(
                    "query",
                    "page",
                    String.valueOf(number),
                    "at most %d: pages are cut from the newest %d records of the log; follow next as cursor for older records"
                            .formatted(
                                    Math.max(1, (page.total() + limit - 1) / limit),
                                    RecordQueries.READ_MAX));
        }
        return page;
    }

    /**
     * Who opens a list sees it, who goes on does not; and cells know neither all of the filters.
     */
    private @Nullable TopModels top(
            QueryPorts asked, RecordListRequest request, Consistency after) {
        if (request.cursor() != null
                || request.filter().contextId() != null
                || request.filter().allocationId() != null
                || request.filter().userId() != null) {
            return null;
        }
        TopModels top = new TopModels(request.filter());
        TimeWindow window = TopModels.window(request.filter(), clock.instant());
        if (window.fromHour().compareTo(window.untilMinute()) < 0) {
            Query.visited(
                    asked.totals()
                            .cells(
                                    request.filter().budgetId(),
                                    window.fromHour(),
                                    window.untilMinute(),
                                    after,
                                    top),
                    KIND);
        }
        return top;
    }
}
