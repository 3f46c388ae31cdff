package tekton.budget.bench.load;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Single records, each with a context, a budget and a component of its own, and how long until all
 * three totals show it. The question carries the record's position, so that the service waits and
 * the probe does not poll; what it answers is checked. Probes run side by side in virtual threads.
 */
final class FreshnessProbes {

    private static final Pattern COUNTED = Pattern.compile("\"record_count\"\\s*:\\s*1\\s*[,}]");

    private static final int OPEN_MAX = 1_000;
    private static final long HIGHEST_MICROS = 60_000_000;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final InetSocketAddress address;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final Queue<HttpConnection> free = new ConcurrentLinkedQueue<>();
    private final Semaphore open = new Semaphore(OPEN_MAX);
    private final Map<String, Long> errors = new ConcurrentSkipListMap<>();
    private final Map<Kind, Histogram> sinceAcknowledged = new EnumMap<>(Kind.class);
    private final Map<Kind, Histogram> sinceIntended = new EnumMap<>(Kind.class);

    FreshnessProbes(InetSocketAddress address) {
        this.address = address;
        for (Kind kind : Kind.values()) {
            sinceAcknowledged.put(kind, new ConcurrentHistogram(HIGHEST_MICROS, 3));
            sinceIntended.put(kind, new ConcurrentHistogram(HIGHEST_MICROS, 3));
        }
    }

    /** Sends one and returns at once; blocks only while a thousand are open. */
    void send(long number, long intendedNanos, boolean measured) throws InterruptedException {
        open.acquire();
        String id = "probe-" + run + '-' + number;
        Thread.ofVirtual().start(() -> probe(id, intendedNanos, measured));
    }

    private void probe(String id, long intendedNanos, boolean measured) {
        try {
            Response response =
                    with(http -> http.post("/api/usage/record", "application/json", json(id)));
            String position = response.header("budget-position").orElse("");
            if (response.status() != 201 || position.isEmpty()) {
                error("record " + response.status());
                return;
            }
            long acknowledged = System.nanoTime();
            List<Thread> asking = new ArrayList<>();
            for (Kind kind : Kind.values()) {
                asking.add(
                        Thread.ofVirtual()
                                .start(
                                        () ->
                                                ask(
                                                        kind,
                                                        id,
                                                        position,
                                                        intendedNanos,
                                                        acknowledged,
                                                        measured)));
            }
            for (Thread thread : asking) {
                thread.join();
            }
        } catch (IOException e) {
            error("record " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.release();
        }
    }

    private void ask(
            Kind kind,
            String id,
            String position,
            long intendedNanos,
            long acknowledgedNanos,
            boolean measured) {
        try {
            Response response = with(http -> http.get(TotalsClient.pathOf(kind, id), position));
            long now = System.nanoTime();
            if (response.status() != 200) {
                error(kind + " " + response.status());
            } else if (!COUNTED.matcher(response.text()).find()) {
                error(kind + " answered before it was counted");
            } else if (measured) {
                record(sinceAcknowledged, kind, now - acknowledgedNanos);
                record(sinceIntended, kind, now - intendedNanos);
            }
        } catch (IOException e) {
            error(kind + " " + e.getClass().getSimpleName());
        }
    }

    private static void record(Map<Kind, Histogram> histograms, Kind kind, long nanos) {
        Histogram histogram = histograms.get(kind);
        if (histogram != null) {
            histogram.recordValue(Math.clamp(nanos / 1_000, 0, HIGHEST_MICROS));
        }
    }

    private interface HttpCall {
        Response ask(HttpConnection http) throws IOException;
    }

    private Response with(HttpCall question) throws IOException {
        HttpConnection http = free.poll();
        if (http == null) {
            http = new HttpConnection(address, ANSWER);
        }
        Response response = question.ask(http);
        free.add(http);
        return response;
    }

    private static byte[] json(String id) {
        return ("{\"record_id\":\"%s\",\"context_id\":\"%s\",\"component\":\"%s\",\"budget_id\":"
                        + "\"%s\",\"provider\":\"openai\",\"model\":\"gpt-4o\","
                        + "\"input_tokens\":1000,\"output_tokens\":200}")
                .formatted(id, id, id, id)
                .getBytes(StandardCharsets.UTF_8);
    }

    private void error(String what) {
        errors.merge(what, 1L, Long::sum);
    }

    /** Waits for the open ones; false if some have not ended after half a minute. */
    boolean awaitAll() throws InterruptedException {
        boolean all = open.tryAcquire(OPEN_MAX, ANSWER.toSeconds(), TimeUnit.SECONDS);
        for (HttpConnection http = free.poll(); http != null; http = free.poll()) {
            http.close();
        }
        return all;
    }

    Histogram sinceAcknowledged(Kind kind) {
        return sinceAcknowledged.getOrDefault(kind, new Histogram(1));
    }

    Histogram sinceIntended(Kind kind) {
        return sinceIntended.getOrDefault(kind, new Histogram(1));
    }

    Map<String, Long> errors() {
        return errors;
    }
}
