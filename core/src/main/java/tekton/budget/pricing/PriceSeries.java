package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Versions of one model that follow one another: each holds until the next begins, or until it is
 * ended. Of two that begin together the one whose source comes later in the alphabet holds: any
 * fixed order will do, as long as every reader has the same.
 */
final class PriceSeries {

    private static final Comparator<Version> BY_TIME =
            Comparator.comparingLong(Version::fromMs).thenComparing(v -> v.price().source());

    private final List<Version> oldestFirst;
    private final long[] starts;

    PriceSeries(Collection<Version> versions) {
        oldestFirst =
                versions.stream()
                        // One that was ended before it began never held, and hides nothing.
                        .filter(version -> version.endsMs() > version.fromMs())
                        .sorted(BY_TIME)
                        .toList();
        starts = oldestFirst.stream().mapToLong(Version::fromMs).toArray();
    }

    /** The version that holds at an instant, epoch milliseconds; null when none does. */
    @Nullable Version at(long atMs) {
        int last = starts.length - 1;
        if (last < 0 || atMs < starts[0]) {
            return null;
        }
        // Nearly every question is about now.
        Version version = oldestFirst.get(atMs >= starts[last] ? last : lastBegun(atMs));
        return atMs < version.endsMs() ? version : null;
    }

    /** Every instant at which another version may begin to hold. */
    LongStream changes() {
        return LongStream.concat(
                Arrays.stream(starts),
                oldestFirst.stream()
                        .mapToLong(Version::endsMs)
                        .filter(endsMs -> endsMs != Long.MAX_VALUE));
    }

    /** Visits those of them after one instant and until another, which is included. */
    void forEachChange(long afterMs, long untilMs, LongConsumer visitor) {
        for (Version version : oldestFirst) {
            visitWithin(version.fromMs(), afterMs, untilMs, visitor);
            visitWithin(version.endsMs(), afterMs, untilMs, visitor);
        }
    }

    private static void visitWithin(long atMs, long afterMs, long untilMs, LongConsumer visitor) {
        if (atMs > afterMs && atMs <= untilMs) {
            visitor.accept(atMs);
        }
    }

    /** The last index of a version that has begun; at least one has. */
    private int lastBegun(long atMs) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= atMs) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
