package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * What has a price of its own. A class without a rate costs what its {@link #whole} costs.
 *
 * <p>The order is that of the fields on the wire.
 */
public enum RateClass {
    /** Input tokens that belong to no other class. */
    INPUT(null),
    /** Output tokens that belong to no other class. */
    OUTPUT(null),
    /** Input tokens read from a cache. */
    CACHED_INPUT(INPUT),
    /** Input tokens written to a cache, for as long as the provider keeps them by default. */
    CACHE_WRITE(INPUT),
    /** Input tokens written to a cache that is kept for an hour. */
    CACHE_WRITE_1H(CACHE_WRITE),
    /** Output tokens spent on reasoning. */
    REASONING(OUTPUT),
    /** Input tokens that are audio. */
    AUDIO_INPUT(INPUT),
    /** Output tokens that are audio. */
    AUDIO_OUTPUT(OUTPUT),
    /** Input tokens that are images. */
    IMAGE_INPUT(INPUT),
    /** Output tokens that are images. */
    IMAGE_OUTPUT(OUTPUT),
    /** One request, whatever its tokens; nothing when there is no rate. */
    REQUEST(null);

    /** The highest plausible rate of a token: 0.001 USD. With it a record's cost fits a long. */
    public static final long TOKEN_MAX = 1_000_000_000L;

    /** The highest plausible rate of a request: 1,000 USD. */
    public static final long REQUEST_MAX = 1_000_000_000_000_000L;

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final @Nullable RateClass whole;

    RateClass(@Nullable RateClass whole) {
        this.whole = whole;
    }

    /** The name on the wire: lower case with underscores. */
    public String wireName() {
        return wireName;
    }

    /** The class whose rate holds when this one has none; null for input, output and request. */
    public @Nullable RateClass whole() {
        return whole;
    }

    /** The highest plausible rate in pico-USD, per token or per request. */
    public long max() {
        return this == REQUEST ? REQUEST_MAX : TOKEN_MAX;
    }
}
