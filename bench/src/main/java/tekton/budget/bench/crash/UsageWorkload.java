package tekton.budget.bench.crash;

import tekton.budget.bench.crash.Sender.Parts;
import tekton.budget.bench.crash.Sender.SenderShare;
import tekton.budget.bench.trace.AzureTrace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Usage that is sent every way there is, and what of it was acknowledged. Each sender has a thread
 * of its own.
 */
final class UsageWorkload {

    /**
     * Where records are sent.
     *
     * @param addresses of the instances, at least one
     * @param answer how long an answer may take, before the next instance is asked
     * @param bootstrapServers of their Kafka
     */
    record Destination(
            List<InetSocketAddress> addresses, Duration answer, String bootstrapServers) {}

    private final Destination destination;
    private final Traffic traffic;
    private final Sent sent = new Sent();
    private final SenderBoard board;
    private final Path books;
    private final SplittableRandom seeds;
    private final List<Thread> threads = new ArrayList<>();

    private UsageWorkload(Destination destination, Traffic traffic, Path books, long seed) {
        this.destination = destination;
        this.traffic = traffic;
        this.books = books;
        board = new SenderBoard(destination.addresses().size());
        seeds = new SplittableRandom(seed);
    }

    /**
     * Grants allocations that usage draws down, and readies the senders: a tenth of the records one
     * by one, three tenths in arrays, four in lines, two directly.
     *
     * @param project beside which traces may be
     * @param scratch takes a book of what is acknowledged for each sender
     * @param perSecond records per second of all together
     */
    static UsageWorkload ready(
            Path project, Path scratch, Destination destination, long seed, double perSecond)
            throws IOException, InterruptedException {
        List<String> allocations = Allocations.grant(destination.addresses().getFirst(), seed);
        UsageWorkload workload =
                of(new Traffic(seed, traces(project), allocations), scratch, destination, seed);
        for (int i = 0; i < 3; i++) {
            workload.add("single-" + i, new SenderShare(WayIn.SINGLE, 1, perSecond * 0.1 / 3));
        }
        workload.add("array", new SenderShare(WayIn.ARRAY, 50, perSecond * 0.3));
        for (int i = 0; i < 2; i++) {
            workload.add("lines-" + i, new SenderShare(WayIn.LINES, 200, perSecond * 0.2));
        }
        workload.add("direct", new SenderShare(WayIn.DIRECT, 50, perSecond * 0.2));
        return workload;
    }

    /**
     * The same over every way that there is.
     *
     * @param traffic what is sent
     */
    static UsageWorkload everyWay(
            Traffic traffic, Path scratch, Destination destination, long seed, double perSecond)
            throws IOException {
        UsageWorkload workload = of(traffic, scratch, destination, seed);
        for (int i = 0; i < 3; i++) {
            workload.add("single-" + i, new SenderShare(WayIn.SINGLE, 1, perSecond * 0.02));
        }
        workload.add("array", new SenderShare(WayIn.ARRAY, 50, perSecond * 0.25));
        workload.add("lines", new SenderShare(WayIn.LINES, 200, perSecond * 0.22));
        workload.add("zipped", new SenderShare(WayIn.ZIPPED, 200, perSecond * 0.15));
        workload.add("direct", new SenderShare(WayIn.DIRECT, 50, perSecond * 0.1));
        workload.add("spans", new SenderShare(WayIn.SPANS, 20, perSecond * 0.06));
        workload.add("events", new SenderShare(WayIn.EVENTS, 20, perSecond * 0.06));
        workload.add("proxy", new SenderShare(WayIn.PROXY, 20, perSecond * 0.04));
        workload.add("events-topic", new SenderShare(WayIn.EVENTS_TOPIC, 10, perSecond * 0.025));
        workload.add("spans-topic", new SenderShare(WayIn.SPANS_TOPIC, 10, perSecond * 0.015));
        workload.add("answer", new SenderShare(WayIn.ANSWER, 1, perSecond * 0.015));
        workload.add("tool", new SenderShare(WayIn.TOOL, 1, perSecond * 0.005));
        return workload;
    }

    private static UsageWorkload of(
            Traffic traffic, Path scratch, Destination destination, long seed) throws IOException {
        return new UsageWorkload(
                destination,
                traffic,
                Files.createDirectories(scratch.resolve("acknowledged")),
                seed);
    }

    /** The Azure traces, if they are there. */
    static List<AzureTrace> traces(Path project) throws IOException {
        List<AzureTrace> traces = AzureTrace.readAll(AzureTrace.folder(project.toAbsolutePath()));
        System.out.println(
                "traffic     "
                        + (traces.isEmpty()
                                ? "made up: the folder with the Azure traces is absent"
                                : "shaped like the Azure traces"));
        return traces;
    }

    private void add(String name, SenderShare share) throws IOException {
        Parts parts = new Parts(traffic, sent, board);
        SplittableRandom random = seeds.split();
        AckLog book = book(name);
        String servers = destination.bootstrapServers();
        Sender sender =
                switch (share.way()) {
                    case DIRECT -> new DirectSender(parts, random, book, share, servers);
                    case EVENTS_TOPIC, SPANS_TOPIC ->
                            new KafkaSender(parts, random, book, share, servers);
                    default -> new RestSender(parts, random, book, share, destination);
                };
        threads.add(Thread.ofPlatform().daemon().name(name).unstarted(sender));
    }

    private AckLog book(String name) throws IOException {
        return new AckLog(books, name, board.acknowledged);
    }

    void start() {
        threads.forEach(Thread::start);
    }

    SenderBoard board() {
        return board;
    }

    /** Where the books of what was acknowledged are. */
    Path books() {
        return books;
    }

    /** Lets every sender end what it has begun; at most {@code timeout} for all. */
    void finish(Duration timeout) throws InterruptedException {
        board.stop.set(true);
        board.join(threads, timeout);
        board.report(traffic.taken());
    }

    /** What the senders have seen that must not be. */
    void check(Checker checker) {
        checker.require("usage", board.allWrong());
        checker.requireNone("records were never acknowledged", board.gaveUp.get());
        checker.requireNone(
                "usage writes were refused by every instance in a rolling restart",
                board.refusedByAll.get());
    }
}
