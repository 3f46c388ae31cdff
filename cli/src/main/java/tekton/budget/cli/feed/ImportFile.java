package tekton.budget.cli.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.JsonTree;

import tools.jackson.core.JacksonException;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** An open file of usage: CSV with a header line, or JSON lines; gzipped or not. One thread. */
final class ImportFile implements Closeable {

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final LineSource lines;
    private final boolean csv;
    private final boolean complete;
    private boolean over;
    private long unfinished;
    private List<String> columns = List.of();
    private char separator = ',';

    private ImportFile(LineSource lines, boolean csv, boolean complete) {
        this.lines = lines;
        this.csv = csv;
        this.complete = complete;
    }

    /**
     * Opens a file, by what it begins with and not by its name.
     *
     * @param in its bytes
     * @param complete whether its end is the end of the last line too; else a last line without an
     *     end may be half written, and is left. The end of a gzipped one always is.
     */
    static ImportFile open(InputStream in, boolean complete) throws IOException {
        PushbackInputStream raw = new PushbackInputStream(new BufferedInputStream(in), 3);
        byte[] start = raw.readNBytes(2);
        raw.unread(start);
        InputStream plain = raw;
        boolean gzipped = start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
        if (gzipped) {
            plain = new GZIPInputStream(raw, 1 << 16);
        }
        BufferedInputStream text = new BufferedInputStream(plain, 1 << 16);
        text.mark(1 << 10);
        boolean csv = true;
        for (int next = text.read(), seen = 1; seen < 1 << 10; next = text.read(), seen++) {
            if (next == '{') {
                csv = false;
            }
            if (next < 0 || (next > ' ' && next < 0x80)) {
                break;
            }
        }
        text.reset();
        ImportFile file = new ImportFile(new LineSource(text, csv), csv, complete || gzipped);
        if (csv) {
            file.readHeader();
        }
        return file;
    }

    private void readHeader() throws IOException {
        SourceLine header = next();
        if (header == null) {
            return;
        }
        byte[] bytes = header.bytes();
        boolean marked =
                bytes.length >= 3
                        && bytes[0] == BYTE_ORDER_MARK[0]
                        && bytes[1] == BYTE_ORDER_MARK[1]
                        && bytes[2] == BYTE_ORDER_MARK[2];
        int from = marked ? BYTE_ORDER_MARK.length : 0;
        String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
        separator = CsvRow.separator(text);
        columns = CsvRow.cells(text, separator).stream().map(String::strip).toList();
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (!seen.add(column)) {
                throw CliFailure.usage(
                        "line 1: the column \""
                                + column
                                + "\" is there twice (expected: a header"
                                + " line with different names)");
            }
        }
    }

    boolean isCsv() {
        return csv;
    }

    List<String> columns() {
        return columns;
    }

    void skipTo(long bytes, long line) throws IOException {
        lines.skipTo(bytes, line);
    }

    /** The next line that is not blank and not unfinished; null at the end. */
    @Nullable SourceLine next() throws IOException {
        while (!over) {
            SourceLine line = lines.next();
            // Once at the end it stays there: what is written meanwhile would begin within a line.
            over = line == null || !line.ended();
            if (line != null && !line.isBlank()) {
                if (line.ended() || complete) {
                    return line;
                }
                unfinished = line.number();
            }
        }
        return null;
    }

    /** The number of the last line if it was left because its end was missing; else 0. */
    long unfinished() {
        return unfinished;
    }

    /** The number of the line that comes next. */
    long number() {
        return lines.number();
    }

    /** The line's values by their names. */
    JsonTree row(SourceLine line) throws UnfitLineException {
        if (line.tooLong()) {
            throw new UnfitLineException(
                    "the line is longer than 1 MiB (expected: a shorter one; in CSV, quotes that"
                            + " close)");
        }
        return csv ? csvRow(line) : jsonRow(line);
    }

    private static JsonTree jsonRow(SourceLine line) throws UnfitLineException {
        try {
            JsonTree row = JsonTree.parse(line.bytes());
            if (row.isObject()) {
                return row;
            }
        } catch (JacksonException notJson) {
            throw new UnfitLineException(
                    "not JSON: " + notJson.getOriginalMessage() + " (expected: a JSON object)");
        }
        throw new UnfitLineException("not a JSON object (expected: one a line)");
    }

    private JsonTree csvRow(SourceLine line) throws UnfitLineException {
        List<String> cells =
                CsvRow.cells(new String(line.bytes(), StandardCharsets.UTF_8), separator);
        if (cells.size() != columns.size()) {
            throw new UnfitLineException(
                    cells.size()
                            + " cells (expected: "
                            + columns.size()
                            + ", as in the header line)");
        }
        Map<String, JsonTree> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            row.put(columns.get(i), JsonTree.of(cells.get(i)));
        }
        return JsonTree.of(row);
    }

    /** The size of a file that is there; 0 for a pipe. */
    static long size(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : 0;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
