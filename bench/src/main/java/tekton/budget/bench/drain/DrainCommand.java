package tekton.budget.bench.drain;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.control.ControlOptions;
import tekton.budget.bench.control.ShareOfControl;
import tekton.budget.bench.load.BaselineOptions;
import tekton.budget.bench.load.LoadResult;
import tekton.budget.bench.load.PopulationOptions;
import tekton.budget.bench.load.RecordTemplate;
import tekton.budget.bench.load.SustainedCommand;
import tekton.budget.bench.postgres.PostgresRun;
import tekton.budget.bench.postgres.PostgresRun.PostgresFigures;
import tekton.budget.bench.product.BrokerAlone;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;
import tekton.budget.bench.product.TotalsClient;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bench drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Writes direct records while the application is stopped, starts it, and measures"
                    + " how fast the whole topology counts them: from the instant that totals can"
                    + " be asked to the last record in a budget's total, and over the second half"
                    + " of the records (warm). The control is a topology that only parses and"
                    + " counts the same records per context, in memory, exactly once, with the same"
                    + " commit interval, on the same broker after the application was stopped.")
public final class DrainCommand implements Callable<Integer> {

    private static final Duration START = Duration.ofMinutes(10);

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin BaselineOptions baseline = new BaselineOptions();
    @Mixin ControlOptions controls = new ControlOptions();

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

    @Option(
            names = "--control-threads",
            description =
                    "Stream threads of the control: as many as the application has"
                            + " (BUDGET_STREAM_THREADS); default ${DEFAULT-VALUE}.")
    int controlThreads = 1;

    @Option(
            names = "--postgres",
            description =
                    "Afterwards count as many records into the same totals in PostgreSQL, as bench"
                            + " postgres does.")
    boolean postgres;

    @Override
    public Integer call() throws Exception {
        RecordTemplate template = population.template();
        DrainMarks product = measured(template);
        if (postgres) {
            PostgresFigures peer = PostgresRun.measure(template, records);
            new ShareOfControl(product.whole(), peer.perSecond())
                    .print("whole, of PostgreSQL", "records/s");
            new ShareOfControl(product.warm(), peer.perSecond())
                    .print("warm, of PostgreSQL", "records/s");
        }
        return 0;
    }

    private DrainMarks measured(RecordTemplate template) throws IOException, InterruptedException {
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
            DrainMarks marks = drain(target, template, begun);
            Cpu after = target.cpu();
            asker.interrupt();
            asker.join();
            DrainFigures product = report(marks, after.workSince(before));
            System.out.println("cpu         " + after.perMillionSince(before, records));
            if (queries > 0) {
                System.out.println(
                        "queries     "
                                + LoadResult.percentiles(asking.micros())
                                + ", answers "
                                + asking.answers());
            }
            if (controls.begin(target)) {
                product.compare(
                        "count-only", CountControl.measure(target, controlThreads, withinSeconds));
            }
            baseline.compare(target, marks.whole(), template.size());
            return marks;
        }
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

    private DrainMarks drain(Target target, RecordTemplate template, long begun)
            throws IOException, InterruptedException {
        try (TotalsClient totals = new TotalsClient(target.address())) {
            // What was counted before the stores could be asked does not count as drained since.
            long already = whileRunning ? 0 : SustainedCommand.counted(totals, template);
            return new DrainWatch(records, withinSeconds)
                    .until(
                            "draining",
                            begun,
                            already,
                            () -> SustainedCommand.counted(totals, template));
        }
    }

    private DrainFigures report(DrainMarks marks, double cpuSeconds) throws IOException {
        long already = marks.first().counted();
        if (already > records / 2) {
            throw new IOException(
                    "%,d of %,d were counted before the first look: ask for more"
                            .formatted(already, records));
        }
        DrainFigures figures =
                new DrainFigures(marks.whole(), marks.warm(), 1e6 * cpuSeconds / records);
        figures.print("drained", records - already);
        return figures;
    }
}
