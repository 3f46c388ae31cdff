package tekton.budget.bench.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of the public Azure LLM inference traces (CC-BY): time, context tokens, generated tokens
 * of every call that a production service answered in an hour.
 *
 * @param name the file's name
 * @param rows in the file's order
 */
public record AzureTrace(String name, List<TraceRow> rows) {

    private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";

    /**
     * One call.
     *
     * @param atMs when, epoch milliseconds UTC; finer digits are cut
     * @param contextTokens tokens in
     * @param generatedTokens tokens out
     */
    public record TraceRow(long atMs, int contextTokens, int generatedTokens) {}

    /** The folder of the traces, seen from the project's root. */
    public static Path folder(Path project) {
        return project.resolve("../shared/traces").normalize();
    }

    /** Every trace in the folder, by name; empty when it is absent. */
    public static List<AzureTrace> readAll(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files;
        try (var found = Files.list(folder)) {
            files = found.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
        }
        List<AzureTrace> traces = new ArrayList<>();
        for (Path file : files) {
            traces.add(new AzureTrace(file.getFileName().toString(), read(file)));
        }
        return traces;
    }

    private static List<TraceRow> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            throw new IOException(file + ": expected the header " + HEADER);
        }
        return lines.stream().skip(1).filter(line -> !line.isBlank()).map(AzureTrace::row).toList();
    }

    static TraceRow row(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException("row: " + line + " (expected: three fields)");
        }
        return new TraceRow(
                LocalDateTime.parse(fields[0].replace(' ', 'T'))
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli(),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]));
    }

    /** When the last call was made, epoch milliseconds. */
    public long lastAtMs() {
        return rows.stream().mapToLong(TraceRow::atMs).max().orElseThrow();
    }
}
