package tekton.budget.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A body as it is sent, that has to be there in time, and to come at a rate. It stands below a
 * decoder, which may read for ever without having anything to say: a gzip header without an end,
 * frames that are skipped.
 */
final class DatedStream extends InputStream {

    /** How long a body may take whatever its rate. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** So many bytes have to come in each further second. */
    static final int BYTES_PER_SECOND_MIN = 16_384;

    private final InputStream in;
    private final LongSupplier nanoTime;
    private final long beganNanos;
    private final Duration timeout;
    private final int bytesMax;
    private long count;

    /**
     * A body that begins to be read now.
     *
     * @param timeout how long it may take in all
     * @param bytesMax the most bytes it may have as it is sent; compressed ones are no more
     */
    DatedStream(InputStream in, Duration timeout, int bytesMax) {
        this(in, timeout, bytesMax, System::nanoTime);
    }

    /**
     * The same.
     *
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    DatedStream(InputStream in, Duration timeout, int bytesMax, LongSupplier nanoTime) {
        this.in = in;
        this.nanoTime = nanoTime;
        beganNanos = nanoTime.getAsLong();
        this.timeout = timeout;
        this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
        int read = in.read();
        check(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        check(read);
        return read;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    private void check(int read) {
        if (read <= 0) {
            return;
        }
        count += read;
        if (count > bytesMax) {
            throw Bodies.tooLarge("more than " + bytesMax + " bytes", bytesMax);
        }
        long took = nanoTime.getAsLong() - beganNanos;
        if (took > timeout.toNanos()) {
            throw late("not complete after %d s".formatted(timeout.toSeconds()));
        }
        if (took > GRACE.toNanos() + count * NANOS_PER_SECOND / BYTES_PER_SECOND_MIN) {
            throw late("%d bytes after %d s".formatted(count, Duration.ofNanos(took).toSeconds()));
        }
    }

    private ProblemException late(String what) {
        return new ProblemException(
                Problem.of(
                        ProblemType.REQUEST_TIMEOUT,
                        "body: %s (expected: complete within %d s, and %d bytes a second after %d s)"
                                .formatted(
                                        what,
                                        timeout.toSeconds(),
                                        BYTES_PER_SECOND_MIN,
                                        GRACE.toSeconds())));
    }
}
