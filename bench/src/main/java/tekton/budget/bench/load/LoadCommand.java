package tekton.budget.bench.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.control.ControlOptions;
import tekton.budget.bench.load.LoadRuns.LoadRates;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.TargetOptions;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bench load}. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Open-loop load over REST. Latency counts from the instant a request was meant to"
                        + " start, so a stall shows in every request it held up. The control of"
                        + " form SINGLE is a bare HTTP server that sends the same bytes to the same"
                        + " broker with acks=all: the same load, from its first second, after the"
                        + " application was stopped.")
public final class LoadCommand implements Callable<Integer> {

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin LoopOptions time = new LoopOptions(20, 45);
    @Mixin ControlOptions controls = new ControlOptions();
    @Mixin BaselineOptions baseline = new BaselineOptions();

    @Option(names = "--form", description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    RequestForm form = RequestForm.SINGLE;

    @Option(
            names = "--batch",
            description = "Records in a request of a form with many; default ${DEFAULT-VALUE}.")
    int batch = 100;

    @Option(
            names = "--rate",
            description =
                    "Records per second; 0, the default, is closed loop: each connection sends as"
                            + " soon as it has its answer.")
    double rate;

    @Option(
            names = "--connections",
            split = ",",
            description =
                    "1 to 1,024; several, such as 64,256, are measured one after the other; default"
                            + " ${DEFAULT-VALUE}.")
    List<Integer> connections = List.of(64);

    @Option(
            names = "--from-ready",
            description =
                    "Seconds from /ready on that are measured by themselves and count as the"
                            + " beginning of the warm-up, of a product that is started for the"
                            + " purpose; 0: none; default ${DEFAULT-VALUE}.")
    double fromReady = 15;

    @Override
    public Integer call() throws Exception {
        int perRequest = form == RequestForm.SINGLE ? 1 : batch;
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    %s, %d per request, %s, %s connections, %s s after %s s; %s%n",
                    form,
                    perRequest,
                    rate == 0 ? "closed loop" : String.format(Locale.ROOT, "%,.0f/s", rate),
                    connections,
                    time.seconds,
                    time.warmUpSeconds,
                    population.words());
            LoadRuns runs =
                    new LoadRuns(
                            population.template(),
                            new LoadLoop.Load(
                                    form,
                                    perRequest,
                                    rate,
                                    connections.getFirst(),
                                    time.warmUpSeconds,
                                    time.seconds),
                            connections,
                            fromReady);
            LoadRates product =
                    runs.run("the product", target.address(), target::cpu, target.isOwn());
            if (product.cold() > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "first       %.0f %% of the warm rate%n",
                        product.coldPercent());
            }
            if (form == RequestForm.SINGLE && controls.begin(target)) {
                SingleControl.compare(target, runs, product);
            }
            baseline.compare(target, product.best(), population.size);
            return product.isRight() ? 0 : 1;
        }
    }
}
