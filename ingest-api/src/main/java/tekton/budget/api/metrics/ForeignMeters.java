package tekton.budget.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import tekton.budget.api.usage.ForeignMeter;
import tekton.budget.api.usage.Way;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What foreign formats hold beside records. */
public final class ForeignMeters implements ForeignMeter {

    private final Map<Way, Counter> ignored = new EnumMap<>(Way.class);
    private final Map<Way, Counter> clamped = new EnumMap<>(Way.class);
    private final Map<Way, Counter> deadLettered = new EnumMap<>(Way.class);

    public ForeignMeters(MeterRegistry registry) {
        for (Way way : Way.FOREIGN) {
            ignored.put(
                    way,
                    Counter.builder("budget.foreign.ignored")
                            .description("What foreign formats told of that is no call to count")
                            .tag("way", way.wireName())
                            .register(registry));
            clamped.put(
                    way,
                    Counter.builder("budget.foreign.clamped")
                            .description("Calls of foreign formats whose tokens were cut to fit")
                            .tag("way", way.wireName())
                            .register(registry));
        }
        for (Way way : Way.TOPICS) {
            deadLettered.put(
                    way,
                    Counter.builder("budget.foreign.dead.letters")
                            .description(
                                    "Records of topics of others that could not count, or not all"
                                            + " of it")
                            .tag("way", way.wireName())
                            .register(registry));
        }
    }

    @Override
    public void ignored(Way way, long count) {
        Objects.requireNonNull(ignored.get(way)).increment((double) count);
    }

    @Override
    public void clamped(Way way, long count) {
        Objects.requireNonNull(clamped.get(way)).increment((double) count);
    }

    @Override
    public void deadLettered(Way way) {
        Objects.requireNonNull(deadLettered.get(way)).increment();
    }
}
