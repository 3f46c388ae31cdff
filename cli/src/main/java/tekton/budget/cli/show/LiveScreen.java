package tekton.budget.cli.show;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The whole terminal, until it is closed: its own screen without a cursor. What was there comes
 * back at the end, also when the process is told to end.
 */
public final class LiveScreen implements AutoCloseable {

    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String LEAVE = "\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_REST = "\033[J";

    /** The lines and columns of a terminal. */
    public record ScreenSize(int lines, int columns) {}

    private static final ScreenSize USUAL = new ScreenSize(24, 80);

    private final PrintStream out;
    private boolean open = true;

    public LiveScreen(PrintStream out) {
        this.out = out;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        out.print(ENTER);
        out.flush();
    }

    /** Draws over what is there, and cuts what does not fit. */
    public synchronized void draw(List<String> lines, ScreenSize size) {
        if (!open) {
            return;
        }
        StringBuilder text = new StringBuilder(HOME);
        for (int i = 0; i < Math.min(lines.size(), size.lines() - 1); i++) {
            text.append(cut(lines.get(i), size.columns())).append(CLEAR_LINE).append("\r\n");
        }
        out.print(text.append(CLEAR_REST));
        out.flush();
    }

    private static String cut(String line, int columns) {
        return line.codePointCount(0, line.length()) <= columns
                ? line
                : line.substring(0, line.offsetByCodePoints(0, columns));
    }

    /** The terminal's size now; 24 by 80 when it does not say. */
    public static ScreenSize size() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String[] numbers =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                            .strip()
                            .split(" ", -1);
            if (stty.waitFor(1, TimeUnit.SECONDS) && numbers.length == 2) {
                int lines = Integer.parseInt(numbers[0]);
                int columns = Integer.parseInt(numbers[1]);
                return lines > 0 && columns > 0 ? new ScreenSize(lines, columns) : USUAL;
            }
        } catch (IOException | NumberFormatException unknown) {
            return USUAL;
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        return USUAL;
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            out.print(LEAVE);
            out.flush();
        }
    }
}
