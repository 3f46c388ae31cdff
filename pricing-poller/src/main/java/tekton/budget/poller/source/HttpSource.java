package tekton.budget.poller.source;

import org.jspecify.annotations.Nullable;

import tekton.budget.poller.feed.FeedFormat;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.UnreadableFeedException;
import tekton.budget.poller.source.LastGoodCopy.Copy;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A price list at an address. While it cannot be had, the last good copy speaks for it; what cannot
 * be read never becomes that copy.
 */
public final class HttpSource implements PriceSource {

    private final String name;
    private final int trustPercent;
    private final URI address;
    private final FeedFormat format;
    private final LastGoodCopy copies;
    private final Download download;
    private final InstantSource clock;

    /** What the latest copy says, so that it is read once. */
    private @Nullable ParsedCopy parsed;

    private record ParsedCopy(Copy copy, FeedReading reading) {}

    /**
     * A price list.
     *
     * @param directory where the last good copy is kept
     */
    public HttpSource(
            String name,
            int trustPercent,
            URI address,
            FeedFormat format,
            Path directory,
            DownloadTimeouts timeouts,
            InstantSource clock) {
        this.name = name;
        this.trustPercent = trustPercent;
        this.address = address;
        this.format = format;
        this.clock = clock;
        copies = new LastGoodCopy(directory, name, address.toString(), FileBytes.MAX);
        download = new Download(address, FileBytes.MAX, timeouts);
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
        // Without what may be a secret: everybody reads it with the prices.
        return address.getScheme() + "://" + address.getHost() + port() + address.getRawPath();
    }

    private String port() {
        return address.getPort() < 0 ? "" : ":" + address.getPort();
    }

    @Override
    public SourceReading<FeedReading> read() throws InterruptedException {
        ParsedCopy known = parsed == null ? stored() : parsed;
        parsed = known;
        Download.DownloadResult ending =
                download.get(
                        known == null ? null : known.copy().etag(),
                        known == null ? null : known.copy().lastModified());
        return switch (ending) {
            case Download.Fresh fresh -> read(fresh, known);
            case Download.NotModified() ->
                    known == null
                            ? SourceReading.failed("status 304 to an unconditional request")
                            : SourceReading.of(known.reading(), clock.instant());
            case Download.Failed(String why) -> failed(why, known);
        };
    }

    private SourceReading<FeedReading> read(Download.Fresh fresh, @Nullable ParsedCopy known) {
        try {
            FeedReading reading = format.read(fresh.bytes());
            if (reading.quotes().isEmpty()) {
                return failed("not one price in it (expected: a price list)", known);
            }
            Copy copy =
                    new Copy(fresh.bytes(), clock.instant(), fresh.etag(), fresh.lastModified());
            parsed = new ParsedCopy(copy, reading);
            copies.write(copy);
            return SourceReading.of(reading, copy.fetchedAt());
        } catch (UnreadableFeedException unreadable) {
            return failed(String.valueOf(unreadable.getMessage()), known);
        }
    }

    private static SourceReading<FeedReading> failed(String why, @Nullable ParsedCopy known) {
        return known == null
                ? SourceReading.failed(why)
                : new SourceReading<>(known.reading(), why, known.copy().fetchedAt());
    }

    private @Nullable ParsedCopy stored() {
        Copy copy = copies.read();
        if (copy == null) {
            return null;
        }
        try {
            return new ParsedCopy(copy, format.read(copy.bytes()));
        } catch (UnreadableFeedException olderThanThisReader) {
            return null;
        }
    }
}
