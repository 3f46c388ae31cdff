package tekton.budget.api.prices;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.JsonFields;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.pricing.PriceSpan;
import tekton.budget.value.UsageBounds;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** {@code /prices…}: what is asked of prices. What changes them is not here. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class PricesController {

    private static final int NAME_LENGTH_MAX =
            UsageBounds.NAME_LENGTH_MAX + 1 + UsageBounds.MODEL_LENGTH_MAX;

    /** The most stretches of time of one model that an answer tells, the newest. */
    private static final int HISTORY_MAX = 1_000;

    private static final Comparator<PriceMatch> BY_NAME =
            Comparator.<PriceMatch, String>comparing(match -> match.price().provider())
                    .thenComparing(match -> match.price().model());

    private final Supplier<PriceBook> prices;
    private final InstantSource clock;

    /**
     * The endpoints.
     *
     * @param prices the book as it is now
     */
    public PricesController(Supplier<PriceBook> prices, InstantSource clock) {
        this.prices = prices;
        this.clock = clock;
    }

    /** The prices in force that match: all of them as an array, or a page when one is asked for. */
    @GetMapping("/prices")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        PriceFilter filter = PriceFilter.of(query);
        Long at = query.timeMs("at");
        long atMs = at == null ? clock.millis() : at;
        PriceBook book = prices.get();
        List<PriceMatch> matching =
                book.inForce(atMs).stream()
                        .filter(match -> filter.takes(match.price()))
                        .sorted(BY_NAME)
                        .toList();
        boolean paged = query.text("page") != null || query.text("limit") != null;
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                paged
                        ? Page.of(matching, query)
                                .toJson(
                                        (json, match) ->
                                                PriceJson.properties(
                                                        json, PriceQuery.span(book, match, atMs)))
                        : array(
                                matching.stream()
                                        .map(match -> PriceQuery.span(book, match, atMs))
                                        .toList()));
    }

    /** The price in force of one model, and what it was found by. */
    @PostMapping("/prices/current")
    public void current(HttpServletRequest http, HttpServletResponse response) throws IOException {
        JsonFields fields = JsonBodies.read(http);
        PriceBook book = prices.get();
        PriceQuery asked = PriceQuery.of(fields, clock.millis());
        PriceMatch match = asked.match(fields, book);
        JsonBytes json = new JsonBytes(2_048).open('{');
        PriceJson.properties(json, PriceQuery.span(book, match, asked.atMs()));
        PriceJson.matched(json, match);
        PriceJson.raw(json, match.price().raw());
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }

    /**
     * What was, is and will be in force for one model, newest first; nothing for an unknown one.
     */
    @GetMapping("/prices/history/{*name}")
    public void history(HttpServletRequest http, HttpServletResponse response) throws IOException {
        String name = new Query(http).lastSegment("/prices/history/", NAME_LENGTH_MAX);
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            throw Query.invalid("path", "id", name, "a provider, a slash and a model");
        }
        List<PriceSpan> newestFirst =
                prices.get()
                        .history(name.substring(0, slash), name.substring(slash + 1))
                        .reversed();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                array(newestFirst.subList(0, Math.min(newestFirst.size(), HISTORY_MAX))));
    }

    /** What one call costs. */
    @PostMapping("/prices/calculate")
    public void calculate(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Calculation calculation =
                Calculation.of(JsonBodies.read(http), prices.get(), clock.millis());
        Bodies.write(response, HttpServletResponse.SC_OK, calculation.toJson());
    }

    /** Which models cost less. */
    @PostMapping({"/prices/recommendations", "/prices/recommend"})
    public void recommend(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Recommendations recommendations =
                Recommendations.of(JsonBodies.read(http), prices.get(), clock.millis());
        Bodies.write(response, HttpServletResponse.SC_OK, recommendations.toJson());
    }

    private static JsonBytes array(List<PriceSpan> spans) {
        JsonBytes json = new JsonBytes(16_384).open('[');
        for (PriceSpan span : spans) {
            json.open('{');
            PriceJson.properties(json, span);
            json.close('}');
        }
        return json.close(']');
    }
}
