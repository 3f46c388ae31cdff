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
 * as the sender wants it, up to 8 MiB; so those of this process are bounded, {@value #WINDOWS_MAX}
 * of each {@link BodyReading}. Close it, to let the next one begin. Not thread-safe.
 */
final class ZstdStream extends FilterInputStream {

    /** The most bodies that are read at once in one way. */
    static final int WINDOWS_MAX = 8;

    /** How long one waits for its turn. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** 8 MiB, as RFC 8878 advises decoders to allow; every level but the slowest keeps to it. */
    private static final int WINDOW_LOG_MAX = 23;

    private static final Semaphore OF_WHOLE = new Semaphore(WINDOWS_MAX);
    private static final Semaphore OF_LINES = new Semaphore(WINDOWS_MAX);

    private final Semaphore windows;
    private boolean open = true;

    /** How a body is read. */
    enum BodyReading {
        /** To its end, within a bound of time. */
        WHOLE,

        /** Line by line, for as long as its sender sends: those keep none of the others waiting. */
        LINES
    }

    private ZstdStream(InputStream decoder, Semaphore windows) {
        super(decoder);
        this.windows = windows;
    }

    /**
     * A body.
     *
     * @throws ProblemException 503 if too many others are being read
     */
    static ZstdStream open(InputStream body, BodyReading reading, Duration patience)
            throws IOException {
        Semaphore windows = reading == BodyReading.LINES ? OF_LINES : OF_WHOLE;
        if (!acquire(windows, patience)) {
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            "nothing was written: too many zstd bodies are being read at once"
                                    + " (expected: at most %d)".formatted(WINDOWS_MAX),
                            PATIENCE));
        }
        ZstdStream opened = null;
        try {
            opened = new ZstdStream(decoder(body), windows);
            return opened;
        } finally {
            if (opened == null) {
                windows.release();
            }
        }
    }

    private static InputStream decoder(InputStream body) throws IOException {
        ZstdInputStreamNoFinalizer decoder = new ZstdInputStreamNoFinalizer(body);
        boolean bounded = false;
        try {
            decoder.setLongMax(WINDOW_LOG_MAX);
            bounded = true;
            return decoder;
        } finally {
            if (!bounded) {
                decoder.close();
            }
        }
    }

    private static boolean acquire(Semaphore windows, Duration patience) {
        try {
            return windows.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
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
                windows.release();
            }
        }
    }
}
