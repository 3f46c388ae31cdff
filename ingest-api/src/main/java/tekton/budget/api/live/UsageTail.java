package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.http.ProblemException;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * How far the log of usage goes, for listeners that show what is in it. While there are any, Kafka
 * is asked twice a second; records that come faster are one piece of news. Thread-safe.
 */
final class UsageTail {

    /** How often, at most, listeners hear of more. */
    static final Duration PERIOD = Duration.ofMillis(400);

    private static final Logger LOG = LoggerFactory.getLogger(UsageTail.class);

    private final Supplier<Answer<Positions>> newest;
    private final Set<Signal> listeners = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Positions last;

    /**
     * Nobody listens yet.
     *
     * @param newest asks how far the log goes; may refuse by a {@link ProblemException} until it
     *     can be asked
     */
    UsageTail(Supplier<Answer<Positions>> newest) {
        this.newest = newest;
    }

    /** From now on that bell rings when records were appended. */
    void join(Signal bell) {
        listeners.add(bell);
    }

    void leave(Signal bell) {
        listeners.remove(bell);
    }

    /** How far the log went when it was looked at last; null when it was not yet. */
    @Nullable Positions last() {
        return last;
    }

    /** Looks again and again, until it is interrupted. */
    void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                if (!listeners.isEmpty()) {
                    look();
                }
            }
        } catch (InterruptedException stop) {
            LOG.debug("stopped", stop);
        }
    }

    /** Asks how far the log goes, and tells the listeners if that is further than before. */
    void look() {
        try {
            if (newest.get() instanceof Found<Positions>(Positions now) && !now.equals(last)) {
                last = now;
                listeners.forEach(Signal::news);
            }
        } catch (ProblemException notYet) {
            LOG.debug("the log cannot be asked yet", notYet);
        } catch (RuntimeException failure) {
            LOG.warn("How far the log of usage goes could not be told", failure);
        }
    }
}
