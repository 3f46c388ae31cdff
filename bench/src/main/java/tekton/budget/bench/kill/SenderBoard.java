package tekton.budget.bench.kill;

import tekton.budget.bench.proof.Findings;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** What all senders share: when to stop, and what they have seen. Thread-safe. */
public final class SenderBoard extends Findings {

    public final AtomicBoolean stop = new AtomicBoolean();
    public final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong conflicts = new AtomicLong();
    final AtomicLong misrouted = new AtomicLong();
    final AtomicLong poison = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    public final AtomicLong gaveUp = new AtomicLong();

    /** Whether the instances are being restarted one after the other, the others serving. */
    public final AtomicBoolean restarting = new AtomicBoolean();

    /** Requests that every instance in turn has not acknowledged, in such a restart. */
    public final AtomicLong refusedByAll = new AtomicLong();

    /** Of the latest acknowledgement over REST, {@link System#nanoTime}; 0 before the first. */
    final AtomicLong restAcknowledgedAt = new AtomicLong();

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
    public void report(long records) {
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
