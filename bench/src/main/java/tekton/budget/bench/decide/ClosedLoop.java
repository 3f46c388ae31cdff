package tekton.budget.bench.decide;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import tekton.budget.bench.load.LoadResult;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** Callers that each do one thing after another, the next as soon as the last is done. */
final class ClosedLoop {

    private static final long HIGHEST_MICROS = 60_000_000;

    private final Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    private final Map<String, Long> errors = new ConcurrentSkipListMap<>();
    private final AtomicLong begun = new AtomicLong();

    private ClosedLoop() {}

    /** What one caller does. One thread each. */
    interface LoopClient extends AutoCloseable {

        /**
         * Does it once and waits until it is done.
         *
         * @param number counts all callers' calls, from 0
         * @return what went wrong; empty if nothing did
         */
        String call(long number) throws Exception;
    }

    /**
     * What came of it.
     *
     * @param micros how long each call took that went right
     * @param seconds how long it lasted
     * @param errors how often what went wrong
     */
    record LoopResult(Histogram micros, double seconds, Map<String, Long> errors) {

        double perSecond() {
            return micros.getTotalCount() / seconds;
        }

        double p50Millis() {
            return micros.getValueAtPercentile(50) / 1e3;
        }

        double p99Millis() {
            return micros.getValueAtPercentile(99) / 1e3;
        }

        void print(String name) {
            System.out.printf(
                    Locale.ROOT,
                    "%-11s %,.0f/s; %s; errors %s%n",
                    name,
                    perSecond(),
                    LoadResult.percentiles(micros),
                    errors.isEmpty() ? "none" : errors);
        }
    }

    /**
     * Runs callers side by side until the time is over.
     *
     * @param most calls after which it is over in any case
     */
    static LoopResult run(int callers, double seconds, long most, IntFunction<LoopClient> make)
            throws InterruptedException {
        ClosedLoop loop = new ClosedLoop();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            LoopClient caller = make.apply(i);
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("caller-" + i)
                            .start(() -> loop.repeat(caller, end, most)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new LoopResult(loop.micros, (System.nanoTime() - start) / 1e9, loop.errors);
    }

    private void repeat(LoopClient caller, long end, long most) {
        try (caller) {
            while (System.nanoTime() - end < 0) {
                long number = begun.getAndIncrement();
                if (number >= most) {
                    return;
                }
                once(caller, number);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            error("a caller ended: " + failed);
        }
    }

    private void once(LoopClient caller, long number) throws InterruptedException {
        long from = System.nanoTime();
        String wrong;
        try {
            wrong = caller.call(number);
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Exception failed) {
            wrong = failed.toString();
        }
        if (wrong.isEmpty()) {
            long took = (System.nanoTime() - from) / 1_000;
            micros.recordValue(Math.min(took, HIGHEST_MICROS));
        } else {
            error(wrong);
        }
    }

    private void error(String what) {
        errors.merge(what, 1L, Long::sum);
    }
}
