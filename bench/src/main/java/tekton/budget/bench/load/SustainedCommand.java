package tekton.budget.bench.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** {@code bench sustained}. */
@Command(
        name = "sustained",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Batches in, totals out, at once: the highest of the given rates at which every"
                        + " accepted record is in its budget's total within 2 s of the end.")
public final class SustainedCommand implements Callable<Integer> {

    private static final double LAG_MAX_SECONDS = 2;
    private static final double GIVE_UP_SECONDS = 300;
    private static final long LOOK_AGAIN_MS = 200;

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin BaselineOptions baseline = new BaselineOptions();

    @Option(
            names = "--rates",
            split = ",",
            description =
                    "Records per second, each in a run of its own, rising; 0 is closed loop;"
                            + " default ${DEFAULT-VALUE}.")
    List<Double> rates = List.of(20_000.0, 30_000.0, 35_000.0, 40_000.0, 50_000.0, 60_000.0);

    @Option(names = "--form", description = "ARRAY, NDJSON or OTLP; default ${DEFAULT-VALUE}.")
    RequestForm form = RequestForm.NDJSON;

    @Option(names = "--batch", description = "Records in a request; default ${DEFAULT-VALUE}.")
    int batch = 1_000;

    @Option(names = "--connections", description = "1 to 1,024; default ${DEFAULT-VALUE}.")
    int connections = 8;

    @Option(names = "--seconds", description = "Of each run; default ${DEFAULT-VALUE}.")
    double seconds = 30;

    @Option(
            names = "--warm-up",
            description =
                    "Seconds at the first rate before the first run; default ${DEFAULT-VALUE}.")
    double warmUpSeconds = 15;

    @Override
    public Integer call() throws Exception {
        double best = 0;
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    %s of %d, %d connections, %s s each; %s%n",
                    form,
                    batch,
                    connections,
                    seconds,
                    population.words());
            if (warmUpSeconds > 0) {
                trial(target, rates.getFirst(), warmUpSeconds, "warm-up");
            }
            for (double rate : rates) {
                Trial trial = trial(target, rate, seconds, "run");
                if (trial.lagSeconds > LAG_MAX_SECONDS || trial.failed) {
                    break;
                }
                best = Math.max(best, trial.recordsPerSecond);
            }
            System.out.printf(Locale.ROOT, "sustained   %,.0f records/s%n", best);
            baseline.compare(target, best, population.size);
        }
        return best > 0 ? 0 : 1;
    }

    private record Trial(double recordsPerSecond, double lagSeconds, boolean failed) {}

    private Trial trial(Target target, double rate, double trialSeconds, String name)
            throws IOException, InterruptedException {
        RecordTemplate template = population.template();
        LoadLoop loop =
                new LoadLoop(
                        target.address(),
                        template,
                        new LoadLoop.Load(form, batch, rate, connections, 0, trialSeconds),
                        0);
        AtomicLong accepted = new AtomicLong();
        AtomicReference<String> during = new AtomicReference<>("");
        Cpu before = target.cpu();
        Thread reader = Thread.ofVirtual().start(() -> watch(target, template, accepted, during));
        LoadResult result;
        try {
            result = loop.run(now -> {}, accepted::addAndGet);
        } finally {
            reader.interrupt();
            reader.join();
        }
        // A request without an answer may have been counted all the same.
        boolean exact = result.errors().isEmpty();
        double lag = exact ? lag(target, template, accepted.get()) : GIVE_UP_SECONDS;
        Cpu after = target.cpu();
        System.out.printf(
                Locale.ROOT,
                "%-11s %,.0f/s asked, %,.0f/s accepted, lag at the end %.2f s%s; %s; errors %s%n",
                name,
                rate,
                result.recordsPerSecond(),
                lag,
                during.get(),
                LoadResult.percentiles(result.latencyMicros()),
                result.errors());
        System.out.println("cpu         " + after.perMillionSince(before, accepted.get()));
        return new Trial(result.recordsPerSecond(), lag, !result.errors().isEmpty());
    }

    /** How many seconds until the budgets' totals show all that was accepted. */
    static double lag(Target target, RecordTemplate template, long accepted)
            throws IOException, InterruptedException {
        long end = System.nanoTime();
        try (TotalsClient totals = new TotalsClient(target.address())) {
            while (true) {
                long counted = counted(totals, template);
                double seconds = (System.nanoTime() - end) / 1e9;
                if (counted == accepted) {
                    return seconds;
                }
                if (counted > accepted) {
                    throw new IOException(
                            "counted %,d of %,d accepted records: too many"
                                    .formatted(counted, accepted));
                }
                if (seconds > GIVE_UP_SECONDS) {
                    throw new IOException(
                            "counted %,d of %,d accepted records after %s s"
                                    .formatted(counted, accepted, GIVE_UP_SECONDS));
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS / 4);
            }
        }
    }

    private static void watch(
            Target target,
            RecordTemplate template,
            AtomicLong accepted,
            AtomicReference<String> during) {
        long most = 0;
        try (TotalsClient totals = new TotalsClient(target.address())) {
            while (!Thread.currentThread().isInterrupted()) {
                long sent = accepted.get();
                most = Math.max(most, sent - counted(totals, template));
                during.set(String.format(Locale.ROOT, ", at most %,d behind", most));
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Records counted in all budgets of a run. */
    public static long counted(TotalsClient totals, RecordTemplate template) {
        long counted = 0;
        for (int i = 0; i < template.population().budgets(); i++) {
            counted += totals.recordsNow(Kind.BUDGET, template.budgetId(i));
        }
        return counted;
    }
}
