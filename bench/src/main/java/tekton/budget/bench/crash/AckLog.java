package tekton.budget.bench.crash;

import tekton.budget.bench.oracle.Oracle;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A sender's book of what has been acknowledged, on disk before the sender goes on: one line for
 * each, context and id separated by a tab. One thread each.
 */
public final class AckLog implements AutoCloseable {

    private static final String ENDING = ".acknowledged";

    private final BufferedWriter writer;
    private final AtomicLong total;

    public AckLog(Path directory, String sender, AtomicLong total) throws IOException {
        this.writer = Files.newBufferedWriter(directory.resolve(sender + ENDING));
        this.total = total;
    }

    /** Books them. */
    public void add(List<Shot> shots) {
        try {
            for (Shot shot : shots) {
                writer.write(shot.contextId() + '\t' + shot.recordId() + '\n');
            }
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the book of acknowledged records", e);
        }
        total.addAndGet(shots.size());
    }

    /** Every id in the books of a directory, as {@link Oracle#idOf} writes it. */
    public static Set<String> readAll(Path directory) throws IOException {
        Set<String> ids = new HashSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).toList()) {
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    int tab = line.indexOf('\t');
                    ids.add(Oracle.idOf(line.substring(0, tab), line.substring(tab + 1)));
                }
            }
        }
        return ids;
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
