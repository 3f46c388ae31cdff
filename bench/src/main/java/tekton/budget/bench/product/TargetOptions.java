package tekton.budget.bench.product;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Which product is measured. Without {@code --url} one is started for the purpose. */
public final class TargetOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "A running product, such as http://localhost:8013. Without it one is started"
                            + " on free ports with new data, and stopped at the end.")
    String url = "";

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka of the running product; default ${DEFAULT-VALUE}.")
    String bootstrap = "127.0.0.1:9092";

    @Option(
            names = "--app-pid",
            paramLabel = "PID",
            description = "Process of the running product, for its processor time.")
    long pid;

    @Mixin ProjectOptions started = new ProjectOptions();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Data of the product that is started; default: a temporary directory, deleted"
                            + " at the end.")
    String dataDirectory = "";

    /** The project's root. */
    public Path project() {
        return started.project();
    }
}
