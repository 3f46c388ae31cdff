package tekton.budget.metering.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import tekton.budget.event.DeadLetter.Reason;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Registers meters that both applications have. */
record Registration(MeterRegistry registry) {

    static final String APPLICATION = "application";

    /**
     * A commit comes every tenth to half of a second, so most fall below one; what is beyond a
     * minute is a backlog and no delay.
     */
    private static final Duration[] AGES =
            Stream.of(25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000, 600_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    /**
     * A counter.
     *
     * @param labels names and values in turn
     */
    Counter counter(String name, String help, String... labels) {
        return Counter.builder(name).description(help).tags(labels).register(registry);
    }

    /** One counter for each of some values, told apart by a label. */
    <K extends Enum<K>> Map<K, Counter> counters(Class<K> kind, Function<K, Counter> counter) {
        Map<K, Counter> counters = new EnumMap<>(kind);
        for (K each : kind.getEnumConstants()) {
            counters.put(each, counter.apply(each));
        }
        return counters;
    }

    Map<Reason, Counter> deadLetters(String application) {
        return counters(
                Reason.class,
                reason ->
                        counter(
                                "budget.dead.letters",
                                "Records sent to the dead letters, committed",
                                APPLICATION,
                                application,
                                "reason",
                                reason.wireName()));
    }

    Counter skipped(String application) {
        return counter(
                "budget.stream.skipped",
                "Records read again after offsets were lost, and skipped",
                APPLICATION,
                application);
    }

    /** How old the oldest input of each commit of a step was when it was committed. */
    Timer age(String stage) {
        return Timer.builder("budget.freshness")
                .description(
                        "Age of the oldest input of a commit when it was committed, since its"
                                + " append in Kafka")
                .tag("stage", stage)
                .serviceLevelObjectives(AGES)
                .register(registry);
    }
}
