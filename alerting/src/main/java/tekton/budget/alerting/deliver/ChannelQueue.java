package tekton.budget.alerting.deliver;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.alert.AlertOutcome.Delivery;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The deliveries of one channel, each when it is due, one after the other on a thread of its own,
 * which there is only while there are any. Holds at most {@value #MAX}. Thread-safe.
 */
final class ChannelQueue implements AutoCloseable {

    /** The most deliveries that wait. */
    static final int MAX = 1_000;

    private static final int LOOK_AGAIN_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ChannelQueue.class);

    private final DelayQueue<Due> waiting = new DelayQueue<>();
    private final Set<String> present = new HashSet<>();
    private final UnaryOperator<Due> attempt;
    private final String name;

    // Both guarded by present.
    private @Nullable Thread thread;
    private boolean closed;

    /** A delivery and when, by {@link System#nanoTime}, it is due. */
    record Due(int partition, Delivery delivery, long nanos) implements Delayed {

        /** Due so many milliseconds from now. */
        static Due in(long ms, int partition, Delivery delivery) {
            return new Due(
                    partition,
                    delivery,
                    System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, ms)));
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.signum(
                    getDelay(TimeUnit.NANOSECONDS) - other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /**
     * A queue that works until it is closed.
     *
     * @param attempt makes an attempt and says when the next is due; the same delivery, no longer
     *     pending, when there is none
     */
    ChannelQueue(String channelId, UnaryOperator<Due> attempt) {
        this.attempt = attempt;
        name = "deliver-" + channelId;
    }

    /** Takes a delivery, once; false when it is full. */
    boolean offer(Due due) {
        synchronized (present) {
            if (present.contains(due.delivery().key())) {
                return true;
            }
            if (present.size() >= MAX) {
                return false;
            }
            present.add(due.delivery().key());
            waiting.add(due);
            if (thread == null && !closed) {
                // No virtual thread: looking up a name that nobody answers for would hold its
                // carrier, and with that the other channels.
                thread = Thread.ofPlatform().daemon().name(name).start(this::work);
            }
        }
        return true;
    }

    /** Drops what is of a partition that others look after now. */
    void drop(int partition) {
        waiting.removeIf(
                due -> {
                    boolean dropped = due.partition() == partition;
                    if (dropped) {
                        forget(due);
                    }
                    return dropped;
                });
    }

    @Override
    public void close() {
        synchronized (present) {
            closed = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private void work() {
        try {
            while (!isDone()) {
                // What is due may be dropped meanwhile.
                Due due = waiting.poll(LOOK_AGAIN_SECONDS, TimeUnit.SECONDS);
                if (due == null) {
                    continue;
                }
                Due next = attempt.apply(due);
                if (next.delivery().state() == Delivery.DeliveryState.PENDING) {
                    waiting.add(next);
                } else {
                    forget(due);
                }
            }
        } catch (InterruptedException closed) {
            LOG.debug("closed", closed);
        } finally {
            synchronized (present) {
                // Whatever ended it: the next delivery has a thread again.
                if (thread == Thread.currentThread()) {
                    thread = null;
                }
            }
        }
    }

    private boolean isDone() {
        synchronized (present) {
            boolean done = closed || present.isEmpty();
            if (done) {
                thread = null;
            }
            return done;
        }
    }

    private void forget(Due due) {
        synchronized (present) {
            present.remove(due.delivery().key());
        }
    }
}
