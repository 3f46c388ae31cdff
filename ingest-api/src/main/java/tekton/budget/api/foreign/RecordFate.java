package tekton.budget.api.foreign;

import tekton.budget.kafka.Acknowledgement;

import java.time.Duration;

/**
 * Whether all that is to be written for a record of a topic is durable. One thread sends and
 * awaits; acknowledgements come from the producers'.
 */
final class RecordFate implements Acknowledgement {

    private final Runnable count;
    private int open;
    private boolean failed;

    /**
     * A fate.
     *
     * @param count run when all of it is known to be durable
     */
    RecordFate(Runnable count) {
        this.count = count;
    }

    /** One more acknowledgement is to come. */
    synchronized void sent() {
        open++;
    }

    @Override
    public synchronized void acknowledged(int partition, long offset) {
        open--;
        notifyAll();
    }

    @Override
    public synchronized void failed() {
        open--;
        failed = true;
        notifyAll();
    }

    synchronized boolean hasFailed() {
        return failed;
    }

    /** It is durable, and counts as read. */
    void told() {
        count.run();
    }

    /**
     * Waits until all of it is durable.
     *
     * @param deadlineNanos how long at most, by {@link System#nanoTime}
     * @return false if it is not, or nobody knows
     */
    synchronized boolean await(long deadlineNanos) throws InterruptedException {
        while (open > 0 && !failed) {
            long leftMs = Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return !failed;
    }
}
