package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The whole application on a broker of its own, and what tests of the ledger say to it. */
final class LedgerApi implements AutoCloseable {

    static final String POSITION = "Budget-Position";

    static final String OPUS =
            ", \"provider\": \"anthropic\", \"model\": \"claude-3-opus-20240229\"";

    final TestBroker broker;
    final Api http;
    private final AtomicInteger names = new AtomicInteger();

    private LedgerApi(TestBroker broker, Api http) {
        this.broker = broker;
        this.http = http;
    }

    /** Returns once everything can be asked and the default budget is there. */
    static LedgerApi start(Path data) throws Exception {
        TestBroker broker = TestBroker.start();
        Api http = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> http.get("/ready").statusCode() == 200);
        Api.await(() -> http.get("/api/budgets/default").statusCode() == 200);
        return new LedgerApi(broker, http);
    }

    /** A new budget of that test's own. */
    String budget(String... fields) throws Exception {
        String id = "budget-" + names.incrementAndGet();
        created(
                "/api/budgets",
                "{\"name\": \"%s\", \"budget_id\": \"%s\"%s}"
                        .formatted(id, id, String.join("", fields)));
        return id;
    }

    /** A new policy; its id. */
    String policy(String budgetId, String type, String period, String fields) throws Exception {
        return created(
                        "/api/policies",
                        "{\"budget_id\": \"%s\", \"type\": \"%s\", \"period\": \"%s\"%s}"
                                .formatted(budgetId, type, period, fields))
                .get("policy_id")
                .stringValue();
    }

    HttpResponse<String> allocate(
            String budgetId, String contextId, long tokens, String fields, String... headers)
            throws Exception {
        return http.post("/api/allocations", body(budgetId, contextId, tokens, fields), headers);
    }

    /** The body of an allocation. */
    static String body(String budgetId, String contextId, long tokens, String fields) {
        return """
        {"budget_id": "%s", "context_id": "%s", "component": "my-component",
         "tokens_allocated": %d%s}\
        """
                .formatted(budgetId, contextId, tokens, fields);
    }

    /** A granted allocation. */
    JsonNode granted(String budgetId, String contextId, long tokens, String fields)
            throws Exception {
        return created(allocate(budgetId, contextId, tokens, fields));
    }

    /** Reports usage and says where it is. */
    String use(String contextId, long input, long output, String fields) throws Exception {
        return position(http.post("/api/usage/record", usage(contextId, input, output, fields)));
    }

    /** The body of a usage report. */
    static String usage(String contextId, long input, long output, String fields) {
        return """
        {"context_id": "%s", "component": "my-component", "provider": "anthropic",\
         "model": "claude-3-opus-20240229", "input_tokens": %d, "output_tokens": %d%s}\
        """
                .formatted(contextId, input, output, fields);
    }

    JsonNode created(String path, String body) throws Exception {
        return created(http.post(path, body));
    }

    static JsonNode created(HttpResponse<String> response) {
        return answered(201, response);
    }

    static JsonNode refused(int status, String code, HttpResponse<String> response) {
        JsonNode json = answered(status, response);
        assertThat(json.get("code").stringValue()).isEqualTo(code);
        return json;
    }

    /** What is read once the state has passed some positions. */
    JsonNode read(String path, String... positions) throws Exception {
        return answered(
                200,
                positions.length == 0
                        ? http.get(path)
                        : http.get(path, POSITION, String.join(",", positions)));
    }

    JsonNode allocation(String id, String... positions) throws Exception {
        return read("/api/allocations/" + id, positions);
    }

    JsonNode put(String path, String body) throws Exception {
        return answered(200, http.send(http.request(path).PUT(BodyPublishers.ofString(body))));
    }

    JsonNode delete(String path) throws Exception {
        return answered(200, http.send(http.request(path).DELETE()));
    }

    JsonNode release(String id) throws Exception {
        return answered(200, http.post("/api/allocations/" + id + "/release", ""));
    }

    static String id(JsonNode allocation) {
        return allocation.get("allocation_id").stringValue();
    }

    static String position(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isIn(200, 201);
        return response.headers().firstValue(POSITION).orElseThrow();
    }

    /** The total number of things that lists answer to these paths. */
    int[] totals(String... paths) throws Exception {
        int[] totals = new int[paths.length];
        for (int i = 0; i < paths.length; i++) {
            totals[i] = read(paths[i]).get("total").intValue();
        }
        return totals;
    }

    private static JsonNode answered(int status, HttpResponse<String> response) {
        assertThat(response.statusCode())
                .as(response.request().uri() + " " + response.body())
                .isEqualTo(status);
        return Api.json(response);
    }

    @Override
    public void close() {
        http.close();
        broker.close();
    }
}
