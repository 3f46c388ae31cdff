package tekton.budget.bench.fairness;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Well-behaved clients at a steady rate, and how long they wait. Latency counts from the instant a
 * request was meant to start. Requests run side by side in virtual threads. One run each.
 */
final class Bystanders {

    private static final int OPEN_MAX = 2_000;
    private static final long HIGHEST_MICROS = 60_000_000;
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final String JSON = "application/json";

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final InetSocketAddress address;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final Map<BystanderKind, Queue<HttpConnection>> free = new ConcurrentHashMap<>();
    private final Semaphore open = new Semaphore(OPEN_MAX);
    private final Map<BystanderKind, Histogram> waits = new EnumMap<>(BystanderKind.class);
    private final Map<String, Long> errors = new ConcurrentSkipListMap<>();

    Bystanders(InetSocketAddress address) {
        this.address = address;
        for (BystanderKind kind : BystanderKind.values()) {
            waits.put(kind, new ConcurrentHistogram(HIGHEST_MICROS, 3));
            free.put(kind, new ConcurrentLinkedQueue<>());
        }
    }

    /** Asks for so long, and waits for all answers. */
    void run(double seconds) throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + (long) (seconds * 1e9);
        Map<BystanderKind, Long> next = new EnumMap<>(BystanderKind.class);
        for (BystanderKind kind : BystanderKind.values()) {
            next.put(kind, begun);
        }
        while (true) {
            Map.Entry<BystanderKind, Long> first =
                    next.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
            long intended = first.getValue();
            if (intended - end >= 0) {
                break;
            }
            LockSupport.parkNanos(intended - System.nanoTime());
            if (System.nanoTime() - intended < 0) {
                continue;
            }
            BystanderKind kind = first.getKey();
            open.acquire();
            Thread.ofVirtual().start(() -> ask(kind, intended));
            first.setValue(intended + TimeUnit.SECONDS.toNanos(1) / kind.perSecond());
        }
        open.acquire(OPEN_MAX);
        free.values()
                .forEach(
                        connections -> {
                            connections.forEach(HttpConnection::close);
                            connections.clear();
                        });
    }

    private void ask(BystanderKind kind, long intended) {
        Queue<HttpConnection> connections = free.getOrDefault(kind, new ConcurrentLinkedQueue<>());
        HttpConnection http = connections.poll();
        if (http == null) {
            http = new HttpConnection(address, ANSWER);
        }
        try {
            Response response = exchange(http, kind);
            if (response.status() == kind.status()) {
                waits.getOrDefault(kind, new Histogram(1))
                        .recordValue(
                                Math.clamp(
                                        (System.nanoTime() - intended) / 1_000, 0, HIGHEST_MICROS));
            } else {
                error(kind, Integer.toString(response.status()));
            }
            connections.add(http);
        } catch (IOException e) {
            error(kind, e.getClass().getSimpleName());
        } finally {
            open.release();
        }
    }

    private Response exchange(HttpConnection http, BystanderKind kind) throws IOException {
        String id = run + '-' + NUMBERS.incrementAndGet();
        return switch (kind) {
            case RECORD -> http.post(kind.path(), JSON, bytes(record(id, "bystander")));
            case ARRAY ->
                    http.post(
                            kind.path(),
                            JSON,
                            bytes(
                                    '['
                                            + record(id + "-1", "bystander")
                                            + ','
                                            + record(id + "-2", "bystander")
                                            + ']'));
            case PROVIDER ->
                    http.post(
                            kind.path(),
                            JSON,
                            Map.of("X-Budget-Context", "bystander", "X-Budget-Component", "bench"),
                            answer(id));
            case DECISION ->
                    http.post(
                            kind.path(),
                            JSON,
                            bytes(
                                    ("{\"context_id\":\"bystander\",\"component\":\"bench\","
                                                    + "\"tokens_allocated\":1,\"budget_id\":"
                                                    + "\"bystander\",\"provider\":\"openai\","
                                                    + "\"model\":\"gpt-4o\"}")
                                            .formatted()));
            case TOTAL, SUMMARY -> http.get(kind.path());
            case FRESH -> {
                Response sent =
                        http.post("/api/usage/record", JSON, bytes(record(id, "fresh-" + id)));
                yield http.get(
                        kind.path() + "fresh-" + id, sent.header("budget-position").orElse(""));
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String record(String id, String context) {
        return ("{\"record_id\":\"%s\",\"context_id\":\"%s\",\"component\":\"bench\",\"budget_id\":"
                        + "\"bystander\",\"provider\":\"openai\",\"model\":\"gpt-4o\","
                        + "\"input_tokens\":1000,\"output_tokens\":200}")
                .formatted(id, context);
    }

    private static byte[] answer(String id) {
        return bytes(
                ("{\"id\":\"chatcmpl-%s\",\"object\":\"chat.completion\",\"model\":\"gpt-4o\","
                                + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
                                + "\"total_tokens\":15}}")
                        .formatted(id));
    }

    private void error(BystanderKind kind, String what) {
        errors.merge(kind + " " + what, 1L, Long::sum);
    }

    /** What went wrong, and how often. */
    Map<String, Long> errors() {
        return errors;
    }

    /** How long those of a kind have waited, in microseconds. */
    Histogram waits(BystanderKind kind) {
        return waits.getOrDefault(kind, new Histogram(1));
    }
}
