package tekton.budget.bench.decide;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.decide.ClosedLoop.LoopResult;
import tekton.budget.bench.load.LoopOptions;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bench decide}. */
@Command(
        name = "decide",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "How long the ledger takes to grant an allocation from a budget with one hard limit"
                        + " beside the default policies: one caller alone, then many on one budget;"
                        + " next to the plain acknowledgement of a record by the same broker.")
public final class DecideCommand implements Callable<Integer> {

    private static final double P50_AIM_MS = 15;
    private static final double P99_AIM_MS = 50;
    private static final double RATE_AIM = 1_000;
    private static final double RESTART_AIM_SECONDS = 5;
    private static final double ACKNOWLEDGE_SHARE = 0.3;

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin LoopOptions time = new LoopOptions(15, 15);

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
            boolean right = decisions(target);
            for (int i = 1; i <= restarts; i++) {
                Deciders deciders = Deciders.ofNewBudget(target.address(), "restart-" + i);
                double decided = new Restarts(target.product(), deciders).once(i);
                aim("restart to the first decision", decided, "<=", RESTART_AIM_SECONDS, "s");
            }
            return right ? 0 : 1;
        }
    }

    private boolean decisions(Target target) throws IOException, InterruptedException {
        try (ProduceAcknowledge acknowledge = new ProduceAcknowledge(target.bootstrapServers())) {
            run(target, "warm-up", callers, time.warmUpSeconds());
            double acknowledgeSeconds = time.seconds() * ACKNOWLEDGE_SHARE;
            ClosedLoop.run(callers, acknowledgeSeconds, Long.MAX_VALUE, i -> acknowledge.caller());

            ClosedLoop.run(1, acknowledgeSeconds, Long.MAX_VALUE, i -> acknowledge.caller())
                    .print("acked, 1");
            LoopResult alone = run(target, "decided, 1", 1, time.seconds());
            ClosedLoop.run(callers, acknowledgeSeconds, Long.MAX_VALUE, i -> acknowledge.caller())
                    .print("acked, " + callers);
            LoopResult together = run(target, "decided, " + callers, callers, time.seconds());

            aim("alone p50", alone.p50Millis(), "<=", P50_AIM_MS, "ms");
            aim("alone p99", alone.p99Millis(), "<=", P99_AIM_MS, "ms");
            aim(callers + " callers", together.perSecond(), ">=", RATE_AIM, "decisions/s");
            return alone.errors().isEmpty() && together.errors().isEmpty();
        }
    }

    /** Each run has a budget of its own, so that none is slowed by what another left open. */
    private static LoopResult run(Target target, String name, int callers, double seconds)
            throws IOException, InterruptedException {
        Deciders deciders = Deciders.ofNewBudget(target.address(), name.replaceAll("\\W+", "-"));
        Cpu before = target.cpu();
        LoopResult figures = ClosedLoop.run(callers, seconds, Deciders.MOST, deciders.callers());
        Cpu after = target.cpu();
        figures.print(name);
        System.out.println(
                "cpu         "
                        + after.perUnitSince(
                                before,
                                figures.micros().getTotalCount() / 1e3,
                                "thousand decisions"));
        return figures;
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
