package tekton.budget.bench.crash;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What all who send usage have seen. Thread-safe. */
final class SenderBoard extends WorkloadBoard {

    private static final long PROGRESS_SECONDS = 10;

    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong conflicts = new AtomicLong();
    final AtomicLong misrouted = new AtomicLong();
    final AtomicLong poison = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong gaveUp = new AtomicLong();

    private final Map<WayIn, AtomicLong> byWay = new ConcurrentHashMap<>();

    SenderBoard(int instances) {
        super(instances);
    }

    /** Counts new records that have been acknowledged. */
    void sent(WayIn way, int records) {
        byWay.computeIfAbsent(way, _ -> new AtomicLong()).addAndGet(records);
    }

    /** New records that have been acknowledged, by the way that they went. */
    SortedMap<WayIn, Long> byWay() {
        SortedMap<WayIn, Long> counts = new TreeMap<>();
        byWay.forEach((way, count) -> counts.put(way, count.get()));
        return counts;
    }

    /** Counts an answer that was no acknowledgement. */
    void retried(String why) {
        retries.incrementAndGet();
        count(why);
    }

    /**
     * Prints it.
     *
     * @param records how many there were, each counted once
     */
    void report(long records) {
        System.out.printf(
                Locale.ROOT,
                "sent        %,d records; %,d sent again, %,d conflicts, %,d misrouted, %,d not"
                        + " valid; %,d acknowledgements, %,d tries without%n",
                records,
                duplicates.get(),
                conflicts.get(),
                misrouted.get(),
                poison.get(),
                acknowledged.get(),
                retries.get());
        byWay().forEach((way, count) -> System.out.printf("  %-9s %,d%n", way.word(), count));
        System.out.println("answers     " + answers());
    }

    /** Prints how many are acknowledged, every ten seconds until the end. */
    void showProgress() {
        long before = 0;
        try {
            while (!stop.get()) {
                TimeUnit.SECONDS.sleep(PROGRESS_SECONDS);
                long now = acknowledged.get();
                System.out.printf(
                        Locale.ROOT,
                        "            %,d acknowledged, %,d/s%n",
                        now,
                        (now - before) / PROGRESS_SECONDS);
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
