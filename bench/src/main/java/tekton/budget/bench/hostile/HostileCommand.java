package tekton.budget.bench.hostile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.crash.Checker;
import tekton.budget.bench.hostile.ContextSums.ContextSum;
import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.load.SpanSample;
import tekton.budget.bench.longrun.LongRun;
import tekton.budget.bench.longrun.LongRunOptions;
import tekton.budget.bench.longrun.RunState;
import tekton.budget.bench.product.ProcessSample;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.TopicMaker;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** {@code bench hostile}. */
@Command(
        name = "hostile",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts the product and sends it what nobody should: requests made from its own OpenAPI"
                + " and AsyncAPI documents and changed, broken HTTP, bombs, frames, protobuf, and"
                + " bytes in its topics; an honest caller reports usage all the while. Proves that"
                + " every answer is one, that everything acknowledged counts once and nothing else,"
                + " that what cannot count is a dead letter, and that the processes are as before."
                + " With --state the next call goes on with the next requests. DIR/wrong has the"
                + " bytes of requests whose answer was wrong.",
            "Exit status 0 after PASS or a leg that passed, 1 after FAIL."
        })
public final class HostileCommand implements Callable<Integer> {

    private static final String TARGET = "requests";
    private static final Duration FIRST_START = Duration.ofMinutes(10);
    private static final List<String> FOREIGN = List.of("bench-events", "bench-spans");
    private static final int FOREIGN_PARTITIONS = 3;

    /** Numbers that a leg may use before it says so on disk. */
    private static final long RESERVED = 100_000;

    private static final long PROGRESS_SECONDS = 10;
    private static final long SETTLE_SECONDS = 5;
    private static final long MIB = 1024 * 1024;

    @Mixin LongRunOptions options = new LongRunOptions();

    @Option(names = "--requests", description = "Of the whole run; default ${DEFAULT-VALUE}.")
    long requests = 1_000_000;

    @Option(names = "--senders", description = "At the same time; default ${DEFAULT-VALUE}.")
    int senders = 24;

    @Option(
            names = "--answer-within",
            description =
                    "Seconds; an answer that takes longer is a hang. A request may ask to wait for"
                            + " 30 s; default ${DEFAULT-VALUE}.")
    int answerWithinSeconds = 60;

    @Option(
            names = "--acknowledged-within",
            description = "Seconds for each record of the honest caller; default ${DEFAULT-VALUE}.")
    int acknowledgedWithinSeconds = 30;

    @Option(
            names = "--log-bytes",
            description = "Of the log for 1,000 requests, at most; default ${DEFAULT-VALUE}.")
    long logBytes = 20_000;

    @Option(
            names = "--drain-within",
            description = "Seconds for the totals to catch up; default ${DEFAULT-VALUE}.")
    int drainWithinSeconds = 300;

    private volatile boolean stopped;

    @Override
    public Integer call() throws Exception {
        Product.build(options.project());
        return LongRun.leg(options, "hostile", Map.of(TARGET, requests), this::leg);
    }

    private List<String> leg(LongRun run, ObjectNode figures)
            throws IOException, InterruptedException {
        RunState state = run.state();
        String key = state.keptText("hostile_key", () -> newKey(state.seed()));
        String honest = state.keptText("honest_key", () -> newKey(state.seed() + 1));
        Checker checker = new Checker();
        try (Product product =
                new Product(options.project(), run.folder("data"), settings(key, honest))) {
            start(product);
            TopicMaker.make(product.bootstrapServers(), FOREIGN, FOREIGN_PARTITIONS, 1);
            long first =
                    state.kept("next_request", JsonNodeFactory.instance.numberNode(0L)).asLong();
            HostileBoard board =
                    new HostileBoard(run.folder("wrong"), first, requests - state.reached(TARGET));
            Canary canary =
                    new Canary(
                            product.address(),
                            honest,
                            state.seed() + "-" + state.legNumber(),
                            Duration.ofSeconds(acknowledgedWithinSeconds));
            Thread singing = Thread.ofPlatform().daemon().name("canary").start(canary);
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            try (TopicPoison poison =
                    new TopicPoison(
                            product.bootstrapServers(),
                            ApiDocument.ofTopics(document(product, key, "/api/asyncapi.json")),
                            FOREIGN,
                            new SpanRequests(key, SpanSample.request()))) {
                ProcessSample before = ProcessSample.of(product.pid());
                long log = Files.size(product.log());
                ProcessSample halfway = send(run, product, key, board, poison, first);
                canary.stop();
                singing.join();
                figures.put("disturbed_seconds", run.disturbedSeconds());
                figures.put("requests", board.done());
                board.report(figures);
                checker.require("answers", board.wrong());
                checker.require("honest caller", canary.wrong());
                figures.put("honest_records", canary.acknowledged());
                figures.put("honest_slowest_ms", canary.slowestMs());
                figures.put("honest_tries_without", canary.repeated());
                calm(product, before, halfway, figures, checker);
                logChecks(product, log, board.done(), List.of(key, honest), figures, checker);
                verify(product, key, board, canary, poison, figures, checker);
                restart(product, key, board, canary, poison, checker);
            }
        } catch (IOException | RuntimeException e) {
            // What had been seen by then is not to be lost.
            checker.aborted(e);
        }
        return checker.failures();
    }

