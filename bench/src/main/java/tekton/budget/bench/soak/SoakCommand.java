package tekton.budget.bench.soak;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.crash.Checker;
import tekton.budget.bench.load.SoakLoad;
import tekton.budget.bench.longrun.LongRun;
import tekton.budget.bench.longrun.LongRunOptions;
import tekton.budget.bench.longrun.RunState;
import tekton.budget.bench.product.ProcessSample;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.soak.SoakSamples.SoakSample;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code bench soak}. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts the product and sends it records at a steady rate, as lines, arrays, spans and"
                + " one by one. Each minute memory after a collection, resident memory, threads,"
                + " handles of application and broker, and the disk go to DIR/samples.csv. Judged"
                + " by leg, without its first quarter: what the median slope makes over the rest is"
                + " at most a tenth of the median and an allowance (live 16 MiB, resident 32 MiB, 4"
                + " threads, 32 handles); a record takes at most 1.5 times as much of the disk as"
                + " before. With --state the next call goes on with the same data and rate.",
            "Exit status 0 after PASS or a leg that passed, 1 after FAIL."
        })
public final class SoakCommand implements Callable<Integer> {

    private static final String TARGET = "minutes";
    private static final double SAMPLE_SECONDS = 60;
    private static final double MEASURED_SECONDS = 20;

    @Mixin LongRunOptions options = new LongRunOptions();

    @Option(names = "--of-minutes", description = "Of the whole run; default ${DEFAULT-VALUE}.")
    long wholeMinutes = 240;

    @Option(
            names = "--rate",
            description =
                    "Records per second; default: half of what the first leg finds to be"
                            + " sustained.")
    double rate;

    @Override
    public Integer call() throws Exception {
        Product.build(options.project());
        return LongRun.leg(options, "soak", Map.of(TARGET, wholeMinutes), this::leg);
    }

    private List<String> leg(LongRun run, ObjectNode figures)
            throws IOException, InterruptedException {
        RunState state = run.state();
        Checker checker = new Checker();
        Path data = run.folder("data");
        try (Target target =
                Target.started(
                        options.project(),
                        data,
                        Map.of("BUDGET_PRICE_SOURCES", "built-in", "BUDGET_TRAINING", "off"))) {
            String name = "s" + Long.toString(state.seed(), 36) + "l" + state.legNumber();
            SoakLoad load = new SoakLoad(target.address(), name);
            double perSecond = rate(state, target, name);
            SoakSamples samples =
                    new SoakSamples(run.folder(".").resolve("samples.csv"), state.legNumber());
            soak(run, target, load, perSecond, samples, figures, checker);
            checker.require("flat", samples.wrong());
        } catch (IOException | RuntimeException e) {
            // What had been seen by then is not to be lost.
            checker.aborted(e);
        }
        return checker.failures();
    }

    private double rate(RunState state, Target target, String name)
            throws IOException, InterruptedException {
        if (rate > 0) {
            return rate;
        }
        double kept = state.kept("rate", JsonNodeFactory.instance.numberNode(0.0)).asDouble();
        if (kept > 0) {
            return kept;
        }
        // The first figure is of a cold machine.
        SoakLoad measuring = new SoakLoad(target.address(), name + "m");
        measuring.run(1_000, MEASURED_SECONDS);
        double sustained =
                new SoakLoad(target.address(), name + "n").sustained(target, MEASURED_SECONDS);
        double half = Math.floor(sustained / 2);
        System.out.printf(
                Locale.ROOT, "sustained   %,.0f records/s; half of it from now on%n", sustained);
        state.keep("rate", JsonNodeFactory.instance.numberNode(half));
        return half;
    }

    private static void soak(
            LongRun run,
            Target target,
            SoakLoad load,
            double perSecond,
            SoakSamples samples,
            ObjectNode figures,
            Checker checker)
            throws IOException, InterruptedException {
        Path data = run.folder("data");
        RunState state = run.state();
        long begun = System.nanoTime();
        long accepted = 0;
        long neverSent = 0;
        Map<String, Long> errors = new TreeMap<>();
        run.disturbancesBegin();
        while (run.goesOn()) {
            SoakLoad.SoakStretch stretch = load.run(perSecond, SAMPLE_SECONDS);
            accepted += stretch.accepted();
            neverSent += stretch.neverSent();
            stretch.errors().forEach((why, count) -> errors.merge(why, count, Long::sum));
            long pid = target.product().pid();
            long broker =
                    Product.brokerOf(pid).orElseThrow(() -> new IOException("no broker was found"));
            SoakSample sample =
                    new SoakSample(
                            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun),
                            accepted,
                            ProcessSample.of(pid),
                            ProcessSample.of(broker),
                            size(data));
            samples.add(sample);
            state.add(TARGET, 1);
            System.out.printf(
                    Locale.ROOT,
                    "%5d s     %,d records, %,.0f/s; application %,d MiB live, %,d MiB resident, %d"
                            + " threads, %d handles; disk %,d MiB; %d min left%n",
                    sample.second(),
                    accepted,
                    stretch.accepted() / SAMPLE_SECONDS,
                    sample.app().liveBytes() >> 20,
                    sample.app().residentBytes() >> 20,
                    sample.app().threads(),
                    sample.app().handles(),
                    sample.diskBytes() >> 20,
                    Math.max(0, state.target(TARGET) - state.reached(TARGET)));
        }
        figures.put("rate", perSecond);
        figures.put("records", accepted);
        figures.put("due_and_never_sent", neverSent);
        figures.put("samples", samples.count());
        figures.put("errors", errors.toString());
        if (samples.count() > 0) {
            report(samples, figures);
        }
        checker.requireNone("requests failed: " + errors, errors.size());
        if (errors.isEmpty()) {
            figures.put("lag_seconds", load.lag(target, accepted));
        }
    }

    private static void report(SoakSamples samples, ObjectNode figures) {
        SoakSample first = samples.get(0);
        SoakSample last = samples.get(samples.count() - 1);
        put(figures, "application", first.app(), last.app());
        put(figures, "broker", first.broker(), last.broker());
        figures.put(
                "disk_mib", "%,d, %,d".formatted(first.diskBytes() >> 20, last.diskBytes() >> 20));
        figures.put(
                "disk_bytes_a_record",
                "%.0f".formatted(samples.bytesPerRecord(0, samples.count() - 1)));
    }

    private static void put(
            ObjectNode figures, String process, ProcessSample first, ProcessSample last) {
        figures.put(
                process + "_first_and_last",
                "live %,d, %,d MiB; resident %,d, %,d MiB; threads %d, %d; handles %d, %d"
                        .formatted(
                                first.liveBytes() >> 20,
                                last.liveBytes() >> 20,
                                first.residentBytes() >> 20,
                                last.residentBytes() >> 20,
                                first.threads(),
                                last.threads(),
                                first.handles(),
                                last.handles()));
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(SoakCommand::sizeOf).sum();
        } catch (UncheckedIOException vanished) {
            // A segment was deleted while the directory was read: once more.
            try (Stream<Path> files = Files.walk(directory)) {
                return files.mapToLong(SoakCommand::sizeOf).sum();
            }
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException deleted) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
