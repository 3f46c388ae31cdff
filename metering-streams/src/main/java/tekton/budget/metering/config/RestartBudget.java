package tekton.budget.metering.config;

import io.micrometer.core.instrument.Counter;

import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Replaces a stream thread that died, but not without end: a fault that comes back at once would
 * only burn the machine. After {@link #RESTARTS_MAX} within {@link #WITHIN} the application stops,
 * and so it does at once where its state is damaged: a new thread would meet the same.
 */
final class RestartBudget implements StreamsUncaughtExceptionHandler {

    static final int RESTARTS_MAX = 20;
    static final Duration WITHIN = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(RestartBudget.class);

    private final String name;
    private final LongSupplier nanoTime;
    private final Predicate<Throwable> damage;
    private final Deque<Long> restarts = new ArrayDeque<>();
    private final Counter replaced;

    /**
     * A budget of restarts.
     *
     * @param name the application's, for the log
     * @param damage takes note if a fault is one of the state on disk, and says whether it is
     * @param replaced counts the threads that were replaced
     */
    RestartBudget(
            String name, LongSupplier nanoTime, Predicate<Throwable> damage, Counter replaced) {
        this.name = name;
        this.nanoTime = nanoTime;
        this.damage = damage;
        this.replaced = replaced;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable fault) {
        if (damage.test(fault)) {
            LOG.error("{}: its state cannot be used, stopped", name, fault);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        long now = nanoTime.getAsLong();
        while (!restarts.isEmpty() && now - restarts.peekFirst() > WITHIN.toNanos()) {
            restarts.removeFirst();
        }
        if (restarts.size() >= RESTARTS_MAX) {
            LOG.error("{}: {} faults within {}, stopped", name, RESTARTS_MAX, WITHIN, fault);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        restarts.addLast(now);
        replaced.increment();
        LOG.error("{}: a stream thread died and is replaced", name, fault);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
