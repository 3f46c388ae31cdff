package tekton.budget.cli.feed;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What is to be imported, and how.
 *
 * @param file null for standard input
 * @param source a name that is part of the ids of lines without an id of their own
 * @param shiftToNow whether the last call is said to be now, and the others as long before it as
 *     they were
 * @param whole whether nobody writes to the file any more, so that a last line without an end is
 *     one
 * @param batchLines how many lines go in one request, at most 1,000
 * @param patience how long a request is repeated
 */
public record ImportOrder(
        @Nullable Path file,
        String source,
        FieldMapping mapping,
        boolean shiftToNow,
        boolean restart,
        boolean whole,
        int batchLines,
        Duration patience) {}
