package tekton.budget.api.access;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests each caller may make: so many a minute, as many of them at once. Remembers only
 * callers that have asked within the last minute, and no more than a bound; those beyond it share
 * one rate. Thread-safe.
 */
final class RateLimits {

    /** Callers that are told apart at a time. */
    static final int CALLERS_MAX = 10_000;

    /** How often it looks for callers to forget. */
    private static final long SWEEP_NANOS = Duration.ofSeconds(1).toNanos();

    private final @Nullable TokenBucket bucket;

    /** When each caller's bucket will be full again. */
    private final Map<String, AtomicLong> fullAt = new ConcurrentHashMap<>();

    private final AtomicLong othersFullAt;
    private final AtomicLong sweptAt;

    /**
     * A limit.
     *
     * @param perMinute how many requests; 0 for as many as it likes
     * @param now by {@link System#nanoTime}, as everywhere here
     */
    RateLimits(int perMinute, long now) {
        bucket = perMinute == 0 ? null : new TokenBucket(perMinute);
        othersFullAt = new AtomicLong(now);
        sweptAt = new AtomicLong(now - SWEEP_NANOS);
    }

    /** Whether there is a limit at all. */
    boolean isOn() {
        return bucket != null;
    }

    /** How many requests a minute; 0 for as many as they like. */
    int perMinute() {
        return bucket == null ? 0 : bucket.perMinute();
    }

    /** How long a caller has to wait for its next request; zero when it may make it, and has. */
    Duration take(String caller, long now) {
        TokenBucket rate = bucket;
        if (rate == null) {
            return Duration.ZERO;
        }
        AtomicLong full = of(caller, now);
        while (true) {
            long before = full.get();
            Duration wait = rate.wait(before, now);
            if (!wait.isZero() || full.compareAndSet(before, rate.afterOne(before, now))) {
                return wait;
            }
        }
    }

    private AtomicLong of(String caller, long now) {
        AtomicLong known = fullAt.get(caller);
        if (known != null) {
            return known;
        }
        if (fullAt.size() >= CALLERS_MAX) {
            sweep(now);
            if (fullAt.size() >= CALLERS_MAX) {
                return othersFullAt;
            }
        }
        return fullAt.computeIfAbsent(caller, _ -> new AtomicLong(now));
    }

    /** Forgets those whose buckets are full: as new ones they would be the same. */
    private void sweep(long now) {
        long swept = sweptAt.get();
        if (now - swept >= SWEEP_NANOS && sweptAt.compareAndSet(swept, now)) {
            fullAt.values().removeIf(full -> TokenBucket.isFull(full.get(), now));
        }
    }

    /** How many callers are told apart now. */
    int callers() {
        return fullAt.size();
    }
}
