package tekton.budget.bench.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.load.ProducerBaseline.ProducerFigures;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.TargetOptions;

import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bench producer-baseline}. */
@Command(
        name = "producer-baseline",
        mixinStandardHelpOptions = true,
        description =
                "Runs Kafka's own ProducerPerformance (lz4, acks=all, 6 partitions) on the"
                        + " product's broker, with the application stopped unless it is that of"
                        + " --url, and prints records per second.")
public final class BaselineCommand implements Callable<Integer> {

    @Mixin TargetOptions options = new TargetOptions();

    @Option(names = "--records", description = "How many; default ${DEFAULT-VALUE}.")
    long records = 3_000_000;

    @Option(names = "--size", description = "Bytes of each value; default ${DEFAULT-VALUE}.")
    int size = RecordTemplate.DEFAULT_SIZE;

    @Override
    public Integer call() throws Exception {
        try (Target target = Target.open(options)) {
            target.leaveOnlyBroker();
            ProducerFigures figures =
                    ProducerBaseline.run(target.bootstrapServers(), records, size);
            System.out.printf(
                    Locale.ROOT,
                    "baseline    %,.0f records/s (%,d of %d bytes, lz4, acks=all); producer %.2f"
                            + " CPU-seconds per million records%n",
                    figures.perSecond(),
                    records,
                    size,
                    figures.cpuSeconds() / (records / 1e6));
        }
        return 0;
    }
}
