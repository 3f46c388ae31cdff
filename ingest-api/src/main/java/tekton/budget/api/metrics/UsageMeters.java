package tekton.budget.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import tekton.budget.api.http.ProblemType;
import tekton.budget.api.usage.IntakeMeter;
import tekton.budget.api.usage.Way;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Records that came in, whichever way, and refusals. Every counter is made at the start, so that a
 * record costs a look-up by two enums and an addition, and allocates nothing.
 */
public final class UsageMeters implements IntakeMeter {

    /** Kafka's acknowledgement comes within milliseconds, and after ten seconds not any more. */
    private static final Duration[] ACKNOWLEDGED = {
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    /** The refusals that reporting usage knows; any other is counted as one of {@link #OTHERS}. */
    private static final Set<ProblemType> REFUSALS =
            EnumSet.of(
                    ProblemType.INVALID_REQUEST,
                    ProblemType.INVALID_VALUE,
                    ProblemType.RESOURCE_NOT_FOUND,
                    ProblemType.REQUEST_TIMEOUT,
                    ProblemType.PAYLOAD_TOO_LARGE,
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    ProblemType.TOO_MANY_REQUESTS,
                    ProblemType.INTERNAL_ERROR,
                    ProblemType.SERVICE_UNAVAILABLE);

    private static final String OTHERS = "other";

    private final Map<Way, Counter> accepted = new EnumMap<>(Way.class);
    private final Map<Way, Map<ProblemType, Counter>> refused = new EnumMap<>(Way.class);
    private final Timer acknowledged;

    public UsageMeters(MeterRegistry registry) {
        for (Way way : Way.values()) {
            accepted.put(
                    way,
                    Counter.builder("budget.usage.accepted")
                            .description("Usage records that Kafka has acknowledged")
                            .tag("way", way.wireName())
                            .register(registry));
            Map<ProblemType, Counter> codes = new EnumMap<>(ProblemType.class);
            for (ProblemType type : ProblemType.values()) {
                codes.put(type, refused(registry, way, type));
            }
            refused.put(way, codes);
        }
        acknowledged =
                Timer.builder("budget.acknowledge")
                        .description(
                                "Time from the producer's send of a record to Kafka's"
                                        + " acknowledgement")
                        .serviceLevelObjectives(ACKNOWLEDGED)
                        .register(registry);
    }

    @Override
    public void accepted(Way way) {
        Objects.requireNonNull(accepted.get(way)).increment();
    }

    @Override
    public void refused(Way way, ProblemType why) {
        Objects.requireNonNull(Objects.requireNonNull(refused.get(way)).get(why)).increment();
    }

    /** A record was acknowledged so many nanoseconds after it was sent. */
    public void acknowledged(long nanos) {
        acknowledged.record(nanos, TimeUnit.NANOSECONDS);
    }

    private static Counter refused(MeterRegistry registry, Way way, ProblemType type) {
        return Counter.builder("budget.usage.refused")
                .description("Refused usage records; a refused request counts as one")
                .tag("way", way.wireName())
                .tag("code", REFUSALS.contains(type) ? type.code() : OTHERS)
                .register(registry);
    }
}
