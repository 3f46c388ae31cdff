package tekton.budget.api.http;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A zstd body of one frame or many (RFC 8878). A decoder keeps a window outside the heap, as large
 * as the sender wants it, so all of this process are bounded together: {@value #WINDOWS_MAX} of 8
 * MiB. Close it, to let the next one begin. Not thread-safe.
 */
final class ZstdStream extends FilterInputStream {

    /** The most bodies that are read at once. */
    static final int WINDOWS_MAX = 16;

    /** How long one waits for its turn. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** 8 MiB, as RFC 8878 advises decoders to allow; every level but the slowest keeps to it. */
    private static final int WINDOW_LOG_MAX = 23;

    private static final Semaphore WINDOWS = new Semaphore(WINDOWS_MAX);

    private boolean open = true;

    private ZstdStream(InputStream decoder) {
        super(decoder);
    }

    /**
     * A body.
     *
     * @throws ProblemException 503 if too many others are being read
     */
    static ZstdStream open(InputStream body, Duration patience) throws IOException {
        if (!acquire(patience)) {
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            "nothing was written: too many zstd bodies are being read at once"
                                    + " (expected: at most %d)".formatted(WINDOWS_MAX),
                            PATIENCE));
        }
        try {
            return new ZstdStream(new ZstdInputStreamNoFinalizer(body).setLongMax(WINDOW_LOG_MAX));
        } catch (IOException | RuntimeException e) {
            WINDOWS.release();
            throw e;
        }
    }

    private static boolean acquire(Duration patience) {
        try {
            return WINDOWS.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (open) {
            open = false;
            try {
                super.close();
            } finally {
                WINDOWS.release();
            }
        }
    }
}
