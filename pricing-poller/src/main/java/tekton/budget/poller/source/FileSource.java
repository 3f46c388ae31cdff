package tekton.budget.poller.source;

import tekton.budget.poller.feed.FeedFormat;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.UnreadableFeedException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** A price list in a file. */
public final class FileSource implements PriceSource {

    private final String name;
    private final int trustPercent;
    private final Path file;
    private final FeedFormat format;
    private final InstantSource clock;

    public FileSource(
            String name, int trustPercent, Path file, FeedFormat format, InstantSource clock) {
        this.name = name;
        this.trustPercent = trustPercent;
        this.file = file;
        this.format = format;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int trustPercent() {
        return trustPercent;
    }

    @Override
    public String location() {
        return file.toUri().toString();
    }

    @Override
    public SourceReading<FeedReading> read() {
        try {
            return SourceReading.of(format.read(FileBytes.read(file)), clock.instant());
        } catch (IOException | UnreadableFeedException e) {
            return SourceReading.failed(String.valueOf(e.getMessage()));
        }
    }
}
