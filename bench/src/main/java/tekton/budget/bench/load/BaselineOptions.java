package tekton.budget.bench.load;

import picocli.CommandLine.Option;

import tekton.budget.bench.product.Target;

import java.io.IOException;
import java.util.Locale;

/** The run of Kafka's own producer that a figure is compared with. */
public final class BaselineOptions {

    @Option(
            names = "--baseline-records",
            description =
                    "Records of the ProducerPerformance run behind the measurement; 0 leaves it"
                            + " out; default ${DEFAULT-VALUE}.")
    long records = 2_000_000;

    /**
     * Runs it, unless it is left out, and prints the ratio.
     *
     * @param figure records per second to compare
     * @param size bytes of each record
     */
    public void compare(Target target, double figure, int size)
            throws IOException, InterruptedException {
        if (records == 0) {
            return;
        }
        double baseline = ProducerBaseline.run(target.bootstrapServers(), records, size);
        System.out.printf(
                Locale.ROOT,
                "baseline    ProducerPerformance %,.0f records/s; ratio %.1f %%%n",
                baseline,
                100 * figure / baseline);
    }
}
