package tekton.budget.bench.longrun;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Options of a run that is made of legs. */
public final class LongRunOptions {

    @Option(names = "--project", paramLabel = "DIR", description = "Where run_budget.sh is.")
    Path project = Path.of(".");

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Keeps data, counts and report between legs; a run that lies there is gone on"
                            + " with. Default: a temporary directory, deleted after PASS.")
    @Nullable Path state;

    @Option(
            names = "--seed",
            description = "Of everything that is random; default: that of the state, or the time.")
    @Nullable Long seed;

    @Option(
            names = "--minutes",
            description =
                    "After so many minutes of disturbances this leg comes to its end; default"
                            + " ${DEFAULT-VALUE}.")
    double minutes = 20;

    /** Where the product is. */
    public Path project() {
        return project;
    }
}
