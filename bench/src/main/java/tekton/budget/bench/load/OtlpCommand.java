package tekton.budget.bench.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.control.ShareOfControl;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** {@code bench otlp}. */
@Command(
        name = "otlp",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "The same calls as lines of JSON and as OpenTelemetry's spans in protobuf, in turn"
                        + " on one product, closed loop. A turn ends when all of it is counted, and"
                        + " processor time is read then. Ends with 1 if the spans are below the"
                        + " floor.")
public final class OtlpCommand implements Callable<Integer> {

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin PopulationOptions population = new PopulationOptions();
    @Mixin LoopOptions time = new LoopOptions(6, 12);

    @Option(names = "--batch", description = "Calls in a request; default ${DEFAULT-VALUE}.")
    int batch = 100;

    @Option(names = "--connections", description = "1 to 1,024; default ${DEFAULT-VALUE}.")
    int connections = 16;

    @Option(names = "--turns", description = "Of each form; default ${DEFAULT-VALUE}.")
    int turns = 3;

    @Option(
            names = "--floor",
            description =
                    "The least rate of spans, in hundredths of that of lines; default"
                            + " ${DEFAULT-VALUE}.")
    double floorPercent = 60;

    /** All turns of one form. */
    private static final class Turns {
        private final RequestForm form;
        private long records;
        private double seconds;
        private double cpuSeconds;

        Turns(RequestForm form) {
            this.form = form;
        }

        double perSecond() {
            return records / seconds;
        }

        double cpuPerMillion() {
            return 1e6 * cpuSeconds / records;
        }
    }

    private long sequence;
    private long accepted;

    @Override
    public Integer call() throws Exception {
        Turns lines = new Turns(RequestForm.NDJSON);
        Turns spans = new Turns(RequestForm.OTLP);
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    %d per request, %d connections, %d turns of %s s after %s s each;"
                            + " %s%n",
                    batch,
                    connections,
                    turns,
                    time.seconds,
                    time.warmUpSeconds,
                    population.words());
            RecordTemplate records = population.template();
            for (Turns form : List.of(lines, spans)) {
                turn(target, records, new Turns(form.form), time.warmUpSeconds);
            }
            for (int i = 0; i < turns; i++) {
                turn(target, records, lines, time.seconds);
                turn(target, records, spans, time.seconds);
            }
        }
        ShareOfControl rate = new ShareOfControl(spans.perSecond(), lines.perSecond());
        rate.print("spans, and lines as their control", "records/s");
        new ShareOfControl(spans.cpuPerMillion(), lines.cpuPerMillion())
                .printCost("application and broker, all counted", "CPU-s per million records");
        // Without a single record it is not a number, and no success.
        return rate.percent() >= floorPercent ? 0 : 1;
    }

    private void turn(Target target, RecordTemplate records, Turns turns, double seconds)
            throws IOException, InterruptedException {
        if (seconds <= 0) {
            return;
        }
        LoadLoop loop =
                new LoadLoop(
                        target.address(),
                        records,
                        new LoadLoop.Load(turns.form, batch, 0, connections, 0, seconds),
                        sequence);
        AtomicReference<Cpu> before = new AtomicReference<>(target.cpu());
        LoadResult result = loop.run(now -> before.set(target.cpu()), taken -> {});
        sequence = loop.nextSequence();
        accepted += result.acceptedInAll();
        if (!result.errors().isEmpty()) {
            throw new IOException("errors: " + result.errors());
        }
        double lag = SustainedCommand.lag(target, records, accepted);
        Cpu after = target.cpu();
        turns.records += result.accepted();
        turns.seconds += result.accepted() / result.recordsPerSecond();
        turns.cpuSeconds += after.workSince(before.get());
        System.out.printf(
                Locale.ROOT,
                "turn        %s: %,.0f records/s, counted %.2f s later; %s%n",
                turns.form,
                result.recordsPerSecond(),
                lag,
                LoadResult.percentiles(result.latencyMicros()));
        System.out.println("cpu         " + after.perMillionSince(before.get(), result.accepted()));
    }
}
