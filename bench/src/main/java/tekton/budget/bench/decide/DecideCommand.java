package tekton.budget.bench.decide;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.control.ControlOptions;
import tekton.budget.bench.control.ShareOfControl;
import tekton.budget.bench.decide.ClosedLoop.LoopResult;
import tekton.budget.bench.load.LoopOptions;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** {@code bench decide}. */
@Command(
        name = "decide",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "How long the ledger takes to grant an allocation from a budget with one hard limit"
                    + " beside the default policies: one caller alone, then many on one budget;"
                    + " next to the plain acknowledgement of a record by the same broker. The"
                    + " control is a bare loop of requests, one writer with a transaction for what"
                    + " waits, and decisions, all in this JVM, measured alike after the application"
                    + " was stopped.")
public final class DecideCommand implements Callable<Integer> {

    private static final double P50_AIM_MS = 15;
    private static final double P99_AIM_MS = 50;
    private static final double RATE_AIM = 1_000;
    private static final double RESTART_AIM_SECONDS = 5;
    private static final double ACKNOWLEDGE_SHARE = 0.3;

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin LoopOptions time = new LoopOptions(15, 15);
    @Mixin ControlOptions controls = new ControlOptions();

    @Option(names = "--callers", description = "Not alone: 1 to 1,024; default ${DEFAULT-VALUE}.")
    int callers = 64;

    @Option(
            names = "--restart",
            description =
                    "Afterwards kill the application with SIGKILL and start it so many times (3"
                            + " without a number), and take the time to the first decision; needs a"
                            + " product of its own.",
            arity = "0..1",
            fallbackValue = "3")
    int restarts;

    @Override
    public Integer call() throws Exception {
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    closed loop, 1 caller then %d on one budget, %s s each after %s s"
                            + " of warm-up with %d callers; acknowledgement: acks=all, linger 0%n",
                    callers,
                    time.seconds(),
                    time.warmUpSeconds(),
                    callers);
            DecisionRun product = decisions(target);
            for (int i = 1; i <= restarts; i++) {
                Deciders deciders = Deciders.ofNewBudget(target.address(), "restart-" + i);
                double decided = new Restarts(target.product(), deciders).once(i);
                aim("restart to the first decision", decided, "<=", RESTART_AIM_SECONDS, "s");
            }
            if (controls.begin(target)) {
                compare(product, control(target));
            }
            return product.isRight() ? 0 : 1;
        }
    }

    /** One caller's run and that of many. */
    private record DecisionRun(Run alone, Run together) {
        boolean isRight() {
            return alone.figures.errors().isEmpty() && together.figures.errors().isEmpty();
        }
    }

    /**
     * A run and its cost.
     *
     * @param cpuMillis of processor time of the program and the broker per decision
     */
    private record Run(LoopResult figures, double cpuMillis) {}

    private DecisionRun decisions(Target target) throws IOException, InterruptedException {
        try (ProduceAcknowledge acknowledge = new ProduceAcknowledge(target.bootstrapServers())) {
            run(target, "warm-up", callers, time.warmUpSeconds());
            double acknowledgeSeconds = time.seconds() * ACKNOWLEDGE_SHARE;
            ClosedLoop.run(callers, acknowledgeSeconds, Long.MAX_VALUE, i -> acknowledge.caller());

            LoopResult acknowledged =
                    ClosedLoop.run(
                            1, acknowledgeSeconds, Long.MAX_VALUE, i -> acknowledge.caller());
            acknowledged.print("acked, 1");
            Run alone = run(target, "decided, 1", 1, time.seconds());
            ClosedLoop.run(callers, acknowledgeSeconds, Long.MAX_VALUE, i -> acknowledge.caller())
                    .print("acked, " + callers);
            Run together = run(target, "decided, " + callers, callers, time.seconds());

            aim("alone p50", alone.figures.p50Millis(), "<=", P50_AIM_MS, "ms");
            aim("alone p99", alone.figures.p99Millis(), "<=", P99_AIM_MS, "ms");
            aim(callers + " callers", together.figures.perSecond(), ">=", RATE_AIM, "decisions/s");
            new ShareOfControl(alone.figures.p50Millis(), acknowledged.p50Millis())
                    .printCost("decision p50, 1 caller, in acknowledgements of this run", "ms");
            return new DecisionRun(alone, together);
        }
    }

    /** Each run has a budget of its own, so that none is slowed by what another left open. */
    private static Run run(Target target, String name, int callers, double seconds)
            throws IOException, InterruptedException {
        Deciders deciders = Deciders.ofNewBudget(target.address(), name.replaceAll("\\W+", "-"));
        return run(
                target::cpu,
                name,
                () -> ClosedLoop.run(callers, seconds, Deciders.MOST, deciders.callers()));
    }

    private DecisionRun control(Target target) throws IOException, InterruptedException {
        try (TransactionLoop loop = new TransactionLoop(target.bootstrapServers())) {
            bare(target, loop, "bare warm-up", callers, time.warmUpSeconds());
            Run alone = bare(target, loop, "bare, 1", 1, time.seconds());
            return new DecisionRun(
                    alone, bare(target, loop, "bare, " + callers, callers, time.seconds()));
        }
    }

    private static Run bare(
            Target target, TransactionLoop loop, String name, int callers, double seconds)
            throws IOException, InterruptedException {
        return run(
                () -> target.cpuOf("callers, writer and reader", 0),
                name,
                () -> ClosedLoop.run(callers, seconds, Long.MAX_VALUE, i -> loop.caller()));
    }

    /** What can be interrupted. */
    private interface LoopRun {
        LoopResult get() throws IOException, InterruptedException;
    }

    private static Run run(Supplier<Cpu> cpu, String name, LoopRun loop)
            throws IOException, InterruptedException {
        Cpu before = cpu.get();
        LoopResult figures = loop.get();
        Cpu after = cpu.get();
        figures.print(name);
        double thousands = figures.micros().getTotalCount() / 1e3;
        System.out.println(
                "cpu         " + after.perUnitSince(before, thousands, "thousand decisions"));
        return new Run(figures, after.workSince(before) / Math.max(thousands, 1e-3));
    }

    private void compare(DecisionRun product, DecisionRun control) {
        compare("1 caller", product.alone, control.alone);
        compare(callers + " callers", product.together, control.together);
    }

    private static void compare(String who, Run product, Run control) {
        new ShareOfControl(product.figures.perSecond(), control.figures.perSecond())
                .print("decisions, " + who, "/s");
        new ShareOfControl(product.figures.p50Millis(), control.figures.p50Millis())
                .printCost("p50, " + who, "ms");
        new ShareOfControl(product.figures.p99Millis(), control.figures.p99Millis())
                .printCost("p99, " + who, "ms");
        new ShareOfControl(product.cpuMillis, control.cpuMillis)
                .printCost("application and broker, " + who, "CPU-ms each");
    }

    private static void aim(
            String what, double found, String relation, double wanted, String unit) {
        boolean met = relation.equals("<=") ? found <= wanted : found >= wanted;
        System.out.printf(
                Locale.ROOT,
                "aim         %s %s %,.0f %s: %s (%,.2f)%n",
                what,
                relation,
                wanted,
                unit,
                met ? "met" : "missed",
                found);
    }
}
