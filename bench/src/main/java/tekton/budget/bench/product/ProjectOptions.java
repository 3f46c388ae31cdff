package tekton.budget.bench.product;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Map;

/** Which product is started. */
public final class ProjectOptions {

    @Option(
            names = "--project",
            paramLabel = "DIR",
            description = "Where run_budget.sh is; default: here.")
    Path project = Path.of(".");

    @Option(
            names = "--java-opts",
            paramLabel = "OPTIONS",
            description = "BUDGET_JAVA_OPTS of the product that is started.")
    String javaOptions = "";

    /** The project's root. */
    public Path project() {
        return project;
    }

    /** Environment variables of the product that is started. */
    public Map<String, String> settings() {
        return javaOptions.isEmpty() ? Map.of() : Map.of("BUDGET_JAVA_OPTS", javaOptions);
    }
}
