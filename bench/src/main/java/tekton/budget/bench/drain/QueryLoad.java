package tekton.budget.bench.drain;

import org.HdrHistogram.Histogram;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.load.RecordTemplate;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Asks for totals at a steady pace and takes the time from the intended start. One thread. */
final class QueryLoad implements Runnable {

    private static final long HIGHEST_MICROS = 60_000_000;

    private final InetSocketAddress address;
    private final RecordTemplate template;
    private final double perSecond;
    private final Histogram micros = new Histogram(HIGHEST_MICROS, 3);
    private final Map<String, Long> answers = new TreeMap<>();

    QueryLoad(InetSocketAddress address, RecordTemplate template, double perSecond) {
        this.address = address;
        this.template = template;
        this.perSecond = perSecond;
    }

    @Override
    public void run() {
        SplittableRandom random = new SplittableRandom(1);
        long begun = System.nanoTime();
        try (HttpConnection http = new HttpConnection(address, Duration.ofSeconds(30))) {
            for (long i = 0; !Thread.currentThread().isInterrupted(); i++) {
                long intended = begun + (long) (i * 1e9 / perSecond);
                TimeUnit.NANOSECONDS.sleep(Math.max(0, intended - System.nanoTime()));
                if (ask(http, path(random, i))) {
                    micros.recordValue(
                            Math.clamp((System.nanoTime() - intended) / 1_000, 0, HIGHEST_MICROS));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String path(SplittableRandom random, long number) {
        return switch ((int) (number % 3)) {
            case 0 ->
                    TotalsClient.pathOf(
                            Kind.CONTEXT,
                            template.contextId(random.nextInt(template.population().contexts())));
            case 1 ->
                    TotalsClient.pathOf(
                            Kind.BUDGET,
                            template.budgetId(random.nextInt(template.population().budgets())));
            default ->
                    TotalsClient.pathOf(
                            Kind.COMPONENT,
                            template.componentId(
                                    random.nextInt(template.population().components())));
        };
    }

    /** True when there was a total: what is not there yet is found out faster. */
    private boolean ask(HttpConnection http, String path) {
        String answer;
        try {
            Response response = http.get(path);
            answer = String.valueOf(response.status());
        } catch (IOException e) {
            answer = e.getClass().getSimpleName();
        }
        answers.merge(answer, 1L, Long::sum);
        return answer.equals("200");
    }

    /** Once the thread has ended: latency of the totals answered, in microseconds. */
    Histogram micros() {
        return micros;
    }

    /** Once the thread has ended: how often what was answered. */
    Map<String, Long> answers() {
        return answers;
    }
}
