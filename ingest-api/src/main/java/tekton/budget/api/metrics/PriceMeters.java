package tekton.budget.api.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;

import tekton.budget.api.publish.PriceClient;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.pricing.PriceBook;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Prices and their sources, as the price topics tell of them wherever the poller runs. A source has
 * no series until the poller has told of it, and no age until it was read once.
 */
public final class PriceMeters {

    /** The poller knows half a dozen; whatever else the topic says, there are no more series. */
    private static final int SOURCES_MAX = 20;

    private final PriceClient poller;
    private final InstantSource clock;
    private final MultiGauge ages;
    private final MultiGauge failing;
    private final MultiGauge models;

    /**
     * Binds them.
     *
     * @param book the prices as far as they have been read
     */
    public PriceMeters(
            MeterRegistry registry,
            PriceClient poller,
            Supplier<PriceBook> book,
            InstantSource clock) {
        this.poller = poller;
        this.clock = clock;
        ages =
                MultiGauge.builder("budget.price.source.age")
                        .description("Seconds since the last successful read of a price source")
                        .baseUnit("seconds")
                        .register(registry);
        failing =
                MultiGauge.builder("budget.price.source.failing")
                        .description("1 while the latest attempt to read a price source has failed")
                        .register(registry);
        models =
                MultiGauge.builder("budget.price.source.models")
                        .description("Models that a price source had when it was last read")
                        .register(registry);
        Figures<PriceMeters> figures = new Figures<>(registry, this);
        figures.gauge(
                "budget.priced.models",
                "Models with a price in force",
                own -> book.get().inForce(own.clock.millis()).size());
        figures.gauge(
                "budget.prices.quarantined",
                "Quarantined prices that wait for an operator",
                PriceMeters::held);
    }

    /** Brings up to date what has other labels from time to time; before each scrape. */
    void refresh() {
        Instant now = clock.instant();
        List<Row<?>> age = new ArrayList<>();
        List<Row<?>> failed = new ArrayList<>();
        List<Row<?>> known = new ArrayList<>();
        List<SourceState> sources = poller.all(SourceState.class);
        for (SourceState source : sources.subList(0, Math.min(SOURCES_MAX, sources.size()))) {
            Tags tags = Tags.of("source", source.source());
            Instant fetchedAt = source.fetchedAt();
            if (fetchedAt != null) {
                age.add(Row.of(tags, Duration.between(fetchedAt, now).toMillis() / 1_000.0));
            }
            failed.add(Row.of(tags, source.failure() == null ? 0 : 1));
            known.add(Row.of(tags, source.models()));
        }
        ages.register(age, true);
        failing.register(failed, true);
        models.register(known, true);
    }

    private double held() {
        return poller.all(Quarantined.class).stream()
                .filter(price -> price.state() == QuarantineState.HELD)
                .count();
    }
}
