package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.util.FileSystemUtils;

import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The whole application on a broker of its own, and what tests of the ledger say to it. */
final class LedgerApi implements BeforeAllCallback, AfterAllCallback {

    static final String KEY = "Idempotency-Key";

    static final String POSITION = "Budget-Position";

    static final String OPUS =
            ", \"provider\": \"anthropic\", \"model\": \"claude-3-opus-20240229\"";

    TestBroker broker;
    Api http;
    private Path data;
    private final AtomicInteger names = new AtomicInteger();

    @Override
    public void beforeAll(ExtensionContext test) throws Exception {
        data = Files.createTempDirectory("budget-ledger");
        broker = TestBroker.start();
        startApplication();
    }

    @Override
    public void afterAll(ExtensionContext test) throws IOException {
        http.close();
        broker.close();
        FileSystemUtils.deleteRecursively(data);
    }

    /** The application stops and is started again, on the same broker and the same disk. */
    void restart() throws Exception {
        http.close();
        startApplication();
    }

    /** Returns once everything can be asked and the default budget is there. */
    private void startApplication() throws Exception {
        http = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> http.get("/ready").statusCode() == 200);
        Api.await(() -> http.get("/api/budgets/default").statusCode() == 200);
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

    /** Releases an allocation behind some positions. */
    JsonNode release(String id, String... positions) throws Exception {
        String path = "/api/allocations/" + id + "/release";
        return answered(
                200,
                positions.length == 0
                        ? http.post(path, "")
                        : http.post(path, "", POSITION, String.join(",", positions)));
    }

    static String id(JsonNode allocation) {
        return allocation.get("allocation_id").stringValue();
    }

    static String position(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isIn(200, 201);
        return response.headers().firstValue(POSITION).orElseThrow();
    }

    /** The field by which usage names an allocation. */
    static String named(String allocationId) {
        return ", \"allocation_id\": \"%s\"".formatted(allocationId);
    }

    /** How many tokens of an allocation were used. */
    int used(String allocationId, String... positions) throws Exception {
        return allocation(allocationId, positions).get("tokens_used").intValue();
    }

    /** How the budget's default cost policy of a period stands: it covers everything. */
    JsonNode window(String budget, String period, String... positions) throws Exception {
        JsonNode all = read("/api/budgets/" + budget + "/summary?period=" + period, positions);
        return IntStream.range(0, all.size())
                .mapToObj(all::get)
                .filter(each -> each.get("tier").isNull())
                .collect(Collectors.collectingAndThen(Collectors.toList(), List::getFirst));
    }

    /** What so many callers get that begin at the same time. */
    static <T> List<T> atOnce(int count, IntFunction<Callable<T>> callers) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer :
                    threads.invokeAll(IntStream.range(0, count).mapToObj(callers).toList())) {
                answers.add(answer.get());
            }
            return answers;
        }
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
}
