package tekton.budget.bench.smoke;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.oracle.Differences;
import tekton.budget.bench.oracle.PriceList;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;
import tekton.budget.bench.trace.AzureTrace;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Both Azure traces as NDJSON, twice, as if the last call had been made now; then every total
 * against a sum over the CSV.
 */
final class TraceCheck {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int CONTEXTS = 500;
    private static final int NAMED_MAX = 5;

    private static final String PROVIDER = "openai";
    private static final String MODEL = "gpt-4o";

    private final HttpConnection http;
    private final TotalsClient totals;
    private final PriceList prices;
    private final Checks checks;

    TraceCheck(HttpConnection http, TotalsClient totals, PriceList prices, Checks checks) {
        this.http = http;
        this.totals = totals;
        this.prices = prices;
        this.checks = checks;
    }

    /**
     * @param suffix ends contexts, components and ids; empty unless the product has seen the traces
     */
    void run(List<AzureTrace> traces, String suffix) throws IOException, InterruptedException {
        long nowMs = System.currentTimeMillis();
        SortedMap<String, TotalsView> contexts = new TreeMap<>();
        SortedMap<String, TotalsView> components = new TreeMap<>();
        String position = "";
        for (AzureTrace trace : traces) {
            long shiftMs = nowMs - trace.lastAtMs();
            byte[] lines = lines(trace, shiftMs, suffix);
            for (int i = 0; i < 2; i++) {
                position = send(trace, lines, position);
            }
            expect(trace, shiftMs, suffix, contexts, components);
        }
        compare(Kind.CONTEXT, contexts, position);
        compare(Kind.COMPONENT, components, position);
    }

    private static byte[] lines(AzureTrace trace, long shiftMs, String suffix) {
        StringBuilder lines = new StringBuilder(256 * trace.rows().size());
        for (int row = 0; row < trace.rows().size(); row++) {
            AzureTrace.TraceRow call = trace.rows().get(row);
            lines.append(
                    ("{\"record_id\":\"%s-%d%s\",\"context_id\":\"%s\",\"component\":\"%s%s\","
                                    + "\"provider\":\"%s\",\"model\":\"%s\","
                                    + "\"input_tokens\":%d,\"output_tokens\":%d,"
                                    + "\"timestamp\":\"%s\"}\n")
                            .formatted(
                                    trace.name(),
                                    row,
                                    suffix,
                                    contextOf(row, suffix),
                                    trace.name(),
                                    suffix,
                                    PROVIDER,
                                    MODEL,
                                    call.contextTokens(),
                                    call.generatedTokens(),
                                    Instant.ofEpochMilli(call.atMs() + shiftMs)));
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String contextOf(int row, String suffix) {
        return "azure-" + row % CONTEXTS + suffix;
    }

    private String send(AzureTrace trace, byte[] lines, String position) throws IOException {
        Response response = http.post("/api/usage/batch", "application/x-ndjson", lines);
        checks.equal("status of " + trace.name(), 200, response.status());
        if (response.status() != 200) {
            throw new IOException(response.text());
        }
        var json = JSON.readTree(response.body());
        checks.equal(
                "accepted of " + trace.name(), trace.rows().size(), json.path("accepted").asInt());
        checks.equal("refused of " + trace.name(), 0, json.path("refused").asInt());
        String reached = response.header("budget-position").orElse("");
        return reached.isEmpty() ? position : reached;
    }

    private void expect(
            AzureTrace trace,
            long shiftMs,
            String suffix,
            SortedMap<String, TotalsView> contexts,
            SortedMap<String, TotalsView> components) {
        for (int row = 0; row < trace.rows().size(); row++) {
            TotalsView one = one(trace.rows().get(row), shiftMs);
            contexts.merge(contextOf(row, suffix), one, TraceCheck::sum);
            components.merge(trace.name() + suffix, one, TraceCheck::sum);
        }
    }

    private TotalsView one(AzureTrace.TraceRow call, long shiftMs) {
        long input = call.contextTokens();
        long output = call.generatedTokens();
        Instant at = Instant.ofEpochMilli(call.atMs() + shiftMs);
        BigDecimal cost =
                prices.cost(PROVIDER, MODEL, at.toEpochMilli(), input, output).orElseThrow();
        return new TotalsView("", input, output, input + output, 0, 0, 0, 0, cost, 1, at, at);
    }

    private static TotalsView sum(TotalsView a, TotalsView b) {
        return new TotalsView(
                "",
                a.input() + b.input(),
                a.output() + b.output(),
                a.total() + b.total(),
                0,
                0,
                0,
                0,
                a.cost().add(b.cost()),
                a.records() + b.records(),
                earlier(a.firstAt(), b.firstAt()),
                later(a.lastAt(), b.lastAt()));
    }

    private static Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        return Stream.of(a, b).filter(Objects::nonNull).min(Instant::compareTo).orElseThrow();
    }

    private static Instant later(@Nullable Instant a, @Nullable Instant b) {
        return Stream.of(a, b).filter(Objects::nonNull).max(Instant::compareTo).orElseThrow();
    }

    private void compare(Kind kind, SortedMap<String, TotalsView> sums, String position)
            throws IOException, InterruptedException {
        SortedMap<String, TotalsView> expected = new TreeMap<>();
        SortedMap<String, TotalsView> found = new TreeMap<>();
        for (Map.Entry<String, TotalsView> sum : sums.entrySet()) {
            String id = sum.getKey();
            TotalsView v = sum.getValue();
            expected.put(
                    id,
                    new TotalsView(
                            id,
                            v.input(),
                            v.output(),
                            v.total(),
                            0,
                            0,
                            0,
                            0,
                            TotalsView.plain(v.cost()),
                            v.records(),
                            v.firstAt(),
                            v.lastAt()));
            found.put(id, totals.totals(kind, id, position));
        }
        List<String> differences = Differences.between(kind, expected, found, NAMED_MAX);
        differences.forEach(checks::fail);
        if (differences.isEmpty()) {
            checks.equal(kind + " totals equal to the CSV's sums", sums.size(), found.size());
        }
    }
}
