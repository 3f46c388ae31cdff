package tekton.budget.bench.product;

import java.util.Locale;

/** What a process of the product is for. */
public enum ProcessRole {
    /** Serves the HTTP API. */
    APPLICATION("tekton.budget.api.IngestApplication"),
    /** Counts, and answers other instances on its port. */
    WORKER("tekton.budget.metering.worker.MeteringWorker"),
    /** Says what people should hear of; has no port. */
    ALERTING("tekton.budget.alerting.AlertingApplication"),
    /** Looks for prices; has no port. */
    POLLER("tekton.budget.poller.PollerApplication");

    private final String mainClass;

    ProcessRole(String mainClass) {
        this.mainClass = mainClass;
    }

    /** Its main class, where it is a process of its own. */
    String mainClass() {
        return mainClass;
    }

    /** Whether it answers {@code /health} and {@code /ready}. */
    public boolean hasPort() {
        return this == APPLICATION || this == WORKER;
    }

    /** As in figures: {@code application}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
