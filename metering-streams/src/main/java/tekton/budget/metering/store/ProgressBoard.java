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
 * <p>A task is open here from the end of its start to its end. Kafka Streams would let a store be
 * asked that it has wiped and not restored yet, for a moment after a transaction has failed.
 */
public final class ProgressBoard {

    private static final long NOTHING = -1;

    /** There is no such task here, or its stores are not whole: closed, moved or restoring. */
    private static final long CLOSED = -2;

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
        input = closed(tasks);
        usage = closed(tasks * usagePartitions);
    }

    /** A task no longer has whole stores, in so far as it reads its own input. */
    public void inputClosed(int task) {
        input.set(task, CLOSED);
    }

    /** A task has whole stores, in so far as it is handed over to, and knows of no usage yet. */
    public void usageOpened(int task) {
        setUsage(task, NOTHING);
    }

    /** A task no longer has whole stores, in so far as it is handed over to. */
    public void usageClosed(int task) {
        setUsage(task, CLOSED);
    }

    /** True while a task that reads its own input has whole stores. */
    public boolean isInputOpen(int task) {
        return input(task) != CLOSED;
    }

    /** True while a task that is handed over to has whole stores. */
    public boolean isUsageOpen(int task) {
        return usage(task, 0) != CLOSED;
    }

    private void setUsage(int task, long value) {
        for (int partition = 0; partition < usagePartitions; partition++) {
            usage.set(task * usagePartitions + partition, value);
        }
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

    /** How far a task has read its own partition of its input; negative before its first record. */
    public long input(int task) {
        return task < input.length() ? input.get(task) : NOTHING;
    }

    /** How far a task is in a partition of the usage topic; negative at first. */
    public long usage(int task, int usagePartition) {
        return usagePartition < usagePartitions
                ? usage.get(task * usagePartitions + usagePartition)
                : NOTHING;
    }

    private static AtomicLongArray closed(int length) {
        AtomicLongArray offsets = new AtomicLongArray(length);
        for (int i = 0; i < length; i++) {
            offsets.set(i, CLOSED);
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
     * @param timeout how long at most
     */
    public synchronized void awaitAfter(long seen, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long left = timeout.toMillis();
        while (generation == seen && left > 0) {
            wait(left);
            left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        }
    }
}
