package tekton.budget.bench.load;

import org.HdrHistogram.Histogram;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.TargetOptions;
import tekton.budget.bench.product.TotalsClient.Kind;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code bench freshness}. */
@Command(
        name = "freshness",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "How long after its acknowledgement a record is in the totals of its context,"
                        + " budget and component, while others keep the product busy.")
public final class FreshnessCommand implements Callable<Integer> {

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin LoopOptions time = new LoopOptions(30, 30);

    @Option(
            names = "--rate",
            description = "Records per second besides the probes; default ${DEFAULT-VALUE}.")
    double rate = 5_000;

    @Option(names = "--batch", description = "Records in a request; default ${DEFAULT-VALUE}.")
    int batch = 100;

    @Option(names = "--connections", description = "Besides the probes; default ${DEFAULT-VALUE}.")
    int connections = 8;

    @Option(names = "--every-ms", description = "One probe so often; default ${DEFAULT-VALUE}.")
    int everyMs = 20;

    @Override
    public Integer call() throws Exception {
        if (everyMs < 1) {
            throw new IllegalArgumentException("every-ms: " + everyMs + " (expected: 1 or more)");
        }
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    %,.0f records/s in batches of %d, a probe every %d ms, %s s after"
                            + " %s s; %s%n",
                    rate,
                    batch,
                    everyMs,
                    time.seconds,
                    time.warmUpSeconds,
                    population.words());
            LoadLoop loop =
                    new LoadLoop(
                            target.address(),
                            population.template(),
                            new LoadLoop.Load(
                                    RequestForm.ARRAY,
                                    batch,
                                    rate,
                                    connections,
                                    time.warmUpSeconds,
                                    time.seconds),
                            0);
            CompletableFuture<LoadResult> load = loop.runInBackground();
            FreshnessProbes probes = new FreshnessProbes(target.address());
            boolean probed = probe(probes, load);
            print(probes);
            load.get().print(System.out);
            return probed && probes.errors().isEmpty() && load.get().errors().isEmpty() ? 0 : 1;
        }
    }

    private boolean probe(FreshnessProbes probes, CompletableFuture<LoadResult> load)
            throws InterruptedException {
        long begun = System.nanoTime();
        long measureFrom = begun + (long) (time.warmUpSeconds * 1e9);
        long end = measureFrom + (long) (time.seconds * 1e9);
        for (long i = 0; !load.isDone(); i++) {
            long intended = begun + TimeUnit.MILLISECONDS.toNanos(i * everyMs);
            if (intended - end >= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.sleep(Math.max(0, intended - System.nanoTime()));
            probes.send(i, intended, intended - measureFrom >= 0);
        }
        return probes.awaitAll();
    }

    private static void print(FreshnessProbes probes) {
        for (Kind kind : Kind.values()) {
            Histogram sinceAcknowledged = probes.sinceAcknowledged(kind);
            System.out.printf(
                    Locale.ROOT,
                    "%-11s since its acknowledgement %s%n",
                    kind.name().toLowerCase(Locale.ROOT),
                    LoadResult.percentiles(sinceAcknowledged));
            System.out.printf(
                    Locale.ROOT,
                    "%-11s since its intended start %s%n",
                    "",
                    LoadResult.percentiles(probes.sinceIntended(kind)));
        }
        System.out.println(
                "probes      errors " + (probes.errors().isEmpty() ? "none" : probes.errors()));
    }
}
