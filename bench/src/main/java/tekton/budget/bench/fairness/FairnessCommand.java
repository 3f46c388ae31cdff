package tekton.budget.bench.fairness;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.load.LoadResult;
import tekton.budget.bench.load.LoopOptions;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code bench fairness}. */
@Command(
        name = "fairness",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "What greedy and slow clients cost the others. Well-behaved clients report, ask and"
                    + " allocate at a steady rate, from 127.0.0.1; beside them, from 127.0.0.2, one"
                    + " greedy shape after the other: clients that fill an hour with combinations"
                    + " of names; that announce 16 MiB and send nothing or dribble; that ask a dear"
                    + " question without pause. Before and behind all of it the others are alone:"
                    + " that is the control. Exits with 1 when a request of the others failed, or"
                    + " their p99 is above --p99-ms in any shape.")
public final class FairnessCommand implements Callable<Integer> {

    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration COUNTED = Duration.ofMinutes(3);
    private static final long LOOK_AGAIN_MS = 50;
    private static final String BUDGET = "greedy";

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin LoopOptions time = new LoopOptions(15, 30);

    @Option(
            names = "--shapes",
            split = ",",
            description = "Any of ${COMPLETION-CANDIDATES}, in this order; default: all.")
    Set<GreedyShape> shapes = EnumSet.allOf(GreedyShape.class);

    @Option(names = "--clients", description = "Greedy ones of a shape; default ${DEFAULT-VALUE}.")
    int clients = 8;

    @Option(names = "--cells", description = "Combinations in one hour; default ${DEFAULT-VALUE}.")
    int cells = 10_000;

    @Option(
            names = "--cells-rate",
            description =
                    "Records of these per second; 0: as many as are taken; default"
                            + " ${DEFAULT-VALUE}.")
    int cellsPerSecond = 2_000;

    @Option(
            names = "--hours",
            description =
                    "Past hours that are filled with the same combinations first, so that questions"
                            + " are dear; default ${DEFAULT-VALUE}.")
    int hours = 5;

    @Option(
            names = "--questions",
            split = ";",
            description =
                    "What is asked without pause, one after the other: method, path, body; default"
                            + " ${DEFAULT-VALUE}.")
    List<String> questions =
            List.of(
                    "GET /api/reports/summary?period=weekly",
                    "GET /api/reports/usage?group_by=model,component,provider,task_type,hour",
                    "GET /api/usage/records?component=nobody",
                    "GET /api/exports/focus?period=weekly",
                    "POST /api/assistant/analyze {}",
                    "GET /api/totals/contexts?limit=100",
                    "GET /metrics");

    @Option(
            names = "--p99-ms",
            description = "What the others' p99 may be at most; default ${DEFAULT-VALUE}.")
    double p99Ms = 1_000;

    private boolean fair = true;

    /** What greedy clients do. */
    enum GreedyShape {
        /** They fill an hour with combinations of names. */
        CELLS,
        /** They announce large arrays and send nothing, or dribble. */
        ARRAYS,
        /** The same with a provider's answers. */
        ANSWERS,
        /** They ask a dear question without pause. */
        QUESTIONS
    }

