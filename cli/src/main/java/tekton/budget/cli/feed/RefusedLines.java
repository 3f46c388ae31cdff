package tekton.budget.cli.feed;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines that were not counted, with their reasons, as JSON lines. Made with the first one. */
final class RefusedLines implements Closeable {

    private static final int TEXT_MAX = 4_096;

    private final Path file;
    private final long begin;
    private @org.jspecify.annotations.Nullable RandomAccessFile out;

    /**
     * @param begin how long the file was when the import got as far as it goes on from; what is
     *     behind it comes again
     */
    RefusedLines(Path file, long begin) {
        this.file = file;
        this.begin = begin;
    }

    void add(long line, String code, String message, JsonTree record) {
        Map<String, JsonTree> entry = new LinkedHashMap<>();
        entry.put("line", JsonTree.of(line));
        entry.put("code", JsonTree.of(code));
        entry.put("message", JsonTree.of(message));
        entry.put("record", record);
        try {
            open().write((JsonTree.of(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException unwritable) {
            throw failure(unwritable);
        }
    }

    /** The start of a line that could not be read. */
    static JsonTree text(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        return JsonTree.of(text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…");
    }

    private RandomAccessFile open() throws IOException {
        RandomAccessFile made = out;
        if (made == null) {
            made = new RandomAccessFile(file.toFile(), "rw");
            // Its owner may have taken the file away meanwhile, or emptied it.
            long at = Math.min(begin, made.length());
            made.setLength(at);
            made.seek(at);
            out = made;
        }
        return made;
    }

    long bytes() {
        try {
            return out == null ? begin : out.getFilePointer();
        } catch (IOException lost) {
            throw failure(lost);
        }
    }

    private CliFailure failure(IOException cause) {
        return new CliFailure(
                ExitCode.FAILED,
                file + ": cannot be written: " + cause.getMessage(),
                cause,
                List.of());
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
