package tekton.budget.poller.source;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * How asking a source ended.
 *
 * @param reading what its latest good copy says; null when there has never been one
 * @param failure why nothing could be had from it this time, in one line; null when it could
 * @param fetchedAt when that copy came from it; null when there is none
 */
public record SourceReading<R>(
        @Nullable R reading, @Nullable String failure, @Nullable Instant fetchedAt) {

    /** What the source says now. */
    public static <R> SourceReading<R> of(R reading, Instant at) {
        return new SourceReading<>(reading, null, at);
    }

    /** Nothing at all. */
    public static <R> SourceReading<R> failed(String why) {
        return new SourceReading<>(null, why, null);
    }
}
