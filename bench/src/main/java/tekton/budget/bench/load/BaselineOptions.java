package tekton.budget.bench.load;

import picocli.CommandLine.Option;

import tekton.budget.bench.load.ProducerBaseline.ProducerFigures;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;

import java.io.IOException;
import java.util.Locale;

/** The run of Kafka's own producer that a figure is compared with. */
public final class BaselineOptions {

    @Option(
            names = "--baseline-records",
            description =
                    "Records of the ProducerPerformance run behind the measurement, after the"
                            + " application was stopped; 0 leaves it out; default"
                            + " ${DEFAULT-VALUE}.")
    long records = 2_000_000;

    /**
     * Runs it, unless it is left out, and prints the ratio. The application is stopped before, if
     * it is the bench's own, so that nobody drains or polls meanwhile.
     *
     * @param figure records per second to compare
     * @param size bytes of each record
     */
    public void compare(Target target, double figure, int size)
            throws IOException, InterruptedException {
        if (records == 0) {
            return;
        }
        boolean alone = target.leaveOnlyBroker();
        Cpu before = target.cpuOf("", 0);
        ProducerFigures baseline = ProducerBaseline.run(target.bootstrapServers(), records, size);
        double millions = records / 1e6;
        System.out.printf(
                Locale.ROOT,
                "baseline    ProducerPerformance%s %,.0f records/s; ratio %.1f %%; producer %.2f,"
                        + " broker %.2f CPU-seconds per million records%n",
                alone ? "" : " beside the running application",
                baseline.perSecond(),
                100 * figure / baseline.perSecond(),
                baseline.cpuSeconds() / millions,
                (target.cpuOf("", 0).broker() - before.broker()) / millions);
    }
}
