package tekton.budget.api.totals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.TotalsJson;
import tekton.budget.codec.JsonBytes;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.TotalsQueries;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** {@code GET /totals/…}: of one id, of a window, of all ids in pages, and the largest. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class TotalsController {

    private static final String DIMENSIONS =
            "/totals/{dimension:budgets|contexts|components|users}";

    private final Supplier<QueryPorts> ports;
    private final InstantSource clock;
    private final ZoneId local;

    /**
     * The endpoints.
     *
     * @param local the zone of times without an offset where a request names none
     */
    public TotalsController(Supplier<QueryPorts> ports, InstantSource clock, ZoneId local) {
        this.ports = ports;
        this.clock = clock;
        this.local = local;
    }

    /** One total, of all time or of a window. */
    @GetMapping(DIMENSIONS + "/{*id}")
    public void one(
            @PathVariable("dimension") String plural,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Query query = new Query(request);
        Dimension dimension = dimension(plural);
        String id = query.lastSegment("/totals/" + plural + "/");
        Consistency after = query.readAfter();
        TimeWindow window = Times.window(query, dimension, clock.instant(), local);

        TotalsQueries totals = ports.get().totals();
        Answer<Totals> answer =
                window == null
                        ? totals.allTime(dimension, id, after)
                        : totals.between(
                                        dimension,
                                        id,
                                        window.fromMinute(),
                                        window.untilMinute(),
                                        after)
                                .map(used -> uncut(used, window));
        Totals found = Query.found(answer, kind(dimension), id);

        JsonBytes json = new JsonBytes(512).open('{');
        TotalsJson.properties(json, id, found);
        if (window != null) {
            window.properties(json);
        }
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }

    /** A page of totals in the order of their ids, or the largest ones. */
    @GetMapping(DIMENSIONS)
    public void list(
            @PathVariable("dimension") String plural,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Query query = new Query(request);
        Dimension dimension = dimension(plural);
        int limit = query.limit();
        TopBy top = query.top();
        String afterId = query.id("after");
        Consistency readAfter = query.readAfter();
        JsonBytes json = new JsonBytes(4_096).open('{');
        if (top != null) {
            items(json, found(ports.get().totals().top(dimension, top, limit), dimension));
        } else {
            List<KeyedTotals> page =
                    found(
                            ports.get().totals().page(dimension, afterId, limit, readAfter),
                            dimension);
            items(json, page);
            json.property("next", page.size() < limit ? null : page.getLast().id());
        }
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }

    private static Totals uncut(InWindow used, TimeWindow window) {
        if (!used.cut().isEmpty()) {
            throw window.cut(used.cut());
        }
        return used.totals();
    }

    private static List<KeyedTotals> found(Answer<List<KeyedTotals>> answer, Dimension dimension) {
        return Query.found(answer, kind(dimension), "any");
    }

    private static void items(JsonBytes json, List<KeyedTotals> items) {
        json.name("items").open('[');
        for (KeyedTotals item : items) {
            json.open('{');
            TotalsJson.properties(json, item.id(), item.totals());
            json.close('}');
        }
        json.close(']');
    }

    private static Dimension dimension(String plural) {
        return Dimension.valueOf(plural.substring(0, plural.length() - 1).toUpperCase(Locale.ROOT));
    }

    private static String kind(Dimension dimension) {
        return switch (dimension) {
            case BUDGET -> "Budget";
            case CONTEXT -> "Context";
            case COMPONENT -> "Component";
            case USER -> "User";
        };
    }
}
