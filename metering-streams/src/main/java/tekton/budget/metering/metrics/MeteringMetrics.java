package tekton.budget.metering.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;

import java.util.stream.Stream;

/**
 * All that the metering of this process counts since the start of the process. There before the
 * metering runs: counters are 0 then, and gauges not a number. Any thread.
 */
public final class MeteringMetrics {

    private final UsageMetrics usage;
    private final LedgerMetrics ledger;
    private final AppMetrics meteringApp;
    private final AppMetrics ledgerApp;
    private final MultiGauge lags;

    /** Registers everything; once per registry. */
    public MeteringMetrics(MeterRegistry registry) {
        Registration registration = new Registration(registry);
        usage = UsageMetrics.of(registration);
        ledger = LedgerMetrics.of(registration);
        meteringApp = new AppMetrics(registration, "metering");
        ledgerApp = new AppMetrics(registration, "ledger");
        Gauge.builder(
                        "budget.allocations.open",
                        this,
                        own -> own.ledgerApp.isRunning() ? own.ledger.open() : Double.NaN)
                .description("Open allocations of the budgets decided about here")
                .strongReference(true)
                .register(registry);
        lags =
                MultiGauge.builder("budget.stream.lag.records")
                        .description("Committed records that a stream thread has not fetched")
                        .register(registry);
    }

    public UsageMetrics usage() {
        return usage;
    }

    public LedgerMetrics ledger() {
        return ledger;
    }

    /** What the application that counts usage says of itself. */
    public AppMetrics meteringApp() {
        return meteringApp;
    }

    /** What the ledger's application says of itself. */
    public AppMetrics ledgerApp() {
        return ledgerApp;
    }

    /** Brings up to date what has other labels from time to time; before each scrape. */
    public void refresh() {
        lags.register(
                Stream.concat(meteringApp.lags().stream(), ledgerApp.lags().stream()).toList(),
                true);
    }
}
