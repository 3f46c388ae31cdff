package tekton.budget.metering.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far the tasks of this process have written their stores, for those who wait until a state has
 * passed a position. Tasks write it beside their stores and when they start; asking it costs a
 * memory access. Asking the stores instead let a few hundred waiting queries take the processors
 * from the very work that they waited for. Any thread.
 *
 * <p>A task that moves away leaves its last word here; its store then answers that it is not ready.
 */
public final class ProgressBoard {

    private static final long NOTHING = -1;

    private final int partitions;
    private final AtomicLongArray reached;
    private final AtomicLongArray handedOver;
    private long generation;

    /**
     * A board on which nothing has been written.
     *
     * @param partitions the partitions of the usage topic, and so of each stage
     */
    public ProgressBoard(int partitions) {
        this.partitions = partitions;
        reached = new AtomicLongArray(partitions);
        handedOver = new AtomicLongArray(partitions * partitions);
        for (int i = 0; i < partitions; i++) {
            reached.set(i, NOTHING);
        }
        for (int i = 0; i < partitions * partitions; i++) {
            handedOver.set(i, NOTHING);
        }
    }

    /** Stage one's stores hold all of this partition of the usage topic up to this offset. */
    public void stageOneReached(int partition, long offset) {
        reached.set(partition, offset);
    }

    /**
     * The stores of stage two's partition hold all of a partition of the usage topic up to there.
     */
    public void stageTwoReached(int ofPartition, int usagePartition, long offset) {
        if (usagePartition < partitions) {
            handedOver.set(ofPartition * partitions + usagePartition, offset);
        }
    }

    /** How far stage one is; -1 before its first record. */
    public long stageOne(int partition) {
        return partition < partitions ? reached.get(partition) : NOTHING;
    }

    /** How far stage two's partition is in a partition of the usage topic; -1 at first. */
    public long stageTwo(int ofPartition, int usagePartition) {
        return usagePartition < partitions
                ? handedOver.get(ofPartition * partitions + usagePartition)
                : NOTHING;
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
