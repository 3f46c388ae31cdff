package tekton.budget.cli.feed;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream of any length into lines and knows where each ends. It keeps one buffer and one
 * line of at most 1 MiB; the rest of a longer one is read over. For one thread.
 */
final class LineSource implements Closeable {

    private static final int BUFFER = 1 << 16;
    static final int LINE_MAX = 1 << 20;

    private final InputStream in;
    private final boolean quotes;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int filled;
    private byte[] line = new byte[1_024];
    private int length;
    private long offset;
    private long number = 1;

    /**
     * @param quotes whether a line goes on behind its end within double quotes, as in CSV
     */
    LineSource(InputStream in, boolean quotes) {
        this.in = in;
        this.quotes = quotes;
    }

    /** The next line; null at the end. */
    @Nullable SourceLine next() throws IOException {
        length = 0;
        long begin = number;
        boolean quoted = false;
        boolean tooLong = false;
        boolean any = false;
        while (at < filled || fill()) {
            byte b = buffer[at++];
            offset++;
            any = true;
            if (b == '\n') {
                number++;
                if (!quoted) {
                    return line(begin, true, tooLong);
                }
            }
            if (b == '"' && quotes && !tooLong) {
                quoted = !quoted;
            }
            if (length == LINE_MAX) {
                // A quote that is never closed must not take the rest of the file with it.
                tooLong = true;
                quoted = false;
            } else {
                append(b);
            }
        }
        return any ? line(begin, false, tooLong) : null;
    }

    private SourceLine line(long begin, boolean ended, boolean tooLong) {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return new SourceLine(begin, offset, ended, Arrays.copyOf(line, end), tooLong);
    }

    private void append(byte b) {
        if (length == line.length) {
            line = Arrays.copyOf(line, Math.min(LINE_MAX, line.length * 2));
        }
        line[length++] = b;
    }

    private boolean fill() throws IOException {
        at = 0;
        filled = Math.max(0, in.read(buffer));
        return filled > 0;
    }

    /**
     * Goes on behind that many bytes of the file, where that line begins. Not backwards.
     *
     * @throws EOFException when the file is shorter
     */
    void skipTo(long bytes, long lineNumber) throws IOException {
        long ahead = bytes - offset;
        if (ahead <= 0) {
            return;
        }
        int buffered = (int) Math.min(ahead, filled - at);
        at += buffered;
        in.skipNBytes(ahead - buffered);
        offset = bytes;
        number = lineNumber;
    }

    /** The number of the line that comes next. */
    long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
