package tekton.budget.kafka.backup;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Says how far a transfer is: a line every few seconds. Safe for several threads. */
final class TransferProgress {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final String doing;
    private final long total;
    private final Consumer<String> out;
    private final LongSupplier nanos;
    private final long begun;
    private long said;
    private long done;
    private boolean stopped;

    /**
     * One that begins now.
     *
     * @param doing what is done, such as {@code saved}
     * @param total how many records there will be
     * @param nanos a clock, in nanoseconds
     */
    TransferProgress(String doing, long total, Consumer<String> out, LongSupplier nanos) {
        this.doing = doing;
        this.total = total;
        this.out = out;
        this.nanos = nanos;
        begun = nanos.getAsLong();
        said = begun;
    }

    /**
     * So many records more are done.
     *
     * @throws CancellationException if nothing more is to be done
     */
    synchronized void add(long records) {
        if (stopped) {
            throw new CancellationException("another part has failed");
        }
        done += records;
        long now = nanos.getAsLong();
        if (now - said < INTERVAL.toNanos()) {
            return;
        }
        said = now;
        double rate = done * 1e9 / (now - begun);
        out.accept(
                String.format(
                        Locale.ROOT,
                        "  %s %,d of %,d records, %,.0f/s, about %,.0f s left",
                        doing,
                        done,
                        total,
                        rate,
                        Math.ceil(Math.max(0, total - done) / Math.max(rate, 1))));
    }

    /**
     * The next that tells of more ends there: an interrupted client of Kafka would not close
     * cleanly.
     */
    synchronized void stop() {
        stopped = true;
    }

    /** Since the beginning. */
    double seconds() {
        return (nanos.getAsLong() - begun) / 1e9;
    }
}
