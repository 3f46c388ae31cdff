package tekton.budget.bench.overspend;

import tekton.budget.bench.proof.Findings;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/** What all callers share: when to come to an end, and what they have seen. Thread-safe. */
final class Board extends Findings {

    /** From now on only ask, release nothing, and end when nothing is granted any more. */
    final AtomicBoolean ending = new AtomicBoolean();

    private final AtomicLongArray decidedAt;
    private long decisions;
    private long latest;
    private long longestPause;

    /**
     * @param processes how many are asked
     */
    Board(int processes) {
        decidedAt = new AtomicLongArray(processes);
    }

    /** A process has answered with a decision. */
    void decided(int process) {
        long now = System.nanoTime();
        decidedAt.set(process, now);
        synchronized (this) {
            if (decisions > 0) {
                longestPause = Math.max(longestPause, now - latest);
            }
            decisions++;
            latest = now;
        }
    }

    /** The longest time, in seconds, in which nobody was told a decision. */
    synchronized double longestPauseSeconds() {
        return longestPause / 1e9;
    }

    /** When a process last did, {@link System#nanoTime}; 0 for never. */
    long decidedAt(int process) {
        return decidedAt.get(process);
    }
}
