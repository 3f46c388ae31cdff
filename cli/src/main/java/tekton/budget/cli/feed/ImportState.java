package tekton.budget.cli.feed;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;

/**
 * How far the import of a file is, in a small file beside it. It is replaced as a whole, after
 * Budget has acknowledged a batch: what it says is in, is in. Lines of batches that were on their
 * way are sent again, with the same ids.
 *
 * @param settings a digest of all that decides which records come of the file, and where they go
 * @param head a digest of the first {@code headBytes} bytes of the file
 * @param bytes how much of the file is done
 * @param line the number of the line that follows
 * @param refusedBytes how long the file of refused lines was
 * @param shiftSeconds how much later than written the calls are said to be
 */
record ImportState(
        String settings,
        String head,
        int headBytes,
        long bytes,
        long line,
        long accepted,
        long refused,
        long skipped,
        long refusedBytes,
        long shiftSeconds) {

    private static final String VERSION = "1";

    static ImportState begin(String settings, String head, int headBytes, long shiftSeconds) {
        return new ImportState(settings, head, headBytes, 0, 1, 0, 0, 0, 0, shiftSeconds);
    }

    boolean begun() {
        return bytes > 0;
    }

    void write(Path file) {
        String text =
                "# How far an import is; budget import goes on from here.\nversion="
                        + VERSION
                        + "\nsettings="
                        + settings
                        + "\nhead="
                        + head
                        + "\nhead_bytes="
                        + headBytes
                        + "\nbytes="
                        + bytes
                        + "\nline="
                        + line
                        + "\naccepted="
                        + accepted
                        + "\nrefused="
                        + refused
                        + "\nskipped="
                        + skipped
                        + "\nrefused_bytes="
                        + refusedBytes
                        + "\nshift_seconds="
                        + shiftSeconds
                        + "\n";
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.writeString(next, text);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    file + ": cannot be written: " + unwritable.getMessage(),
                    unwritable,
                    List.of("without it an import cannot go on where it stopped"));
        }
    }

    /** What is there; null when nothing is. */
    static @org.jspecify.annotations.Nullable ImportState read(Path file) {
        Properties values = new Properties();
        try {
            values.load(new StringReader(Files.readString(file)));
            requireKnown(values.getProperty("version", ""), file);
            if (VERSION.equals(values.getProperty("version"))) {
                return new ImportState(
                        values.getProperty("settings", ""),
                        values.getProperty("head", ""),
                        (int) number(values, "head_bytes"),
                        number(values, "bytes"),
                        number(values, "line"),
                        number(values, "accepted"),
                        number(values, "refused"),
                        number(values, "skipped"),
                        number(values, "refused_bytes"),
                        number(values, "shift_seconds"));
            }
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException | IllegalArgumentException unreadable) {
            // Told below.
        }
        throw CliFailure.usage(
                file + ": not the state of an import (expected: what budget import wrote)",
                "begin anew with --restart; ids keep lines from being counted twice as long as they"
                        + " are remembered");
    }

    /** A whole number that is not ours: another budget has written it, and it may be right. */
    private static void requireKnown(String version, Path file) {
        if (version.matches("\\d{1,9}") && !version.equals(VERSION)) {
            throw CliFailure.usage(
                    "%s: of an import by another budget, in format %s (expected: %s)"
                            .formatted(file, version, VERSION),
                    "go on with the budget that began the import, or begin anew with --restart");
        }
    }

    private static long number(Properties values, String name) {
        return Long.parseLong(values.getProperty(name, ""));
    }
}
