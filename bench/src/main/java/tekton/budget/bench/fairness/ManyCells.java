package tekton.budget.bench.fairness;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One client that reports as many combinations of context, component, provider, model and task type
 * as are wanted in one hour of one budget, in arrays, over and over again, at a rate.
 */
final class ManyCells implements Greed {

    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int ARRAY = 500;

    private final InetSocketAddress address;
    private final InetAddress from;
    private final String budget;
    private final int combinations;
    private final Instant at;
    private final int perSecond;
    private final Map<String, Long> answers = new ConcurrentSkipListMap<>();
    private volatile boolean closing;
    private final AtomicLong taken = new AtomicLong();
    private long begunNanos = System.nanoTime();
    private long sent;
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);

    /**
     * @param at in the hour that is filled
     * @param perSecond records; 0 for as many as are taken
     */
    ManyCells(
            InetSocketAddress address,
            InetAddress from,
            String budget,
            int combinations,
            Instant at,
            int perSecond) {
        this.address = address;
        this.from = from;
        this.budget = budget;
        this.combinations = combinations;
        this.at = at.truncatedTo(ChronoUnit.SECONDS);
        this.perSecond = perSecond;
    }

    @Override
    public void start() {
        thread.start();
    }

    private void run() {
        begunNanos = System.nanoTime();
        for (int round = 0; !closing; round++) {
            try {
                once(round);
            } catch (IOException e) {
                answers.merge(e.getClass().getSimpleName(), 1L, Long::sum);
            }
        }
    }

    /**
     * Reports each combination once.
     *
     * @param round makes the ids other ones
     */
    void once(int round) throws IOException {
        try (HttpConnection http = new HttpConnection(address, ANSWER, from)) {
            for (int first = 0; first < combinations && !closing; first += ARRAY) {
                if (perSecond > 0) {
                    long due = begunNanos + TimeUnit.SECONDS.toNanos(sent) / perSecond;
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                sent += Math.min(ARRAY, combinations - first);
                Response response =
                        http.post("/api/usage/batch", "application/json", array(round, first));
                answers.merge(Integer.toString(response.status()), 1L, Long::sum);
                if (response.status() == 200) {
                    taken.addAndGet(Math.min(ARRAY, combinations - first));
                }
            }
        }
    }

    /** Every number is another combination of the five. */
    private byte[] array(int round, int first) {
        StringBuilder json = new StringBuilder("[");
        for (int i = first; i < Math.min(combinations, first + ARRAY); i++) {
            json.append(i == first ? "" : ",")
                    .append(
                            ("{\"record_id\":\"%s-%d-%d\",\"context_id\":\"cell-%d\","
                                            + "\"component\":\"c%d\",\"budget_id\":\"%s\","
                                            + "\"provider\":\"p%d\",\"model\":\"m%d\","
                                            + "\"task_type\":\"t%d\",\"input_tokens\":10,"
                                            + "\"output_tokens\":1,\"timestamp\":\"%s\"}")
                                    .formatted(
                                            budget,
                                            round,
                                            i,
                                            i,
                                            i % 10,
                                            budget,
                                            i / 10 % 10,
                                            i / 100 % 10,
                                            i / 1_000,
                                            at));
        }
        return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** How many records were taken. */
    long taken() {
        return taken.get();
    }

    @Override
    public Map<String, Long> answers() {
        return answers;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
    }
}
