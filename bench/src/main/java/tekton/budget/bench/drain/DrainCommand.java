package tekton.budget.bench.drain;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.load.BaselineOptions;
import tekton.budget.bench.load.LoadResult;
import tekton.budget.bench.load.PopulationOptions;
import tekton.budget.bench.load.RecordTemplate;
import tekton.budget.bench.load.SustainedCommand;
import tekton.budget.bench.product.BrokerAlone;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;
import tekton.budget.bench.product.TotalsClient;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code bench drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Writes direct records while the application is stopped, starts it, and measures"
                    + " how fast the whole topology counts them: from the instant that totals can"
                    + " be asked to the last record in a budget's total.")
public final class DrainCommand implements Callable<Integer> {

    private static final Duration START = Duration.ofMinutes(10);
    private static final long LOOK_AGAIN_MS = 100;
    private static final double TELL_EVERY_SECONDS = 10;

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin BaselineOptions baseline = new BaselineOptions();

    @Option(
            names = "--records",
            description =
                    "How many; from 20,000,000 on the ids outgrow memory; default"
                            + " ${DEFAULT-VALUE}.")
    long records = 3_000_000;

    @Option(
            names = "--while-running",
            description =
                    "Write while the application runs; measures from the first record written, with"
                            + " the writer on the same processors.")
    boolean whileRunning;

    @Option(
            names = "--queries",
            description =
                    "Questions per second for totals meanwhile; 0 asks none; default"
                            + " ${DEFAULT-VALUE}.")
    double queries = 50;

    @Option(
            names = "--within",
            description = "Seconds, then it gives up; default ${DEFAULT-VALUE}.")
    int withinSeconds = 1_800;

    /** What had been counted when. */
    private record Mark(long nanos, long counted) {
        double rateSince(Mark earlier) {
            return (counted - earlier.counted) / ((nanos - earlier.nanos) / 1e9);
        }
    }

    @Override
    public Integer call() throws Exception {
        RecordTemplate template = population.template();
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT, "settings    %,d records; %s%n", records, population.words());
            long begun = write(target, template);
            QueryLoad asking = new QueryLoad(target.address(), template, Math.max(queries, 1));
            Thread asker = Thread.ofPlatform().daemon().name("queries").unstarted(asking);
            if (queries > 0) {
                asker.start();
            }
            Cpu before = target.cpu();
            List<Mark> marks = drain(target, template, begun);
            Cpu after = target.cpu();
            asker.interrupt();
            asker.join();
            report(marks);
            System.out.println("cpu         " + after.perMillionSince(before, records));
            if (queries > 0) {
                System.out.println(
                        "queries     "
                                + LoadResult.percentiles(asking.micros())
                                + ", answers "
                                + asking.answers());
            }
            baseline.compare(target, marks.getLast().rateSince(marks.getFirst()), template.size());
        }
        return 0;
    }

    /** Writes the records; returns the instant from which the drain is measured. */
    private long write(Target target, RecordTemplate template)
            throws IOException, InterruptedException {
        if (whileRunning) {
            long begun = System.nanoTime();
            written(BulkWriter.write(target.bootstrapServers(), template, records));
            return begun;
        }
        Product product = target.product();
        product.stop();
        try (BrokerAlone broker = BrokerAlone.start(product)) {
            written(BulkWriter.write(broker.bootstrapServers(), template, records));
        }
        product.launch();
        product.awaitOk("/health", START);
        product.awaitOk("/ready", START);
        return System.nanoTime();
    }

    private static void written(double perSecond) {
        System.out.printf(Locale.ROOT, "written     at %,.0f records/s%n", perSecond);
    }

    private List<Mark> drain(Target target, RecordTemplate template, long begun)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(withinSeconds);
        List<Mark> marks = new ArrayList<>();
        try (TotalsClient totals = new TotalsClient(target.address())) {
            // What was counted before the stores could be asked does not count as drained since.
            marks.add(
                    new Mark(begun, whileRunning ? 0 : SustainedCommand.counted(totals, template)));
            while (true) {
                long counted = SustainedCommand.counted(totals, template);
                Mark now = new Mark(System.nanoTime(), counted);
                if (counted > records) {
                    throw new IOException("counted %,d of %,d".formatted(counted, records));
                }
                if (counted == records) {
                    marks.add(now);
                    return marks;
                }
                if (now.nanos() - deadline > 0) {
                    throw new IOException(
                            "counted %,d of %,d after %d s"
                                    .formatted(counted, records, withinSeconds));
                }
                if (now.nanos() - marks.getLast().nanos() > TELL_EVERY_SECONDS * 1e9) {
                    System.out.printf(
                            Locale.ROOT,
                            "draining    %,d counted, %,.0f/s%n",
                            counted,
                            now.rateSince(marks.getLast()));
                    marks.add(now);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        }
    }

    private void report(List<Mark> marks) throws IOException {
        Mark first = marks.getFirst();
        Mark last = marks.getLast();
        if (first.counted() > records / 2) {
            throw new IOException(
                    "%,d of %,d were counted before the first look: ask for more"
                            .formatted(first.counted(), records));
        }
        System.out.printf(
                Locale.ROOT,
                "drained     %,d records in %.1f s: %,.0f records/s (the first %,.0f/s, the last"
                        + " %,.0f/s)%n",
                last.counted() - first.counted(),
                (last.nanos() - first.nanos()) / 1e9,
                last.rateSince(first),
                marks.get(1).rateSince(first),
                last.rateSince(marks.get(marks.size() - 2)));
    }
}
