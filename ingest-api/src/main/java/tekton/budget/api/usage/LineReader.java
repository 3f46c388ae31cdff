package tekton.budget.api.usage;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Splits a stream into lines without holding more than one of them. Lines end with {@code \n} or
 * {@code \r\n}, the last one also with the stream; blank ones are skipped. Not thread-safe.
 */
final class LineReader {

    private static final int BUFFER_BYTES = 64 * 1024;

    /** A line has to be there so long after its first byte; between lines a sender may pause. */
    static final Duration LINE_TIMEOUT = Duration.ofSeconds(30);

    /** What {@link #next} found. */
    enum LineKind {
        /** A line: {@link #buffer}, {@link #offset} and {@link #length} until the next call. */
        LINE,
        /** A line longer than the bound, skipped. */
        TOO_LONG,
        /** The end of the stream. */
        END
    }

    private final InputStream in;
    private final int lineBytesMax;
    private final LongSupplier nanoTime;
    private final byte[] buffer;
    private int position;
    private int limit;
    private boolean ended;
    private int offset;
    private int length;

    /**
     * A reader.
     *
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    LineReader(InputStream in, int lineBytesMax, LongSupplier nanoTime) {
        this.in = in;
        this.lineBytesMax = lineBytesMax;
        this.nanoTime = nanoTime;
        // One line with its end, and room to read ahead.
        buffer = new byte[lineBytesMax + 2 + BUFFER_BYTES];
    }

    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /**
     * Moves to the next line that is not blank.
     *
     * @throws ProblemException 408 if the rest of one does not come in time
     */
    LineKind next() throws IOException {
        while (true) {
            int end = findLineEnd();
            if (end < 0) {
                skipToLineEnd();
                return LineKind.TOO_LONG;
            }
            offset = position;
            length = end - position;
            position = Math.min(end + 1, limit);
            if (length > 0 && buffer[offset + length - 1] == '\r') {
                length--;
            }
            if (length > lineBytesMax) {
                return LineKind.TOO_LONG;
            }
            if (!isBlank()) {
                return LineKind.LINE;
            }
            if (ended && position == limit) {
                return LineKind.END;
            }
        }
    }

    /** Where the line at {@link #position} ends, or -1 when that is beyond the bound. */
    private int findLineEnd() throws IOException {
        int scanned = 0;
        long beganNanos = 0;
        boolean began = false;
        while (true) {
            for (int i = position + scanned; i < limit; i++) {
                if (buffer[i] == '\n') {
                    return i;
                }
            }
            scanned = limit - position;
            if (ended) {
                return limit;
            }
            // One more than the bound may still be the carriage return.
            if (scanned > lineBytesMax + 1) {
                return -1;
            }
            // Its first byte may be here already, or yet to be waited for.
            if (scanned == 0) {
                fill();
            }
            if (!began) {
                began = true;
                beganNanos = nanoTime.getAsLong();
            }
            if (scanned > 0) {
                fillBefore(beganNanos);
            }
        }
    }

    private void fillBefore(long beganNanos) throws IOException {
        fill();
        if (nanoTime.getAsLong() - beganNanos > LINE_TIMEOUT.toNanos()) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.REQUEST_TIMEOUT,
                            "line: not complete after %d s (expected: within that time)"
                                    .formatted(LINE_TIMEOUT.toSeconds())));
        }
    }

    private void skipToLineEnd() throws IOException {
        long beganNanos = nanoTime.getAsLong();
        while (true) {
            while (position < limit) {
                if (buffer[position++] == '\n') {
                    return;
                }
            }
            if (ended) {
                return;
            }
            fillBefore(beganNanos);
        }
    }

    private void fill() throws IOException {
        if (position > 0 && buffer.length - limit < BUFFER_BYTES / 2) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            ended = true;
        } else {
            limit += read;
        }
    }

    private boolean isBlank() {
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
