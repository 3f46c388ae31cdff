package tekton.budget.api.live;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.Query;
import tekton.budget.event.BudgetEvent;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code GET /events}: budget events as server-sent events (WHATWG HTML, "Server-sent events"). The
 * request's own thread serves it to the end: it is a virtual one.
 */
final class EventsServlet extends LiveServlet {

    private static final long serialVersionUID = 1L;

    private static final String LAST_ID = "Last-Event-ID";

    /** How many values a filter may name. */
    private static final int VALUES_MAX = 32;

    private final transient Feed feed;
    private final transient UsageTail usage;
    private final transient Connections connections;
    private final transient BooleanSupplier reading;

    /**
     * The endpoint.
     *
     * @param reading true once the topic of events is read
     */
    EventsServlet(Feed feed, UsageTail usage, Connections connections, BooleanSupplier reading) {
        this.feed = feed;
        this.usage = usage;
        this.connections = connections;
        this.reading = reading;
    }

    @Override
    void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        Query query = new Query(request);
        EventFilter filter = filter(query);
        boolean withUsage = Boolean.TRUE.equals(query.flag("usage"));
        Places asked = asked(request);
        if (!reading.getAsBoolean()) {
            throw unavailable("budget events are not read yet");
        }
        Signal bell = new Signal();
        if (!connections.add(bell)) {
            throw full();
        }
        feed.join(bell);
        if (withUsage) {
            usage.join(bell);
        }
        try {
            response.setContentType("text/event-stream;charset=UTF-8");
            response.setHeader("Cache-Control", "no-store");
            // The end of the stream is the end of the connection: nothing waits for another
            // request.
            response.setHeader("Connection", "close");
            // A proxy such as nginx would otherwise gather events before it passes them on.
            response.setHeader("X-Accel-Buffering", "no");
            new EventStream(feed, withUsage ? usage : null, connections, bell, filter, response)
                    .serve(asked);
        } finally {
            feed.leave(bell);
            usage.leave(bell);
            connections.remove(bell);
        }
    }

    private static @Nullable Places asked(HttpServletRequest request) {
        String id = request.getHeader(LAST_ID);
        if (id == null || id.isEmpty()) {
            return null;
        }
        return Places.parse(id)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        Problem.invalid(
                                                "header",
                                                LAST_ID,
                                                id,
                                                "the id of an event, such as 0:13,1:7,2:40")));
    }

    private static EventFilter filter(Query query) {
        return new EventFilter(
                values(
                        query,
                        "type",
                        BudgetEvent.Type::parse,
                        names(BudgetEvent.Type.values(), BudgetEvent.Type::wireName)),
                values(
                        query,
                        "severity",
                        BudgetEvent.Severity::parse,
                        names(BudgetEvent.Severity.values(), BudgetEvent.Severity::wireName)),
                query.id("budget_id"));
    }

    /** One or several values, separated by commas. */
    private static <E> Set<E> values(
            Query query, String name, Function<String, Optional<E>> parse, String expected) {
        String text = query.text(name);
        Set<E> values = new HashSet<>();
        if (text == null) {
            return values;
        }
        for (String value : text.split(",", VALUES_MAX)) {
            values.add(
                    parse.apply(value.strip())
                            .orElseThrow(
                                    () ->
                                            new ProblemException(
                                                    Problem.outsideSet(
                                                            "query", name, value, expected))));
        }
        return values;
    }

    private static <E> String names(E[] all, Function<E, String> wireName) {
        return String.format(
                Locale.ROOT,
                "%s; several separated by commas",
                Arrays.stream(all).map(wireName).collect(Collectors.joining(", ")));
    }
}
