package tekton.budget.bench.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.TargetOptions;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code bench crossing}. */
@Command(
        name = "crossing",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "How long after the acknowledgement of the record that carries a budget over its"
                        + " limit a listener of /events hears of it, while others keep the product"
                        + " busy with single records.")
public final class CrossingCommand implements Callable<Integer> {

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin LoopOptions time = new LoopOptions(30, 60);

    @Option(
            names = "--rate",
            description = "Single records per second besides; default ${DEFAULT-VALUE}.")
    double rate = 4_000;

    @Option(names = "--connections", description = "Of these; default ${DEFAULT-VALUE}.")
    int connections = 64;

    @Option(names = "--every-ms", description = "One crossing so often; default ${DEFAULT-VALUE}.")
    int everyMs = 100;

    @Override
    public Integer call() throws Exception {
        if (everyMs < 10) {
            throw new IllegalArgumentException("every-ms: " + everyMs + " (expected: 10 or more)");
        }
        try (Target target = Target.open(options)) {
            int count = (int) (time.seconds * 1_000 / everyMs);
            System.out.printf(
                    Locale.ROOT,
                    "settings    %,.0f single records/s, %d crossings, one every %d ms, after %s"
                            + " s; %s%n",
                    rate,
                    count,
                    everyMs,
                    time.warmUpSeconds,
                    population.words());
            try (CrossingProbes probes = new CrossingProbes(target.address(), count)) {
                CompletableFuture<LoadResult> load = startLoad(target);
                TimeUnit.MILLISECONDS.sleep((long) (time.warmUpSeconds * 1e3));
                long begun = System.nanoTime();
                for (int i = 0; i < count && !load.isDone(); i++) {
                    long intended = begun + TimeUnit.MILLISECONDS.toNanos((long) i * everyMs);
                    TimeUnit.NANOSECONDS.sleep(Math.max(0, intended - System.nanoTime()));
                    probes.cross(i);
                }
                boolean allHeard = probes.awaitAll();
                System.out.printf(
                        Locale.ROOT,
                        "crossings   %,d of %,d heard of; since the acknowledgement %s%n",
                        probes.sinceAcknowledged().getTotalCount(),
                        count,
                        LoadResult.percentiles(probes.sinceAcknowledged()));
                System.out.println(
                        "probes      errors "
                                + (probes.errors().isEmpty() ? "none" : probes.errors()));
                load.get().print(System.out);
                return allHeard && probes.errors().isEmpty() && load.get().errors().isEmpty()
                        ? 0
                        : 1;
            }
        }
    }

    private CompletableFuture<LoadResult> startLoad(Target target) {
        LoadLoop loop =
                new LoadLoop(
                        target.address(),
                        population.template(),
                        new LoadLoop.Load(
                                RequestForm.SINGLE,
                                1,
                                rate,
                                connections,
                                time.warmUpSeconds,
                                time.seconds + 2),
                        0);
        return loop.runInBackground();
    }
}
