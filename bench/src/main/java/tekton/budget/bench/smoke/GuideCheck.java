package tekton.budget.bench.smoke;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** The usage half of the integration guide's example: recorded, counted, and counted once. */
final class GuideCheck {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final BigDecimal COST = new BigDecimal("0.02025");
    private static final long TOKENS = 350;

    private static final Map<Kind, String> IDS =
            Map.of(
                    Kind.CONTEXT, "my-context-123",
                    Kind.COMPONENT, "my-component",
                    Kind.BUDGET, "default");

    private final HttpConnection http;
    private final TotalsClient totals;
    private final Checks checks;

    GuideCheck(HttpConnection http, TotalsClient totals, Checks checks) {
        this.http = http;
        this.totals = totals;
        this.checks = checks;
    }

    void run(String requestId) throws IOException, InterruptedException {
        Map<Kind, TotalsView> before = read("");
        String position = record(requestId);
        compare("the guide's record", before, read(position), 1);
        String again = record(requestId);
        compare("the same request again", before, read(again), 1);
    }

    private String record(String requestId) throws IOException {
        String body =
                """
                {"context_id": "my-context-123", "component": "my-component",
                 "provider": "anthropic", "model": "claude-3-opus-20240229",
                 "input_tokens": 100, "output_tokens": 250, "request_id": "%s"}
                """
                        .formatted(requestId);
        Response response =
                http.post(
                        "/api/usage/record",
                        "application/json",
                        body.getBytes(StandardCharsets.UTF_8));
        checks.equal("status of the guide's record", 201, response.status());
        if (response.status() != 201) {
            throw new IOException(response.text());
        }
        checks.equal(
                "its total_cost",
                COST,
                TotalsView.plain(JSON.readTree(response.body()).path("total_cost").decimalValue()));
        String position = response.header("budget-position").orElse("");
        if (position.isEmpty()) {
            checks.fail("no Budget-Position in the answer");
        }
        return position;
    }

    private Map<Kind, TotalsView> read(String position) throws IOException, InterruptedException {
        Map<Kind, TotalsView> read = new EnumMap<>(Kind.class);
        for (Map.Entry<Kind, String> id : IDS.entrySet()) {
            read.put(id.getKey(), totals.totals(id.getKey(), id.getValue(), position));
        }
        return read;
    }

    private void compare(
            String when, Map<Kind, TotalsView> before, Map<Kind, TotalsView> after, int records) {
        IDS.forEach(
                (kind, id) -> {
                    TotalsView old = before.getOrDefault(kind, TotalsView.none(id));
                    TotalsView now = after.getOrDefault(kind, TotalsView.none(id));
                    String what = when + ", " + kind + " " + id;
                    checks.equal(what + ", tokens", old.total() + records * TOKENS, now.total());
                    checks.equal(
                            what + ", cost", TotalsView.plain(old.cost().add(COST)), now.cost());
                    checks.equal(what + ", records", old.records() + records, now.records());
                });
    }
}
