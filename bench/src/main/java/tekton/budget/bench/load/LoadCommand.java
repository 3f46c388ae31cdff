package tekton.budget.bench.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** {@code bench load}. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Open-loop load over REST. Latency counts from the instant a request was meant to"
                        + " start, so a stall shows in every request it held up.")
public final class LoadCommand implements Callable<Integer> {

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin LoopOptions time = new LoopOptions(20, 10);
    @Mixin BaselineOptions baseline = new BaselineOptions();

    @Option(names = "--form", description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    RequestForm form = RequestForm.SINGLE;

    @Option(
            names = "--batch",
            description = "Records in a request of form ARRAY or NDJSON; default ${DEFAULT-VALUE}.")
    int batch = 100;

    @Option(
            names = "--rate",
            description =
                    "Records per second; 0, the default, is closed loop: each connection sends as"
                            + " soon as it has its answer.")
    double rate;

    @Option(names = "--connections", description = "1 to 1,024; default ${DEFAULT-VALUE}.")
    int connections = 64;

    @Override
    public Integer call() throws Exception {
        int perRequest = form == RequestForm.SINGLE ? 1 : batch;
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    %s, %d per request, %s, %d connections, %s s after %s s; %s%n",
                    form,
                    perRequest,
                    rate == 0 ? "closed loop" : String.format(Locale.ROOT, "%,.0f/s", rate),
                    connections,
                    time.seconds,
                    time.warmUpSeconds,
                    population.words());
            LoadLoop loop =
                    new LoadLoop(
                            target.address(),
                            population.template(),
                            new LoadLoop.Load(
                                    form,
                                    perRequest,
                                    rate,
                                    connections,
                                    time.warmUpSeconds,
                                    time.seconds),
                            0);
            AtomicReference<Cpu> before = new AtomicReference<>(target.cpu());
            LoadResult result = loop.run(now -> before.set(target.cpu()), records -> {});
            Cpu after = target.cpu();
            result.print(System.out);
            System.out.println(
                    "cpu         " + after.perMillionSince(before.get(), result.accepted()));
            baseline.compare(target, result.recordsPerSecond(), population.size);
            return result.errors().isEmpty() ? 0 : 1;
        }
    }
}
