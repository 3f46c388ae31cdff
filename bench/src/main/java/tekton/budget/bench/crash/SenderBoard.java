package tekton.budget.bench.crash;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** What all who send usage have seen. Thread-safe. */
final class SenderBoard extends WorkloadBoard {

    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong conflicts = new AtomicLong();
    final AtomicLong misrouted = new AtomicLong();
    final AtomicLong poison = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong gaveUp = new AtomicLong();

    SenderBoard(int instances) {
        super(instances);
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
        System.out.println("answers     " + answers());
    }
}
