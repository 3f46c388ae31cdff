package tekton.budget.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a training asks of the product: single records, batches, allocations, totals, reports, live
 * events, alerts and prices, over loopback. Answers are read and not judged: tests do that.
 */
final class TrainingRequests {

    private static final int CALLERS = 16;
    private static final int SINGLES_OF_A_CALLER = 50;
    private static final int BATCHES_OF_A_CALLER = 1;
    private static final int ALLOCATIONS_OF_A_CALLER = 4;
    private static final int QUERIES_OF_A_CALLER = 1;
    private static final int RECORDS_OF_A_BATCH = 200;
    private static final int CONTEXTS = 500;

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private static final List<String> QUERIES =
            List.of(
                    "/health",
                    "/ready",
                    "/metrics",
                    "/api/totals/contexts/context-1",
                    "/api/totals/budgets/training?period=daily",
                    "/api/totals/components?top=cost",
                    "/api/usage/records?limit=20",
                    "/api/reports/usage?group_by=component,model,day&period=monthly",
                    "/api/budgets/training/summary",
                    "/api/allocations?budget_id=training",
                    "/api/alerts",
                    "/api/prices");

    private final String host;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(REQUEST_TIMEOUT)
                    .build();
    private final AtomicInteger ids = new AtomicInteger();

    /**
     * @param port of the product, on loopback
     */
    TrainingRequests(int port) {
        host = "127.0.0.1:" + port;
    }

    /**
     * Waits until the product is ready.
     *
     * @param alive whether waiting still makes sense
     * @return whether it is
     */
    boolean awaitReady(Duration atMost, BooleanSupplier alive) throws InterruptedException {
        long begun = System.nanoTime();
        while (alive.getAsBoolean() && System.nanoTime() - begun < atMost.toNanos()) {
            try {
                if (status(get("/ready")) == 200) {
                    return true;
                }
            } catch (IOException notYet) {
                // The port opens within the first second.
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
        return false;
    }

    /**
     * Sends everything, a fixed number of requests.
     *
     * @throws IOException if the product stops answering
     */
    void send() throws IOException, InterruptedException {
        listenToEvents();
        WebSocket socket =
                client.newWebSocketBuilder()
                        .connectTimeout(REQUEST_TIMEOUT)
                        .buildAsync(
                                URI.create("ws://" + host + "/ws/budget/updates"),
                                new WebSocket.Listener() {})
                        .join();
        status(post("/api/budgets", "{\"budget_id\":\"training\",\"name\":\"Training\"}"));
        status(
                post(
                        "/api/policies",
                        "{\"budget_id\":\"training\",\"type\":\"hard_limit\",\"period\":\"daily\","
                                + "\"token_limit\":1000000000}"));
        try (ExecutorService callers =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            for (Future<Void> call :
                    callers.invokeAll(
                            IntStream.range(0, CALLERS)
                                    .<Callable<Void>>mapToObj(caller -> this::call)
                                    .toList())) {
                call.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("the product stopped answering: " + failed.getCause(), failed);
        } finally {
            socket.abort();
        }
    }

    private Void call() throws IOException, InterruptedException {
        for (int i = 0; i < SINGLES_OF_A_CALLER; i++) {
            status(post("/api/usage/record", record()));
        }
        for (int i = 0; i < BATCHES_OF_A_CALLER; i++) {
            status(post("/api/usage/batch", batch(",", "[", "]")));
            status(
                    request("/api/usage/batch")
                            .header("Content-Type", "application/x-ndjson")
                            .POST(HttpRequest.BodyPublishers.ofString(batch("\n", "", "\n")))
                            .build());
        }
        for (int i = 0; i < ALLOCATIONS_OF_A_CALLER; i++) {
            status(
                    post(
                            "/api/allocations",
                            "{\"budget_id\":\"training\",\"context_id\":\"context-"
                                    + ids.incrementAndGet() % CONTEXTS
                                    + "\",\"component\":\"training\",\"tokens_allocated\":40}"));
        }
        for (int i = 0; i < QUERIES_OF_A_CALLER; i++) {
            for (String query : QUERIES) {
                status(get(query));
            }
        }
        return null;
    }

    private void listenToEvents() throws IOException, InterruptedException {
        HttpResponse<InputStream> events =
                client.send(get("/events"), BodyHandlers.ofInputStream());
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (InputStream body = events.body()) {
                                body.transferTo(OutputStream.nullOutputStream());
                            } catch (IOException ended) {
                                // With the product.
                            }
                        });
    }

    private String batch(String between, String before, String behind) {
        return IntStream.range(0, RECORDS_OF_A_BATCH)
                .mapToObj(i -> record())
                .collect(Collectors.joining(between, before, behind));
    }

    private String record() {
        int id = ids.incrementAndGet();
        return String.format(
                Locale.ROOT,
                "{\"record_id\":\"training-%d\",\"context_id\":\"context-%d\",\"budget_id\":\"training\","
                    + "\"component\":\"component-%d\",\"provider\":\"anthropic\","
                    + "\"model\":\"claude-3-opus-20240229\",\"task_type\":\"default\","
                    + "\"input_tokens\":%d,\"output_tokens\":%d}",
                id,
                id % CONTEXTS,
                id % 10,
                id % 1_000,
                id % 300);
    }

    private HttpRequest get(String path) {
        return request(path).build();
    }

    private HttpRequest post(String path, String json) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + host + path)).timeout(REQUEST_TIMEOUT);
    }

    private int status(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
        return answer.statusCode();
    }
}
