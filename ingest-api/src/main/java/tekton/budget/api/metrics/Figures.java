package tekton.budget.api.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.function.ToDoubleFunction;

/**
 * Reads figures of a part when they are asked for. Whoever binds them keeps the part: a registry
 * does not hold on to what its counters are read from.
 *
 * @param <S> the part
 */
final class Figures<S> {

    private final MeterRegistry registry;
    private final S source;

    Figures(MeterRegistry registry, S source) {
        this.registry = registry;
        this.source = source;
    }

    /**
     * Something that only grows.
     *
     * @param labels names and values in turn
     */
    void counter(String name, String help, ToDoubleFunction<S> value, String... labels) {
        FunctionCounter.builder(name, source, value)
                .description(help)
                .tags(labels)
                .register(registry);
    }

    /**
     * Something that goes up and down; not a number where nobody knows.
     *
     * @param labels names and values in turn
     */
    void gauge(String name, String help, ToDoubleFunction<S> value, String... labels) {
        Gauge.builder(name, source, value)
                .description(help)
                .tags(labels)
                .strongReference(true)
                .register(registry);
    }
}
