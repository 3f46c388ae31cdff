package tekton.budget.bench.longrun;

import tekton.budget.bench.product.AtExit;
import tekton.budget.bench.product.Target;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A run that is made of legs. Its directory keeps the product's data, what has been reached and the
 * report; each leg goes on where the one before has stopped, and proves what must hold for all that
 * was done so far. The run has passed when every leg has, and all that it set out for is reached.
 */
public final class LongRun {

    /** The product keeps what the proof reads for seven days. */
    private static final Duration AGE_MAX = Duration.ofDays(6);

    /** How long Ctrl-C waits for the proof. */
    private static final Duration CLEAN_END = Duration.ofMinutes(30);

    private final Path directory;
    private final RunState state;
    private final long stopAfterNanos;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean told;
    private volatile long disturbedSince;

    /** What a leg does. */
    @FunctionalInterface
    public interface Leg {

        /**
         * Goes on, stops when the run says so, and proves.
         *
         * @param figures takes what is to be reported of this leg
         * @return a sentence for each thing that is wrong
         */
        List<String> run(LongRun run, ObjectNode figures) throws IOException, InterruptedException;
    }

    private LongRun(Path directory, RunState state, double minutes) {
        this.directory = directory;
        this.state = state;
        this.stopAfterNanos = (long) (minutes * TimeUnit.MINUTES.toNanos(1));
    }

    /**
     * Runs one leg, writes the report and prints, last, the verdict.
     *
     * @param command its name
     * @param targets what the run sets out for, by name; of a run that goes on they must be the
     *     same
     * @return the exit status: 0 after PASS or a leg that passed, 1 after FAIL
     */
    public static int leg(
            LongRunOptions options, String command, Map<String, Long> targets, Leg leg)
            throws IOException, InterruptedException {
        Path kept = options.state;
        Path directory =
                kept == null
                        ? Files.createTempDirectory("budget-" + command)
                        : Files.createDirectories(kept);
        RunState state = RunState.open(directory, command, options.seed, targets);
        if (state.begun().plus(AGE_MAX).isBefore(Instant.now())) {
            throw new IOException(
                    "%s: begun %s, and the topics keep seven days: begin another run"
                            .formatted(directory, state.begun()));
        }
        LongRun run = new LongRun(directory, state, options.minutes);
        AtExit.first(run::comeToAnEnd);
        try {
            boolean passed = run.leg(options, leg);
            if (passed && kept == null) {
                Target.delete(directory);
            }
            return passed ? 0 : 1;
        } finally {
            run.ended.countDown();
        }
    }

    private boolean leg(LongRunOptions options, Leg leg) throws InterruptedException, IOException {
        state.beginLeg();
        System.out.printf(
                "settings    %s, seed %d, leg %d, in %s%n            %s%n",
                state.targets(), state.seed(), state.legNumber(), directory, Machine.describe());
        ObjectNode figures = JsonMapper.shared().createObjectNode();
        figures.put("leg", state.legNumber());
        figures.put("begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        figures.put("commit", Machine.commit(options.project()));
        figures.put("machine", Machine.describe());
        List<String> wrong = new ArrayList<>();
        try {
            wrong.addAll(leg.run(this, figures));
        } catch (IOException | RuntimeException e) {
            wrong.add(e.toString());
        }
        state.endLeg(figures, wrong);
        RunReport.write(directory, state);
        wrong.forEach(sentence -> System.out.println("wrong       " + sentence));
        System.out.println("report      " + directory.resolve(RunReport.FILE));
        if (state.hasFailed()) {
            System.out.println("kept        " + directory);
        }
        System.out.println(state.verdict());
        return !state.hasFailed();
    }

    /** Before the processes end, the leg ends: what it has done is proved and reported. */
    private void comeToAnEnd() {
        told = true;
        try {
            if (!ended.await(CLEAN_END.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("the leg did not come to an end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on the minutes of this leg count. */
    public void disturbancesBegin() {
        disturbedSince = System.nanoTime();
    }

    /** For how many seconds they have counted. */
    public long disturbedSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - disturbedSince);
    }

    /**
     * Whether this leg goes on: there is time left, nobody has told it to stop, and it is needed.
     */
    public boolean goesOn() {
        return !told && System.nanoTime() - disturbedSince < stopAfterNanos && !state.isReached();
    }

    /** When the disturbances end at the latest, if they begin now. */
    public Instant latestEnd() {
        return Instant.now().plusNanos(stopAfterNanos);
    }

    /** What has been reached and what is kept. */
    public RunState state() {
        return state;
    }

    /** Takes the times of a fault; kept at once. */
    public void took(FaultTimes times) {
        state.add("faults", 1);
        RunReport.append(directory, times);
        System.out.printf(
                Locale.ROOT,
                "            %s of %s: first decision %s, first accepted write %s%n",
                times.signal(),
                times.victim(),
                seconds(times.decisionMs()),
                seconds(times.writeMs()));
    }

    private static String seconds(long ms) {
        return ms < 0 ? "not measured" : "%.2f s".formatted(ms / 1e3);
    }

    /** A directory of the run, made if needed. */
    public Path folder(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }
}
