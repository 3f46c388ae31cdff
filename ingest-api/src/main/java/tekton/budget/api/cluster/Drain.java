package tekton.budget.api.cluster;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The first step of a stop, once Hermes has been told: says that this instance is not ready any
 * more, and goes on serving for a while, so that whoever spreads the requests sends no more of them
 * here before the port closes. It goes on for longer, within a bound, while somebody still asks: a
 * request that meets the closing port has no answer, and its sender cannot know whether it counted.
 * Meanwhile each answer ends its connection, so that the next request finds another instance.
 */
public final class Drain implements SmartLifecycle, Filter {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** When it stops: of two phases the greater one first. */
    public static final int PHASE = Integer.MAX_VALUE - 1;

    /** After so long without a request nobody is expected any more. */
    static final Duration QUIET = Duration.ofSeconds(1);

    /** Most that is added while requests still come. */
    static final Duration LONGER_MAX = Duration.ofSeconds(10);

    /** Paths that are asked whether or not anybody sends requests here. */
    private static final Set<String> PROBED =
            Set.of(
                    "/ready",
                    "/health",
                    "/api/health",
                    "/api/v1/health",
                    "/api/status",
                    "/api/v1/status",
                    "/metrics");

    /** Questions of other instances, which ask the owner whatever a balancer says. */
    private static final String PEERS = "/internal/";

    private final Duration duration;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean running;
    private volatile boolean draining;
    private volatile long askedNanos;

    /**
     * A drain.
     *
     * @param duration how long to go on at least; zero for not at all
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
        long toldNanos = System.nanoTime();
        askedNanos = toldNanos;
        draining = true;
        running = false;
        if (duration.isZero()) {
            return;
        }
        LOG.info("Not ready any more; serving for {} s yet", duration.toSeconds());
        try {
            Duration wait = duration;
            while (wait.isPositive()) {
                boolean _ = never.await(wait.toMillis(), TimeUnit.MILLISECONDS);
                long now = System.nanoTime();
                wait = remaining(duration, now - toldNanos, now - askedNanos);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - toldNanos);
        if (took.compareTo(duration.plus(LONGER_MAX)) >= 0) {
            LOG.warn(
                    "Requests still come after {} s; those that meet the closing port get no"
                            + " answer",
                    took.toSeconds());
        }
    }

    /**
     * How long to go on.
     *
     * @param least how long at least
     * @param toldNanos since the order to stop
     * @param askedNanos since the last request
     * @return not positive when it is time to close the port; else at least a millisecond
     */
    static Duration remaining(Duration least, long toldNanos, long askedNanos) {
        Duration told = Duration.ofNanos(toldNanos);
        Duration quiet = QUIET.minusNanos(askedNanos);
        Duration first = least.minus(told);
        Duration last = least.plus(LONGER_MAX).minus(told);
        Duration wanted = first.compareTo(quiet) > 0 ? first : quiet;
        Duration wait = wanted.compareTo(last) < 0 ? wanted : last;
        return wait.isPositive() ? wait.plusMillis(1) : wait;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (draining) {
            HttpServletRequest asked = (HttpServletRequest) request;
            String path = asked.getRequestURI();
            if (!PROBED.contains(path) && !path.startsWith(PEERS)) {
                askedNanos = System.nanoTime();
            }
            // An upgrade is not kept for a second request, and says in this header what it is.
            if (asked.getHeader("Upgrade") == null) {
                ((HttpServletResponse) response).setHeader("Connection", "close");
            }
        }
        chain.doFilter(request, response);
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
