package tekton.budget.api.metrics;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.query.MeteringFigures;
import tekton.budget.metering.query.MeteringFigures.App;
import tekton.budget.metering.query.MeteringFigures.Decision;
import tekton.budget.metering.query.MeteringFigures.Lag;
import tekton.budget.metering.query.MeteringFigures.Restoring;
import tekton.budget.metering.query.MeteringFigures.State;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The metering's own figures. Until it runs, and that is until Kafka has been reached, counters are
 * 0 and gauges not a number.
 */
public final class MeteringMeters {

    private static final String APPLICATION = "application";

    private final Supplier<@Nullable MeteringFigures> metering;
    private final MultiGauge lags;

    /**
     * Binds them.
     *
     * @param metering its figures, or null until it runs
     */
    public MeteringMeters(MeterRegistry registry, Supplier<@Nullable MeteringFigures> metering) {
        this.metering = metering;
        Figures<Supplier<@Nullable MeteringFigures>> figures = new Figures<>(registry, metering);
        usage(figures);
        ledger(figures);
        for (App app : App.values()) {
            application(figures, app);
            FunctionTimer.builder(
                            "budget.stream.commit",
                            this,
                            own -> own.count(f -> f.commits(app)),
                            own -> own.count(f -> f.commitNanos(app)),
                            TimeUnit.NANOSECONDS)
                    .description("Commits of transactions, and how long they took")
                    .tag(APPLICATION, app.wireName())
                    .register(registry);
        }
        lags =
                MultiGauge.builder("budget.stream.lag.records")
                        .description("Committed records that a stream thread has not fetched")
                        .register(registry);
    }

    /** Brings up to date what has other labels from time to time; before each scrape. */
    void refresh() {
        MeteringFigures figures = metering.get();
        List<Lag> now = figures == null ? List.of() : figures.lags();
        lags.register(now.stream().map(MeteringMeters::row).toList(), true);
    }

    private static MultiGauge.Row<Number> row(Lag lag) {
        return MultiGauge.Row.of(
                Tags.of(
                        APPLICATION,
                        lag.app().wireName(),
                        "topic",
                        lag.topic(),
                        "partition",
                        Integer.toString(lag.partition())),
                lag.records());
    }

    private static void usage(Figures<Supplier<@Nullable MeteringFigures>> figures) {
        figures.counter(
                "budget.usage.counted",
                "Usage records added to the totals, committed",
                counted(MeteringFigures::counted));
        figures.counter(
                "budget.usage.unpriced",
                "Counted usage records without a known price",
                counted(MeteringFigures::unpriced));
        figures.counter(
                "budget.usage.estimated",
                "Counted usage records whose service tier has no rate, charged as standard",
                counted(MeteringFigures::estimated));
        figures.counter(
                "budget.usage.duplicates",
                "Usage records whose id had been counted with the same content",
                counted(MeteringFigures::duplicates));
        figures.counter(
                "budget.usage.strays",
                "Usage records moved to the partition of their context",
                counted(MeteringFigures::strays));
    }

    private static void ledger(Figures<Supplier<@Nullable MeteringFigures>> figures) {
        for (Decision decision : Decision.values()) {
            figures.counter(
                    "budget.decisions",
                    "Requests that the ledger has granted, committed",
                    counted(f -> f.decisions(decision)),
                    "outcome",
                    decision.wireName());
        }
        for (Refusal.RefusalCode code : Refusal.RefusalCode.values()) {
            figures.counter(
                    "budget.refusals",
                    "Requests that the ledger has refused, committed",
                    counted(f -> f.refusals(code)),
                    "code",
                    code.wireName());
        }
        for (Allocation.AllocationState state : Allocation.AllocationState.values()) {
            if (state != Allocation.AllocationState.OPEN) {
                figures.counter(
                        "budget.allocations.ended",
                        "Allocations that have ended",
                        counted(f -> f.ended(state)),
                        "state",
                        state.wireName());
            }
        }
        figures.counter(
                "budget.allocation.tokens.granted",
                "Tokens of granted allocations",
                counted(MeteringFigures::tokensGranted));
        figures.counter(
                "budget.allocation.tokens.returned",
                "Tokens that ended allocations have returned to their budgets",
                counted(MeteringFigures::tokensReturned));
        figures.gauge(
                "budget.allocations.open",
                "Open allocations of the budgets that this process decides about",
                known(f -> (double) f.openAllocations()));
    }

    private static void application(Figures<Supplier<@Nullable MeteringFigures>> figures, App app) {
        String name = app.wireName();
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            figures.counter(
                    "budget.dead.letters",
                    "Records sent to the dead letters, committed",
                    counted(f -> f.deadLetters(app, reason)),
                    APPLICATION,
                    name,
                    "reason",
                    reason.wireName());
        }
        figures.counter(
                "budget.stream.skipped",
                "Records read again after offsets were lost, and skipped",
                counted(f -> f.skipped(app)),
                APPLICATION,
                name);
        figures.counter(
                "budget.stream.thread.restarts",
                "Stream threads that died and were replaced",
                counted(f -> f.restarts(app)),
                APPLICATION,
                name);
        for (State state : State.values()) {
            figures.gauge(
                    "budget.stream.state",
                    "1 for the state that an application is in",
                    known(f -> f.state(app) == state ? 1.0 : 0.0),
                    APPLICATION,
                    name,
                    "state",
                    state.wireName());
        }
        figures.gauge(
                "budget.restoring.stores",
                "Partitions of stores that are being restored",
                known(f -> (double) f.restoring(app).stores()),
                APPLICATION,
                name);
        figures.gauge(
                "budget.restoring.records",
                "Changelog records that are left to restore",
                known(f -> (double) f.restoring(app).remaining()),
                APPLICATION,
                name);
        figures.counter(
                "budget.restored.records",
                "Changelog records that were restored",
                counted(f -> restored(f.restoring(app))),
                APPLICATION,
                name);
    }

    private static long restored(Restoring restoring) {
        return restoring.restored();
    }

    private long count(ToLongFunction<MeteringFigures> figure) {
        MeteringFigures figures = metering.get();
        return figures == null ? 0 : figure.applyAsLong(figures);
    }

    private static ToDoubleFunction<Supplier<@Nullable MeteringFigures>> counted(
            ToLongFunction<MeteringFigures> figure) {
        return source -> {
            MeteringFigures figures = source.get();
            return figures == null ? 0 : figure.applyAsLong(figures);
        };
    }

    private static ToDoubleFunction<Supplier<@Nullable MeteringFigures>> known(
            Function<MeteringFigures, Double> figure) {
        return source -> {
            MeteringFigures figures = source.get();
            return figures == null ? Double.NaN : figure.apply(figures);
        };
    }
}
