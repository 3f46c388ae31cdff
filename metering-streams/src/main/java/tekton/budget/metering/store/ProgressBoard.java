package tekton.budget.metering.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far an application's tasks in this process have written their stores, for those who wait
 * until a state has passed a position: each in its own input, and in the usage topic as far as what
 * it was handed over speaks for it. Tasks write it beside their stores and when they start; asking
 * it costs a memory access. Asking the stores instead let a few hundred waiting queries take the
 * processors from the very work that they waited for. Any thread.
 *
 * <p>A task that moves away leaves its last word here; its store then answers that it is not ready.
 */
public final class ProgressBoard {

    private static final long NOTHING = -1;

    private final int usagePartitions;
    private final AtomicLongArray input;
    private final AtomicLongArray usage;
    private long generation;

    /**
     * A board on which nothing has been written.
     *
     * @param tasks the partitions of the application's own input, one task each
     * @param usagePartitions the partitions of the usage topic
     */
    public ProgressBoard(int tasks, int usagePartitions) {
        this.usagePartitions = usagePartitions;
        input = nothing(tasks);
        usage = nothing(tasks * usagePartitions);
    }

    /** A task's stores hold all of its own partition of its input up to this offset. */
    public void inputReached(int task, long offset) {
        input.set(task, offset);
    }

    /** A task's stores hold its share of a partition of the usage topic up to this offset. */
    public void usageReached(int task, int usagePartition, long offset) {
        if (usagePartition < usagePartitions) {
            usage.set(task * usagePartitions + usagePartition, offset);
        }
    }

    /** How far a task has read its own partition of its input; -1 before its first record. */
    public long input(int task) {
        return task < input.length() ? input.get(task) : NOTHING;
    }

    /** How far a task is in a partition of the usage topic; -1 at first. */
    public long usage(int task, int usagePartition) {
        return usagePartition < usagePartitions
                ? usage.get(task * usagePartitions + usagePartition)
                : NOTHING;
    }

    private static AtomicLongArray nothing(int length) {
        AtomicLongArray offsets = new AtomicLongArray(length);
        for (int i = 0; i < length; i++) {
            offsets.set(i, NOTHING);
        }
        return offsets;
    }

    /** How often the board was changed so far. */
    public synchronized long generation() {
        return generation;
    }

    /** Wakes those who wait; called behind the writes above. */
    public synchronized void changed() {
        generation++;
        notifyAll();
    }

    /**
     * Waits until the board is changed, or for a time.
     *
     * @param seen the generation that the caller has looked at
     * @param patience how long at most
     */
    public synchronized void awaitAfter(long seen, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long left = patience.toMillis();
        while (generation == seen && left > 0) {
            wait(left);
            left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        }
    }
}
