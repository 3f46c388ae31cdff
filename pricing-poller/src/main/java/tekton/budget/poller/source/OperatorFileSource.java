package tekton.budget.poller.source;

import tekton.budget.poller.feed.OperatorFile;
import tekton.budget.poller.feed.OperatorReading;
import tekton.budget.poller.feed.UnreadableFeedException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** An operator's own price file. */
public final class OperatorFileSource {

    private final Path file;
    private final InstantSource clock;

    public OperatorFileSource(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Its address; it begins with {@code file:}. */
    public String location() {
        return file.toUri().toString();
    }

    /** What it says. A file that is not there says nothing, and that is a failure. */
    public SourceReading<OperatorReading> read() {
        try {
            return SourceReading.of(OperatorFile.read(FileBytes.read(file)), clock.instant());
        } catch (IOException | UnreadableFeedException e) {
            return SourceReading.failed(String.valueOf(e.getMessage()));
        }
    }
}
