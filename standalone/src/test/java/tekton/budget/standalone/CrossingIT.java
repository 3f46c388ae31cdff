package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.FreePorts;
import tekton.budget.testbroker.Patience;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From usage reported over HTTP to the alerts that it leads to, in a real process. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class CrossingIT {

    private static final Pattern SAID =
            Pattern.compile(
                    "\"type\":\"(\\w+_limit_\\w+)\"[^}]*\"(?:tokens|cost)_used\":([0-9.]+)");

    /** What a token of input costs by the built-in prices, so that both limits are of as many. */
    private static final BigDecimal PRICE = new BigDecimal("0.00001");

    @TempDir Path directory;
    private final HttpClient client = HttpClient.newHttpClient();
    private Map<String, String> environment = Map.of();
    private String address = "";
    private int records;

    @BeforeEach
    void chooseFreePorts() throws Exception {
        List<Integer> ports = FreePorts.find(2);
        address = "http://127.0.0.1:" + ports.get(0);
        environment =
                Map.of(
                        "BUDGET_PORT",
                        String.valueOf(ports.get(0)),
                        "BUDGET_KAFKA_PORT",
                        String.valueOf(ports.get(1)),
                        "BUDGET_DEFAULT_POLICIES",
                        "false",
                        "BUDGET_PRICE_SOURCES",
                        "none",
                        "BUDGET_DATA_DIR",
                        directory.toString(),
                        "BUDGET_HERMES",
                        "false");
    }

    @Test
    void saysEachLevelWhereItIsReachedAndNotBefore() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            Patience.await(() -> get("/api/alerts?page=1").contains("items"));
            define();
            use(79);
            use(1);
            Patience.await(() -> said().size() == 2);
            useInSession(7);
            useInSession(1);
            Patience.await(() -> inSession().equals(List.of("token_limit_approaching 8")));
            use(14);
            use(1);
            Patience.await(() -> said().size() == 4);
            use(4);
            use(1);
            Patience.await(() -> said().size() == 6);
            budget.kill();
        }
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            Patience.await(() -> said().size() >= 6 && used() == 100);
            use(10);
            // What follows a kill: nothing is said again, and the new is said.
            post("/api/policies", policy(1_000), 201);
            Patience.await(
                    () ->
                            get("/api/alerts?budget_id=crossed&type=limit_recovered")
                                    .contains("1000"));
            post("/api/policies", policy(105), 201);
            Patience.await(() -> said().size() >= 8);
            useInSession(2);
            useInSession(2);
            Patience.await(() -> inSession().size() >= 2);
            assertThat(inSession())
                    .describedAs("usage without an allocation counts in a session as any other")
                    .containsExactlyInAnyOrder(
                            "token_limit_approaching 8", "token_limit_exceeded 10");
            assertThat(said())
                    .containsExactlyInAnyOrder(
                            "token_limit_approaching 80",
                            "token_limit_approaching 95",
                            "token_limit_exceeded 100",
                            "token_limit_exceeded 110",
                            "cost_limit_approaching 0.0008",
                            "cost_limit_approaching 0.00095",
                            "cost_limit_exceeded 0.001",
                            "cost_limit_exceeded 0.0011");
            budget.terminate();
        }
    }

    /** What people do all day, under the policies that a budget comes with, is no alert. */
    @Test
    void saysNothingOfOrdinaryUseByDefault() throws Exception {
        Map<String, String> byDefault = new HashMap<>(environment);
        byDefault.remove("BUDGET_DEFAULT_POLICIES");
        try (BudgetProcess budget = BudgetProcess.start(byDefault).awaitReady()) {
            Patience.await(() -> get("/api/alerts?page=1").contains("items"));
            Patience.await(() -> get("/api/budgets/default").contains("default.default-19"));
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                lines.append(
                        "{\"record_id\":\"o%d\",\"context_id\":\"chat-%d\",\"component\":\"test\",\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":12000,\"output_tokens\":300}\n"
                                .formatted(i, i % 10));
            }
            assertThat(send("/api/usage/batch", "application/x-ndjson", lines.toString()))
                    .isEqualTo(200);
            Patience.await(() -> usedOf("default") == 200 * 12_300);
            // Crossings are told in order: once those of somebody's own limits are, all are.
            post(
                    "/api/policies",
                    "{\"type\":\"warn\",\"period\":\"per_session\",\"component\":\"test\",\"token_limit\":10}",
                    201);
            post(
                    "/api/policies",
                    "{\"type\":\"hard_limit\",\"period\":\"monthly\",\"component\":\"test\",\"token_limit\":10}",
                    201);
            Patience.await(() -> said("default").contains("token_limit_exceeded 2460000"));
            Patience.await(
                    () -> {
                        // The metering hears of the limit a moment after it was made.
                        report("default", 100);
                        return get("/api/alerts?limit=100").contains("\"period\":\"per_session\"");
                    });
            assertThat(get("/api/alerts?limit=100"))
                    .describedAs("only of what somebody asked for")
                    .doesNotContain("default.default-");
            budget.terminate();
        }
    }

    private void define() throws Exception {
        Patience.await(
                () ->
                        tryPost("/api/budgets", "{\"budget_id\":\"crossed\",\"name\":\"Crossed\"}")
                                < 500);
        post("/api/policies", policy(100), 201);
        post("/api/budgets", "{\"budget_id\":\"talk\",\"name\":\"Talk\"}", 201);
        post(
                "/api/policies",
                "{\"budget_id\":\"talk\",\"type\":\"warn\",\"period\":\"per_session\",\"token_limit\":10}",
                201);
    }

    private static String policy(int limit) {
        return "{\"budget_id\":\"crossed\",\"type\":\"hard_limit\",\"period\":\"monthly\",\"token_limit\":%d,\"cost_limit\":%s}"
                .formatted(limit, PRICE.multiply(BigDecimal.valueOf(limit)));
    }

    /** Reports usage and waits until the ledger has counted it, so that none is counted at once. */
    private void use(int tokens) throws Exception {
        int before = used();
        report("crossed", tokens);
        Patience.await(() -> used() == before + tokens);
    }

    /** The same of a session, which no summary shows: until its total has it. */
    private void useInSession(int tokens) throws Exception {
        // After a kill the store is restored first.
        Patience.await(() -> total() >= 0);
        int before = total();
        report("talk", tokens);
        Patience.await(() -> total() == before + tokens);
    }

    private void report(String budgetId, int tokens) throws Exception {
        records++;
        post(
                "/api/usage/record",
                "{\"record_id\":\"r%d\",\"context_id\":\"%s\",\"budget_id\":\"%s\",\"component\":\"test\",\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":%d,\"output_tokens\":0}"
                        .formatted(records, budgetId, budgetId, tokens),
                201);
    }

    /** Negative while it cannot be asked for. */
    private int total() throws Exception {
        String answer = get("/api/totals/contexts/talk");
        Matcher total = Pattern.compile("\"total_tokens\":(\\d+)").matcher(answer);
        if (total.find()) {
            return Integer.parseInt(total.group(1));
        }
        return answer.contains("\"status\":404") ? 0 : -1;
    }

    private int used() throws Exception {
        return usedOf("crossed");
    }

    /** What the first of a budget's monthly limits has counted; negative if that is not known. */
    private int usedOf(String budgetId) throws Exception {
        Matcher used =
                Pattern.compile("\"total_tokens_used\":(\\d+)")
                        .matcher(get("/api/budgets/" + budgetId + "/summary?period=monthly"));
        return used.find() ? Integer.parseInt(used.group(1)) : -1;
    }

    private List<String> said() throws Exception {
        return said("crossed");
    }

    private List<String> inSession() throws Exception {
        return said("talk");
    }

    private List<String> said(String budgetId) throws Exception {
        List<String> said = new ArrayList<>();
        Matcher found = SAID.matcher(get("/api/alerts?budget_id=" + budgetId));
        while (found.find()) {
            said.add(found.group(1) + ' ' + found.group(2));
        }
        return said;
    }

    private String get(String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(address + path)).build(),
                        BodyHandlers.ofString())
                .body();
    }

    private void post(String path, String body, int status) throws Exception {
        assertThat(tryPost(path, body)).describedAs(path).isEqualTo(status);
    }

    private int tryPost(String path, String body) throws Exception {
        return send(path, "application/json", body);
    }

    private int send(String path, String type, String body) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(address + path))
                                .header("Content-Type", type)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }
}
