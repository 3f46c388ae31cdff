package tekton.budget.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A body as it is sent, that has to be there in time. It stands below a decoder, which may read for
 * ever without having anything to say: a gzip header without an end, frames that are skipped.
 */
final class DatedStream extends InputStream {

    private final InputStream in;
    private final long deadlineNanos;
    private final Duration timeout;
    private final int bytesMax;
    private long count;

    /**
     * A body.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @param timeout how long that was
     * @param bytesMax the most bytes it may have as it is sent; compressed ones are no more
     */
    DatedStream(InputStream in, long deadlineNanos, Duration timeout, int bytesMax) {
        this.in = in;
        this.deadlineNanos = deadlineNanos;
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
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.REQUEST_TIMEOUT,
                            "body: not complete after %d s (expected: within that time)"
                                    .formatted(timeout.toSeconds())));
        }
    }
}