    private static Map<String, String> settings(String key, String honest) {
        return Map.of(
                "BUDGET_API_KEYS",
                "hostile:ingest+read+admin:%s,honest:ingest+read:%s"
                        .formatted(digest(key), digest(honest)),
                "BUDGET_PRICE_SOURCES",
                "built-in",
                "BUDGET_TRAINING",
                "off",
                "BUDGET_CLOUDEVENTS_TOPICS",
                FOREIGN.getFirst(),
                "BUDGET_OTLP_TOPICS",
                FOREIGN.getLast() + "=traces");
    }

    private static String newKey(long seed) {
        return "bench-hostile-" + HexFormat.of().formatHex(new Dice(seed, -1).bytes(24));
    }

    private static String digest(String key) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void start(Product product) throws IOException, InterruptedException {
        product.launch();
        product.awaitOk("/health", FIRST_START);
        Duration ready = product.awaitOk("/ready", FIRST_START);
        System.out.printf("started     /ready %.1f s after /health%n", ready.toMillis() / 1e3);
    }

    private static byte[] document(Product product, String key, String path) throws IOException {
        try (HttpConnection http =
                new HttpConnection(product.address(), Duration.ofSeconds(20)).showing(key)) {
            Response answer = http.get(path);
            if (answer.status() != 200) {
                throw new IOException(path + ": " + answer.status() + ' ' + answer.text());
            }
            return answer.body();
        }
    }

