package tekton.budget.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Writes on for so long and no longer: who takes an answer a byte at a time must not hold it in
 * memory for ever. One thread.
 */
public final class TimedStream extends OutputStream {

    private final OutputStream out;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final long deadline;

    /**
     * Writes to that stream from now on.
     *
     * @param timeout how long what is written may take to be taken
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public TimedStream(OutputStream out, Duration timeout, LongSupplier nanoTime) {
        this.out = out;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        deadline = nanoTime.getAsLong() + timeout.toNanos();
    }

    @Override
    public void write(int b) throws IOException {
        check();
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        check();
        out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    private void check() throws IOException {
        if (nanoTime.getAsLong() - deadline > 0) {
            throw new IOException("answer: not taken within " + timeout.toSeconds() + " s");
        }
    }
}
