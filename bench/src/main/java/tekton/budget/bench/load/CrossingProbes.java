package tekton.budget.bench.load;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Budgets with a limit each, the single record that reaches it, and a listener of {@code /events}
 * by the JDK's client that hears of it.
 */
final class CrossingProbes implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final long LIMIT_TOKENS = 1_000;
    private static final long HIGHEST_MICROS = 60_000_000;

    private final InetSocketAddress address;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> budgets = new ArrayList<>();
    private final List<String> policies = new ArrayList<>();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final CountDownLatch left;
    private final Histogram sinceAcknowledged = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    private final Map<String, Long> errors = new ConcurrentSkipListMap<>();

    /** Makes that many budgets and begins to listen. */
    CrossingProbes(InetSocketAddress address, int count) throws IOException, InterruptedException {
        this.address = address;
        left = new CountDownLatch(count);
        BigDecimal limit = BigDecimal.valueOf(LIMIT_TOKENS);
        String run = "crossing-" + System.currentTimeMillis() + '-';
        try (LedgerApi api = new LedgerApi(address, ANSWER)) {
            for (int i = 0; i < count; i++) {
                String budgetId = api.createBudget(run + i);
                budgets.add(budgetId);
                policies.add(api.createHardLimit(budgetId, "token_limit", limit));
            }
        }
        URI uri =
                URI.create(
                        "http://%s:%d/events?type=token_limit_exceeded"
                                .formatted(address.getHostString(), address.getPort()));
        HttpResponse<Stream<String>> stream =
                http.send(
                        HttpRequest.newBuilder(uri).timeout(ANSWER).build(),
                        HttpResponse.BodyHandlers.ofLines());
        if (stream.statusCode() != 200) {
            throw new IOException(uri + ": " + stream.statusCode());
        }
        Thread.ofPlatform().daemon().name("listener").start(() -> listen(stream.body()));
    }

    private void listen(Stream<String> lines) {
        try {
            lines.filter(line -> line.startsWith("data:")).forEach(this::hear);
        } catch (UncheckedIOException closed) {
            // Ended with this process, or by the service: then what is missing tells.
        }
    }

    private void hear(String line) {
        long now = System.nanoTime();
        JsonNode event = JSON.readTree(line.substring("data:".length()));
        String policyId = event.path("policy_id").asString("");
        if (policies.contains(policyId) && heard.putIfAbsent(policyId, now) == null) {
            measure(policyId);
        }
    }

    /** Sends the record that reaches the limit of one budget. */
    void cross(int number) throws IOException {
        String policyId = policies.get(number);
        byte[] record =
                ("{\"context_id\":\"%s\",\"component\":\"bench\",\"budget_id\":\"%s\","
                                + "\"provider\":\"openai\",\"model\":\"gpt-4o\","
                                + "\"input_tokens\":%d,\"output_tokens\":0}")
                        .formatted(policyId, budgets.get(number), LIMIT_TOKENS)
                        .getBytes(StandardCharsets.UTF_8);
        LedgerAnswer answer;
        // Between two of them the service may end a connection that brings nothing.
        try (LedgerApi api = new LedgerApi(address, ANSWER)) {
            answer = api.post("/api/usage/record", "", record);
        }
        long now = System.nanoTime();
        if (answer.status() != 201) {
            errors.merge("record " + answer.status(), 1L, Long::sum);
            left.countDown();
            return;
        }
        acknowledged.put(policyId, now);
        measure(policyId);
    }

    /** Called when either instant is known; measures when both are, once. */
    private void measure(String policyId) {
        Long from = acknowledged.get(policyId);
        Long to = heard.get(policyId);
        if (from != null && to != null && acknowledged.remove(policyId, from)) {
            sinceAcknowledged.recordValue(Math.clamp((to - from) / 1_000, 0, HIGHEST_MICROS));
            left.countDown();
        }
    }

    /** Waits for what has not been heard of; false if something is missing half a minute later. */
    boolean awaitAll() throws InterruptedException {
        return left.await(ANSWER.toSeconds(), TimeUnit.SECONDS);
    }

    Histogram sinceAcknowledged() {
        return sinceAcknowledged;
    }

    Map<String, Long> errors() {
        return errors;
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
