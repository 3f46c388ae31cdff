package tekton.budget.bench.crash;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All callers' book of what they were told, on disk before a caller goes on. Thread-safe. */
final class AnswerLog implements AutoCloseable {

    private final Path file;
    private final BufferedWriter writer;

    AnswerLog(Path file) throws IOException {
        this.file = file;
        writer = Files.newBufferedWriter(file);
    }

    synchronized void add(AllocationAnswer answered) throws IOException {
        writer.write(answered.toLine() + '\n');
        writer.flush();
    }

    /** All of it, read from the disk. */
    List<AllocationAnswer> read() throws IOException {
        return Files.readAllLines(file).stream().map(AllocationAnswer::ofLine).toList();
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
