package tekton.budget.poller.config;

import tekton.budget.kafka.shard.ShardRuntime;
import tekton.budget.poller.feed.FeedFormat;
import tekton.budget.poller.feed.LiteLlmFeed;
import tekton.budget.poller.feed.OpenRouterFeed;
import tekton.budget.poller.publish.PollSchedule;
import tekton.budget.poller.publish.PricePublishing;
import tekton.budget.poller.source.BuiltInSource;
import tekton.budget.poller.source.DownloadTimeouts;
import tekton.budget.poller.source.FileSource;
import tekton.budget.poller.source.HttpSource;
import tekton.budget.poller.source.OperatorFileSource;
import tekton.budget.poller.source.PriceSource;
import tekton.budget.poller.source.Sources;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;

/** The running poller of this process. */
public final class PricingPoller implements AutoCloseable {

    private static final int LITELLM_TRUST_PERCENT = 90;
    private static final int OPENROUTER_TRUST_PERCENT = 80;

    private final ShardRuntime<?, ?> runtime;

    private PricingPoller(ShardRuntime<?, ?> runtime) {
        this.runtime = runtime;
    }

    /** Begins in the background: neither Kafka nor any source need be there. */
    public static PricingPoller start(PollerSettings settings) {
        return start(settings, DownloadTimeouts.PUBLIC, InstantSource.system());
    }

    static PricingPoller start(
            PollerSettings settings, DownloadTimeouts timeouts, InstantSource clock) {
        return new PricingPoller(
                PricePublishing.start(
                        settings.kafka(),
                        sources(settings, timeouts, clock),
                        new PollSchedule(
                                settings.interval(), clock.instant(), settings.updateOnStart()),
                        settings.changeFactor(),
                        clock));
    }

    /** How it is doing. */
    public ShardRuntime.ShardState state() {
        return runtime.state();
    }

    /** Ends it, within some seconds. */
    @Override
    public void close() {
        runtime.close();
    }

    private static Sources sources(
            PollerSettings settings, DownloadTimeouts timeouts, InstantSource clock) {
        Path operatorFile = settings.operatorFile();
        return new Sources(
                settings.sources().stream()
                        .map(name -> source(name, settings, timeouts, clock))
                        .toList(),
                operatorFile == null ? null : new OperatorFileSource(operatorFile, clock));
    }

    private static PriceSource source(
            SourceName name,
            PollerSettings settings,
            DownloadTimeouts timeouts,
            InstantSource clock) {
        return switch (name) {
            case LITELLM ->
                    at(
                            settings.litellm(),
                            name,
                            LITELLM_TRUST_PERCENT,
                            new LiteLlmFeed(),
                            settings,
                            timeouts,
                            clock);
            case OPENROUTER ->
                    at(
                            settings.openrouter(),
                            name,
                            OPENROUTER_TRUST_PERCENT,
                            new OpenRouterFeed(),
                            settings,
                            timeouts,
                            clock);
            case BUILT_IN -> new BuiltInSource(clock);
        };
    }

    private static PriceSource at(
            URI place,
            SourceName name,
            int trustPercent,
            FeedFormat format,
            PollerSettings settings,
            DownloadTimeouts timeouts,
            InstantSource clock) {
        return "file".equals(place.getScheme())
                ? new FileSource(name.wireName(), trustPercent, Path.of(place), format, clock)
                : new HttpSource(
                        name.wireName(),
                        trustPercent,
                        place,
                        format,
                        settings.dataDirectory().resolve("prices"),
                        timeouts,
                        clock);
    }
}
