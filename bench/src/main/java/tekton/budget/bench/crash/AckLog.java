package tekton.budget.bench.crash;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * A sender's book of what has been acknowledged, on disk before the sender goes on: one line for
 * each, context and id, each with a tab behind it. One thread each.
 */
final class AckLog implements AutoCloseable {

    private static final String ENDING = ".acknowledged";

    private final BufferedWriter writer;
    private final AtomicLong total;

    AckLog(Path directory, String sender, AtomicLong total) throws IOException {
        this.writer = Files.newBufferedWriter(directory.resolve(sender + ENDING));
        this.total = total;
    }

    /** Books them. */
    void add(List<Shot> shots) {
        try {
            for (Shot shot : shots) {
                writer.write(shot.contextId() + '\t' + shot.recordId() + '\t' + '\n');
            }
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the book of acknowledged records", e);
        }
        total.addAndGet(shots.size());
    }

    /**
     * Gives the context and the id of every line in the books of a directory, one by one. The last
     * line of a book may be torn, when its writer was killed; nobody was told that it is there.
     */
    static void readEach(Path directory, BiConsumer<String, String> each) throws IOException {
        List<Path> books;
        try (Stream<Path> files = Files.list(directory)) {
            books = files.filter(file -> file.toString().endsWith(ENDING)).toList();
        }
        for (Path book : books) {
            try (BufferedReader reader = Files.newBufferedReader(book)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    int tab = line.indexOf('\t');
                    int end = line.indexOf('\t', tab + 1);
                    if (end > 0) {
                        each.accept(line.substring(0, tab), line.substring(tab + 1, end));
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
