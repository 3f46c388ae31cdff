package tekton.budget.bench.hostile;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An honest caller with a key of its own, all the while: it repeats until it is answered 201, and
 * each of its records must count once. One thread sends; the rest after it has ended.
 */
final class Canary implements Runnable {

    /** Begins the name of each of its contexts. */
    static final String CONTEXT = "canary-";

    private static final int CONTEXTS = 20;
    private static final long PAUSE_MS = 25;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final InetSocketAddress address;
    private final String key;
    private final String name;
    private final Duration patience;
    private final List<String> wrong = new ArrayList<>();
    private volatile boolean stop;
    private volatile long acknowledged;
    private volatile long slowestMs;
    private final AtomicLong repeated = new AtomicLong();

    /**
     * @param name of this leg's records
     * @param patience within which each of its records is acknowledged
     */
    Canary(InetSocketAddress address, String key, String name, Duration patience) {
        this.address = address;
        this.key = key;
        this.name = name;
        this.patience = patience;
    }

    @Override
    public void run() {
        try (HttpConnection http = new HttpConnection(address, ANSWER).showing(key)) {
            while (!stop && wrong.isEmpty()) {
                send(http, acknowledged);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HttpConnection http, long number) throws InterruptedException {
        byte[] body =
                """
                {"context_id":"%s","record_id":"%s","component":"canary","provider":"nobody",\
                "model":"none","budget_id":"canary","input_tokens":%d,"output_tokens":%d}\
                """
                        .formatted(
                                context(number), name + '-' + number, input(number), output(number))
                        .getBytes(StandardCharsets.UTF_8);
        long begun = System.nanoTime();
        String last = "";
        while (System.nanoTime() - begun < patience.toNanos()) {
            try {
                Response answer = http.post("/api/usage/record", "application/json", body);
                if (answer.status() == 201) {
                    acknowledged = number + 1;
                    slowestMs =
                            Math.max(
                                    slowestMs,
                                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
                    return;
                }
                last = answer.status() + " " + answer.text();
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            repeated.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        wrong.add(
                "record %d was not acknowledged within %d s: %s"
                        .formatted(number, patience.toSeconds(), last));
    }

    void stop() {
        stop = true;
    }

    /** How many records it has an acknowledgement of; all of lower numbers. */
    long acknowledged() {
        return acknowledged;
    }

    /** The longest that one had to wait, repeats included. */
    long slowestMs() {
        return slowestMs;
    }

    /** How many tries had no acknowledgement. */
    long repeated() {
        return repeated.get();
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** What must have been counted, by context. */
    ContextSums expected() {
        ContextSums sums = new ContextSums();
        for (long i = 0; i < acknowledged; i++) {
            sums.add(context(i), input(i), output(i));
        }
        return sums;
    }

    /** What the names of its contexts begin with. */
    String contexts() {
        return CONTEXT + name + '-';
    }

    private String context(long number) {
        return CONTEXT + name + '-' + number % CONTEXTS;
    }

    private static long input(long number) {
        return number % 997;
    }

    private static long output(long number) {
        return number % 89;
    }
}
