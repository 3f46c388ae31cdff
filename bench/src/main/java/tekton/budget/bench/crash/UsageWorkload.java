package tekton.budget.bench.crash;

import tekton.budget.bench.crash.Sender.Parts;
import tekton.budget.bench.load.RequestForm;
import tekton.budget.bench.trace.AzureTrace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Usage that is sent every way there is, and what of it was acknowledged. Each sender has a thread
 * of its own.
 */
final class UsageWorkload {

    private static final int SINGLES = 3;
    private static final int ARRAY_RECORDS = 50;
    private static final int LINES = 200;
    private static final int DIRECT_RECORDS = 50;

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
        List<AzureTrace> traces = AzureTrace.readAll(AzureTrace.folder(project.toAbsolutePath()));
        System.out.println(
                "traffic     "
                        + (traces.isEmpty()
                                ? "made up: the folder with the Azure traces is absent"
                                : "shaped like the Azure traces"));
        List<String> allocations = Allocations.grant(destination.addresses().getFirst(), seed);
        UsageWorkload workload =
                new UsageWorkload(
                        destination,
                        new Traffic(seed, traces, allocations),
                        Files.createDirectories(scratch.resolve("acknowledged")),
                        seed);
        for (int i = 0; i < SINGLES; i++) {
            workload.addRest("single-" + i, RequestForm.SINGLE, 1, perSecond * 0.1 / SINGLES);
        }
        workload.addRest("array", RequestForm.ARRAY, ARRAY_RECORDS, perSecond * 0.3);
        for (int i = 0; i < 2; i++) {
            workload.addRest("lines-" + i, RequestForm.NDJSON, LINES, perSecond * 0.2);
        }
        workload.addDirect(perSecond * 0.2);
        return workload;
    }

    private void addRest(String name, RequestForm form, int atOnce, double perSecond)
            throws IOException {
        add(
                name,
                new RestSender(
                        parts(), seeds.split(), book(name), atOnce, perSecond, destination, form));
    }

    private void addDirect(double perSecond) throws IOException {
        add(
                "direct",
                new DirectSender(
                        parts(),
                        seeds.split(),
                        book("direct"),
                        DIRECT_RECORDS,
                        perSecond,
                        destination.bootstrapServers()));
    }

    private Parts parts() {
        return new Parts(traffic, sent, board);
    }

    /** A book for one who sends. */
    AckLog book(String name) throws IOException {
        return new AckLog(books, name, board.acknowledged);
    }

    private void add(String name, Sender sender) {
        threads.add(Thread.ofPlatform().daemon().name(name).unstarted(sender));
    }

    void start() {
        threads.forEach(Thread::start);
    }

    SenderBoard board() {
        return board;
    }

    /** Every id in the books. */
    Set<String> acknowledged() throws IOException {
        Set<String> ids = AckLog.readAll(books);
        System.out.printf("books       %,d acknowledged ids%n", ids.size());
        return ids;
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
