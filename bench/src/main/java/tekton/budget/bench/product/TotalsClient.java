package tekton.budget.bench.product;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Asks for totals over REST. One thread at a time. */
public final class TotalsClient implements AutoCloseable {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final int PAGE = 100;
    private static final int PAGES_MAX = 100_000;
    private static final long PAUSE_MS = 500;

    /** What totals are kept of. */
    public enum Kind {
        CONTEXT("contexts"),
        COMPONENT("components"),
        BUDGET("budgets");

        private final String path;

        Kind(String path) {
            this.path = path;
        }

        /** The last segment of {@code /api/totals/…}. */
        public String path() {
            return path;
        }
    }

    private final HttpConnection http;

    public TotalsClient(InetSocketAddress address) {
        http = new HttpConnection(address, Duration.ofSeconds(30));
    }

    /** The same with a key. */
    public TotalsClient(InetSocketAddress address, String apiKey) {
        this(address);
        http.showing(apiKey);
    }

    /** The path of one id's totals. */
    public static String pathOf(Kind kind, String id) {
        return "/api/totals/"
                + kind.path()
                + '/'
                + encode(id).replace("%2F", "/"); // the last segment takes all, slashes too
    }

    /** One id's totals now; zeros when it is unknown. */
    public TotalsView totals(Kind kind, String id) throws IOException, InterruptedException {
        return totals(kind, id, "");
    }

    /**
     * One id's totals once the state has passed a position; zeros when the id is unknown. Asks
     * again after 503 and 504, for minutes.
     *
     * @param position as the service answered it; empty: do not wait
     */
    public TotalsView totals(Kind kind, String id, String position)
            throws IOException, InterruptedException {
        Response response = untilAnswered(pathOf(kind, id), position);
        return response.status() == 404
                ? TotalsView.none(id)
                : TotalsView.of(JSON.readTree(response.body()));
    }

    /** The number of records counted in one id; 0 when it is unknown or cannot be asked now. */
    public long recordsNow(Kind kind, String id) {
        try {
            Response response = http.get(pathOf(kind, id));
            return response.status() == 200
                    ? TotalsView.of(JSON.readTree(response.body())).records()
                    : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** The totals of every id, page by page. */
    public SortedMap<String, TotalsView> all(Kind kind) throws IOException, InterruptedException {
        SortedMap<String, TotalsView> found = new TreeMap<>();
        String after = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            String path = "/api/totals/" + kind.path() + "?limit=" + PAGE + after;
            Response response = untilAnswered(path, "");
            if (response.status() != 200) {
                throw new IOException(path + ": " + response.status() + ' ' + response.text());
            }
            JsonNode json = JSON.readTree(response.body());
            for (TotalsView item : items(json)) {
                if (found.put(item.id(), item) != null) {
                    throw new IOException(path + ": " + item.id() + " is listed twice");
                }
            }
            JsonNode next = json.path("next");
            if (!next.isString()) {
                return found;
            }
            after = "&after=" + encode(next.asString());
        }
        throw new IOException(kind.path() + ": more than " + PAGES_MAX + " pages");
    }

    private static List<TotalsView> items(JsonNode json) throws IOException {
        if (!json.path("items").isArray()) {
            throw new IOException("no items in " + json);
        }
        List<TotalsView> items = new ArrayList<>();
        json.path("items").forEach(item -> items.add(TotalsView.of(item)));
        return items;
    }

    private Response untilAnswered(String path, String position)
            throws IOException, InterruptedException {
        String last = "";
        for (long begun = System.nanoTime(); !CheckTimeout.isOver(begun); ) {
            try {
                Response response = http.get(path, position);
                if (response.status() == 200 || response.status() == 404) {
                    return response;
                }
                last = response.status() + " " + response.text();
                if (response.status() != 503 && response.status() != 504) {
                    break;
                }
            } catch (IOException e) {
                last = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        throw new IOException("GET " + path + ": " + last);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
    }
}
