package tekton.budget.cli.feed;

import tekton.budget.cli.show.CliColumn;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;

/** Tells how far an import is: in a terminal on one line, else now and then. */
final class ImportProgress {

    private static final long DRAW_NS = 250_000_000L;
    private static final long SAY_NS = 10_000_000_000L;

    private final PrintStream out;
    private final boolean draws;
    private final long size;
    private final long begin = System.nanoTime();
    private long last = begin;
    private long firstBytes = -1;
    private boolean drawn;

    /**
     * @param size of the file in bytes; 0 when it is not known
     */
    ImportProgress(PrintStream out, boolean draws, long size) {
        this.out = out;
        this.draws = draws;
        this.size = size;
    }

    /**
     * @param bytes how much of the file is read
     * @param lines how many lines were done since the start of this run
     */
    void at(long bytes, long lines, long refused) {
        if (firstBytes < 0) {
            firstBytes = bytes;
        }
        long now = System.nanoTime();
        if (now - last < (draws ? DRAW_NS : SAY_NS)) {
            return;
        }
        last = now;
        String text = text(bytes, lines, refused, now - begin);
        if (draws) {
            out.print("\r\033[K" + text);
            drawn = true;
        } else {
            out.println(text);
        }
        out.flush();
    }

    private String text(long bytes, long lines, long refused, long nanos) {
        StringBuilder text = new StringBuilder(number(lines)).append(" lines");
        text.append(", ").append(number(rate(lines, nanos))).append("/s");
        if (refused > 0) {
            text.append(", ").append(number(refused)).append(" refused");
        }
        if (size > 0) {
            text.append(", ").append(Math.min(100, bytes * 100 / size)).append(" %");
            long done = bytes - firstBytes;
            if (done > 0 && bytes < size) {
                double left = (double) nanos / done * (size - bytes);
                text.append(", ").append(CliColumn.span(Duration.ofNanos((long) left)));
                text.append(" left");
            }
        }
        return text.toString();
    }

    private static long rate(long lines, long nanos) {
        return nanos == 0 ? 0 : (long) (lines * 1e9 / nanos);
    }

    /** Takes the line away that was drawn. */
    void end() {
        if (drawn) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    /** How fast it was, for the last line. */
    String speed(long lines) {
        long nanos = System.nanoTime() - begin;
        return number(rate(lines, nanos)) + "/s in " + CliColumn.span(Duration.ofNanos(nanos));
    }

    static String number(long value) {
        return CliColumn.grouped(BigDecimal.valueOf(value));
    }
}
