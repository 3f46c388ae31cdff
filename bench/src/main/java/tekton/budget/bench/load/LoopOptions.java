package tekton.budget.bench.load;

import picocli.CommandLine.Option;

/** Options that say how long is measured. */
public final class LoopOptions {

    @Option(names = "--seconds", description = "Measured; default ${DEFAULT-VALUE}.")
    double seconds;

    @Option(names = "--warm-up", description = "Seconds not measured; default ${DEFAULT-VALUE}.")
    double warmUpSeconds;

    /** With these defaults. */
    public LoopOptions(double seconds, double warmUpSeconds) {
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
    }

    /** How long is measured. */
    public double seconds() {
        return seconds;
    }

    /** How long before that is not. */
    public double warmUpSeconds() {
        return warmUpSeconds;
    }
}