    @Override
    public Integer call() throws Exception {
        InetAddress greedy = InetAddress.ofLiteral("127.0.0.2");
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    %d greedy clients, %s s each shape, %,d cells in each of %d hours,"
                            + " %s s of warm-up%n",
                    clients,
                    time.seconds(),
                    cells,
                    hours,
                    time.warmUpSeconds());
            prepare(target);
            fill(target, greedy);
            new Bystanders(target.address()).run(time.warmUpSeconds());
            beside(target, "control", null);
            if (shapes.contains(GreedyShape.CELLS)) {
                cells(target, greedy);
            }
            if (shapes.contains(GreedyShape.ARRAYS)) {
                beside(
                        target,
                        "arrays",
                        new SlowBodies(target.address(), greedy, "/api/usage/batch", clients));
            }
            if (shapes.contains(GreedyShape.ANSWERS)) {
                beside(
                        target,
                        "answers",
                        new SlowBodies(target.address(), greedy, "/api/usage/response", clients));
            }
            if (shapes.contains(GreedyShape.QUESTIONS)) {
                for (String question : questions) {
                    beside(
                            target,
                            question,
                            new EagerQuestions(target.address(), greedy, question, clients));
                }
            }
            beside(target, "control", null);
            System.out.println(fair ? "PASS" : "FAIL: others paid for greedy clients, see above");
            return fair ? 0 : 1;
        }
    }

    /** What the others use, and a limit that they never reach. */
    private static void prepare(Target target) throws IOException {
        try (HttpConnection http = new HttpConnection(target.address(), ANSWER)) {
            Response made =
                    post(
                            http,
                            "/api/budgets",
                            "{\"budget_id\":\"bystander\",\"name\":\"Bystander\"}");
            if (made.status() != 201 && made.status() != 409) {
                throw new IOException("budget: " + made.status() + ' ' + made.text());
            }
            Response record =
                    post(
                            http,
                            "/api/usage/record",
                            "{\"context_id\":\"bystander\",\"component\":\"bench\",\"provider\":"
                                + "\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":1,\"output_tokens\":1}");
            if (record.status() != 201) {
                throw new IOException("record: " + record.status() + ' ' + record.text());
            }
        }
    }

    private static Response post(HttpConnection http, String path, String json) throws IOException {
        return http.post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Fills hours of the past, one after the other. */
    private void fill(Target target, InetAddress greedy) throws IOException, InterruptedException {
        if (hours == 0) {
            return;
        }
        String name = BUDGET + Long.toString(System.currentTimeMillis(), 36);
        long begun = System.nanoTime();
        Instant now = Instant.now();
        long taken = 0;
        for (int hour = hours; hour > 0; hour--) {
            ManyCells past =
                    new ManyCells(
                            target.address(),
                            greedy,
                            name,
                            cells,
                            now.minus(Duration.ofHours(hour)),
                            0);
            past.once(hour);
            taken += past.taken();
        }
        awaitCounted(target, name, taken);
        System.out.printf(
                Locale.ROOT,
                "filled      %d hours of one budget with %,d cells each, counted after %.1f s%n",
                hours,
                cells,
                (System.nanoTime() - begun) / 1e9);
    }

    private void cells(Target target, InetAddress greedy) throws IOException, InterruptedException {
        String name = BUDGET + Long.toString(System.nanoTime(), 36);
        ManyCells many =
                new ManyCells(target.address(), greedy, name, cells, Instant.now(), cellsPerSecond);
        Commits before = Commits.of(target.address());
        beside(target, "cells", many);
        long begun = System.nanoTime();
        awaitCounted(target, name, many.taken());
        System.out.printf(
                Locale.ROOT,
                "            %,d records of %,d cells taken, all counted %.1f s behind the last;"
                        + " %s%n",
                many.taken(),
                cells,
                (System.nanoTime() - begun) / 1e9,
                Commits.of(target.address()).since(before));
    }

    private static void awaitCounted(Target target, String budget, long records)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (TotalsClient totals = new TotalsClient(target.address())) {
            while (totals.recordsNow(Kind.BUDGET, budget) < records) {
                if (System.nanoTime() - begun > COUNTED.toNanos()) {
                    throw new IOException(
                            "counted %d of %d records after %d s"
                                    .formatted(
                                            totals.recordsNow(Kind.BUDGET, budget),
                                            records,
                                            COUNTED.toSeconds()));
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        }
    }

    /** The others beside one shape, and what they waited. */
    private void beside(Target target, String name, @Nullable Greed greed)
            throws InterruptedException {
        Bystanders others = new Bystanders(target.address());
        Cpu begun = target.cpu();
        if (greed == null) {
            others.run(time.seconds());
        } else {
            try (greed) {
                greed.start();
                others.run(time.seconds());
            }
        }
        Cpu ended = target.cpu();
        System.out.printf(
                Locale.ROOT,
                "%n%-11s %s; application %.0f %% of a processor%n",
                name,
                greed == null ? "nobody else" : "greedy clients were answered " + greed.answers(),
                100 * (ended.application() - begun.application()) / time.seconds());
        for (BystanderKind kind : BystanderKind.values()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-9s %s%n",
                    kind.name().toLowerCase(Locale.ROOT),
                    LoadResult.percentiles(others.waits(kind)));
            fair &= others.waits(kind).getValueAtPercentile(99) <= p99Ms * 1e3;
        }
        System.out.println("  errors    " + (others.errors().isEmpty() ? "none" : others.errors()));
        fair &= others.errors().isEmpty();
    }
}
