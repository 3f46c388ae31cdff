package tekton.budget.api.cluster;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The first step of a stop, once Hermes has been told: says that this instance is not ready any
 * more, and goes on serving for a while, so that whoever spreads the requests sends no more of them
 * here before the port closes.
 */
public final class Drain implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** When it stops: of two phases the greater one first. */
    public static final int PHASE = Integer.MAX_VALUE - 1;

    private final Duration duration;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean running;
    private volatile boolean draining;

    /**
     * A drain.
     *
     * @param duration how long to go on; zero for not at all
     */
    public Drain(Duration duration) {
        this.duration = duration;
    }

    /** True from the moment when this instance was told to stop. */
    public boolean isDraining() {
        return draining;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        draining = true;
        running = false;
        if (!duration.isZero()) {
            LOG.info("Not ready any more; serving for {} s yet", duration.toSeconds());
            try {
                boolean _ = never.await(duration.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before everything that serves. */
    @Override
    public int getPhase() {
        return PHASE;
    }
}
