package tekton.budget.api.access;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many requests each key may make: so many a minute, as many of them at once. Thread-safe. */
final class RateLimits {

    private final int perMinute;

    /** By the keys' names, which are bounded. */
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /**
     * A limit.
     *
     * @param perMinute how many requests; 0 for as many as it likes
     */
    RateLimits(int perMinute) {
        this.perMinute = perMinute;
    }

    /** How long a key has to wait for its next request; zero when it may make it, and has. */
    Duration take(String name) {
        if (perMinute == 0) {
            return Duration.ZERO;
        }
        ConsumptionProbe probe =
                buckets.computeIfAbsent(name, _ -> bucket()).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(
                        limit ->
                                limit.capacity(perMinute)
                                        .refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
    }
}