    /** Returns what the process held halfway. */
    private ProcessSample send(
            LongRun run,
            Product product,
            String key,
            HostileBoard board,
            TopicPoison poison,
            long first)
            throws IOException, InterruptedException {
        RunState state = run.state();
        HostileSource source =
                new HostileSource(
                        ApiDocument.of(document(product, key, "/api/openapi.json")),
                        key,
                        SpanSample.request());
        String home = Objects.requireNonNull(product.log().getParent()).toString();
        AnswerJudge judge = new AnswerJudge(List.of(key, home));
        AtomicLong next = new AtomicLong(first);
        long before = state.reached(TARGET);
        reserve(state, first);
        run.disturbancesBegin();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < senders; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("hostile-" + i)
                            .start(() -> sendOn(run, product, source, judge, board, poison, next)));
        }
        long last = first + requests - before;
        ProcessSample halfway = null;
        while (run.goesOn() && next.get() < last && product.isRunning()) {
            TimeUnit.SECONDS.sleep(PROGRESS_SECONDS);
            reserve(state, next.get());
            state.reach(TARGET, Math.min(requests - 1, before + board.done()));
            System.out.println(board.progress());
            if (halfway == null && next.get() > (first + last) / 2) {
                halfway = ProcessSample.of(product.pid());
            }
        }
        state.reach(TARGET, Math.max(state.reached(TARGET), before + board.done()));
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        state.reach(TARGET, before + board.done());
        state.keep("next_request", JsonNodeFactory.instance.numberNode(next.get()));
        if (!product.isRunning()) {
            board.failed("the product has ended");
        }
        return halfway == null ? ProcessSample.of(product.pid()) : halfway;
    }

    private static void reserve(RunState state, long next) {
        state.keep("next_request", JsonNodeFactory.instance.numberNode(next + RESERVED));
    }

    private void sendOn(
            LongRun run,
            Product product,
            HostileSource source,
            AnswerJudge judge,
            HostileBoard board,
            TopicPoison poison,
            AtomicLong next) {
        long seed = run.state().seed();
        try (WireClient client =
                new WireClient(product.address(), Duration.ofSeconds(answerWithinSeconds))) {
            while (!stopped && run.goesOn() && product.isRunning()) {
                Dice dice = new Dice(seed, next.getAndIncrement());
                HostileFamily family = HostileFamily.of(dice);
                if (family == HostileFamily.TOPIC) {
                    board.written(poison.write(dice));
                } else {
                    HostileRequest request = source.of(family, dice);
                    WireOutcome outcome = client.exchange(request);
                    board.took(request, outcome, judge.judge(request, outcome));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            board.failed("a sender failed: " + e);
        }
    }

    /** Memory, threads and handles go back to about what they were, once nobody asks. */
    private static void calm(
            Product product,
            ProcessSample before,
            ProcessSample halfway,
            ObjectNode figures,
            Checker checker)
            throws InterruptedException {
        figures.put("live_mib_halfway", halfway.liveBytes() / MIB);
        checker.eventually(
                "calm",
                Duration.ofMinutes(2),
                () -> {
                    ProcessSample now = ProcessSample.of(product.pid());
                    figures.put("live_mib", words(before.liveBytes(), now.liveBytes(), MIB));
                    figures.put(
                            "resident_mib",
                            words(before.residentBytes(), now.residentBytes(), MIB));
                    figures.put("threads", words(before.threads(), now.threads(), 1));
                    figures.put("handles", words(before.handles(), now.handles(), 1));
                    return Calm.differences(before, halfway, now);
                });
    }

    private static String words(long before, long after, long unit) {
        return "%,d before, %,d after".formatted(before / unit, after / unit);
    }

    private void logChecks(
            Product product,
            long before,
            long sent,
            List<String> secrets,
            ObjectNode figures,
            Checker checker)
            throws IOException {
        Path log = product.log();
        long perThousand = (Files.size(log) - before) * 1_000 / Math.max(sent, 1);
        figures.put("log_bytes_per_1000_requests", perThousand);
        List<String> wrong = new ArrayList<>();
        if (perThousand > logBytes) {
            wrong.add("%,d bytes for 1,000 requests, at most %,d".formatted(perThousand, logBytes));
        }
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        if (secrets.stream().anyMatch(text::contains)) {
            wrong.add("a key is in it");
        }
        figures.put("log_stack_trace_lines", text.lines().filter(Calm::isTrace).count());
        checker.require("log", wrong);
    }

    private void verify(
            Product product,
            String key,
            HostileBoard board,
            Canary canary,
            TopicPoison poison,
            ObjectNode figures,
            Checker checker)
            throws IOException, InterruptedException {
        LogTally[] last = new LogTally[1];
        checker.eventually(
                "totals",
                Duration.ofSeconds(drainWithinSeconds),
                () -> {
                    LogTally tally = new LogTally(board::isRefused, board.acknowledged());
                    tally.read(product.bootstrapServers());
                    last[0] = tally;
                    return differences(product, key, tally, canary, poison);
                });
        LogTally tally = last[0];
        figures.put("entries_in_log", tally.entries());
        figures.put("counted", tally.sums().records());
        figures.put("repeats_in_log", tally.repeats());
        figures.put("dead_letters", tally.letters());
    }

    private static List<String> differences(
            Product product, String key, LogTally tally, Canary canary, TopicPoison poison)
            throws IOException, InterruptedException {
        ContextSums counted = new ContextSums();
        try (TotalsClient totals = new TotalsClient(product.address(), key)) {
            totals.all(Kind.CONTEXT)
                    .forEach(
                            (context, view) ->
                                    counted.put(
                                            context,
                                            new ContextSum(
                                                    view.records(), view.input(), view.output())));
        }
        List<String> differences = new ArrayList<>(tally.wrong(poison.unreadable()));
        differences.addAll(tally.sums().differences(counted));
        canary.expected()
                .differences(counted.of(canary.contexts()))
                .forEach(each -> differences.add("honest caller: " + each));
        return differences;
    }

    /** What lies in the topics is read again, and stops nothing. */
    private void restart(
            Product product,
            String key,
            HostileBoard board,
            Canary canary,
            TopicPoison poison,
            Checker checker)
            throws IOException, InterruptedException {
        product.stop();
        start(product);
        checker.eventually(
                "totals after a restart",
                Duration.ofSeconds(drainWithinSeconds),
                () -> {
                    LogTally tally = new LogTally(board::isRefused, board.acknowledged());
                    tally.read(product.bootstrapServers());
                    return differences(product, key, tally, canary, poison);
                });
    }
}
