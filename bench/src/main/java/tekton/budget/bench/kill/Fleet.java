package tekton.budget.bench.kill;

import tekton.budget.bench.kill.Sender.Parts;
import tekton.budget.bench.load.RequestForm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** All senders, each in a thread of its own. */
public final class Fleet {

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
    public record Destination(
            List<InetSocketAddress> addresses, Duration answer, String bootstrapServers) {}

    private final SenderBoard board;
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Readies the senders: a tenth of the records one by one, three tenths in arrays, four in
     * lines, two directly.
     *
     * @param perSecond records per second of all together
     */
    public Fleet(Parts parts, Destination target, Path books, long seed, double perSecond)
            throws IOException {
        board = parts.board();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < SINGLES; i++) {
            add(
                    "single-" + i,
                    parts,
                    target,
                    books,
                    seeds,
                    RequestForm.SINGLE,
                    1,
                    perSecond * 0.1 / SINGLES);
        }
        add(
                "array",
                parts,
                target,
                books,
                seeds,
                RequestForm.ARRAY,
                ARRAY_RECORDS,
                perSecond * 0.3);
        for (int i = 0; i < 2; i++) {
            add(
                    "lines-" + i,
                    parts,
                    target,
                    books,
                    seeds,
                    RequestForm.NDJSON,
                    LINES,
                    perSecond * 0.2);
        }
        AckLog log = new AckLog(books, "direct", board.acknowledged);
        add(
                "direct",
                new DirectSender(
                        parts,
                        seeds.split(),
                        log,
                        DIRECT_RECORDS,
                        perSecond * 0.2,
                        target.bootstrapServers()));
    }

    private void add(
            String name,
            Parts parts,
            Destination target,
            Path books,
            SplittableRandom seeds,
            RequestForm form,
            int atOnce,
            double perSecond)
            throws IOException {
        AckLog log = new AckLog(books, name, board.acknowledged);
        add(name, new RestSender(parts, seeds.split(), log, atOnce, perSecond, target, form));
    }

    private void add(String name, Sender sender) {
        threads.add(Thread.ofPlatform().daemon().name(name).unstarted(sender));
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    /** Lets every sender end what it has begun; at most {@code timeout} for all. */
    public boolean finish(Duration timeout) throws InterruptedException {
        board.stop.set(true);
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Thread thread : threads) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            if (!thread.join(left)) {
                board.wrong(thread.getName() + " did not end");
                return false;
            }
        }
        return true;
    }
}
