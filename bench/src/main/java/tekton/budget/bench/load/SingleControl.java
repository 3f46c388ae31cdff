package tekton.budget.bench.load;

import tekton.budget.bench.control.BareServer;
import tekton.budget.bench.control.BenchTopics;
import tekton.budget.bench.control.ControlProgram;
import tekton.budget.bench.control.ShareOfControl;
import tekton.budget.bench.load.LoadRuns.LoadRate;
import tekton.budget.bench.load.LoadRuns.LoadRates;
import tekton.budget.bench.product.ChildProcess;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.Target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

/** Single reports to a bare server next to the product's figures. */
final class SingleControl {

    private static final String USAGE = "budget.usage";

    private SingleControl() {}

    /** Measures it on the product's broker, alone, and prints the ratios. */
    static void compare(Target target, LoadRuns runs, LoadRates product)
            throws IOException, InterruptedException {
        LoadRates control = measure(target, runs);
        for (int i = 0; i < product.warm().size(); i++) {
            LoadRate ours = product.warm().get(i);
            LoadRate bare = control.warm().get(i);
            String who = ours.connections() + " connections";
            new ShareOfControl(ours.perSecond(), bare.perSecond()).print(who, "records/s");
            new ShareOfControl(ours.cpuMicros(), bare.cpuMicros())
                    .printCost("server and broker, " + who, "CPU-s per million records");
        }
        if (product.cold() > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "ratio       first seconds: %.0f %% of the warm rate; the control's %.0f %% of"
                            + " its own%n",
                    product.coldPercent(),
                    control.coldPercent());
        }
    }

    private static LoadRates measure(Target target, LoadRuns runs)
            throws IOException, InterruptedException {
        int port = Product.freePorts(1).getFirst();
        try (BenchTopics topics = new BenchTopics(target.bootstrapServers())) {
            String topic = topics.create("single", topics.partitionsOf(USAGE));
            try (ChildProcess server =
                    ControlProgram.start(
                            BareServer.class,
                            List.of(String.valueOf(port), target.bootstrapServers(), topic))) {
                return runs.run(
                        "the control, a bare server",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        () -> target.cpuOf("bare server", server.pid()),
                        true);
            }
        }
    }
}
