package tekton.budget.bench.kill;

import tekton.budget.bench.proof.Findings;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** What all senders share: when to stop, and what they have seen. Thread-safe. */
final class SenderBoard extends Findings {

    final AtomicBoolean stop = new AtomicBoolean();
    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong conflicts = new AtomicLong();
    final AtomicLong strays = new AtomicLong();
    final AtomicLong poison = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong gaveUp = new AtomicLong();

    /** Of the latest acknowledgement over REST, {@link System#nanoTime}; 0 before the first. */
    final AtomicLong restAcknowledgedAt = new AtomicLong();

    /** Counts an answer that was no acknowledgement. */
    void retried(String why) {
        retries.incrementAndGet();
        count(why);
    }
}
