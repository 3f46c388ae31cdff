package tekton.budget.kafka;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Repeats what needs Kafka until it succeeds. A process may be started before its broker, and goes
 * on by itself when the broker comes. The log tells a broker that is waited for from a fault that
 * waiting does not end: the first is information, the other an error. A fault is tried again too,
 * since an operator may mend it, a topic for example, without a start.
 */
public final class UntilConnected {

    private static final Logger LOG = LoggerFactory.getLogger(UntilConnected.class);

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);

    /** Every so many attempts the log says that nothing has changed: about once a minute. */
    private static final int ATTEMPTS_PER_LINE = 30;

    private UntilConnected() {}

    /**
     * Returns what the attempt returned that succeeded. It ends with the thread's interruption
     * only.
     *
     * @param servers the brokers, for the log
     * @param attempt what can be tried again after it has failed
     * @throws InterruptedException if the thread is interrupted, between attempts or in one
     */
    public static <T> T connect(String servers, Callable<T> attempt) throws InterruptedException {
        Class<?> told = UntilConnected.class;
        for (int since = 0; true; since++) {
            try {
                return attempt.call();
            } catch (InterruptedException stop) {
                throw stop;
            } catch (Exception e) {
                Throwable failure = failure(e);
                if (failure.getClass() != told || since >= ATTEMPTS_PER_LINE) {
                    told = failure.getClass();
                    since = 0;
                    tell(servers, failure);
                }
            }
            Thread.sleep(BETWEEN_ATTEMPTS);
        }
    }

    private static void tell(String servers, Throwable failure) {
        if (passes(failure)) {
            LOG.info("Waiting for Kafka at {}: {}", servers, failure.toString());
        } else if (failure instanceof IllegalStateException) {
            // It names the topic, what it found and what it expected.
            LOG.error(
                    "Kafka at {} cannot be used as it is: {} It is tried again.",
                    servers,
                    failure.getMessage());
        } else {
            LOG.error("The start with Kafka at {} failed; it is tried again", servers, failure);
        }
    }

    /** What went wrong, out of what brought the news. */
    static Throwable failure(Exception e) {
        return e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    }

    /** Whether it is Kafka's: the broker is not there, not ready yet, or refuses for now. */
    static boolean passes(Throwable failure) {
        return failure instanceof KafkaException || failure instanceof TimeoutException;
    }
}
