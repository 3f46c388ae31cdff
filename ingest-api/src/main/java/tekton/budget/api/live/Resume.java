package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a client is taken up that comes, or comes back.
 *
 * @param from the first events that it gets
 * @param gap why these are not those that it asked for; null when they are
 */
record Resume(Places from, @Nullable Gap gap) {

    /** Why events may be missing. */
    enum Gap {
        /** What was asked for is older than what is kept. */
        FORGOTTEN("events between the asked place and this one are no longer kept here"),
        /** What was asked for is not there yet, or never was: the topic was made anew. */
        UNKNOWN("the asked place is ahead of the topic as it is read here");

        private final String message;

        Gap(String message) {
            this.message = message;
        }

        /** The name on the wire. */
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** One sentence. */
        String message() {
            return message;
        }
    }

    /**
     * Decides.
     *
     * @param asked the id that the client came with, if any
     * @param oldest where what is kept begins
     * @param newest where what has been read ends
     */
    static Resume of(@Nullable Places asked, Places oldest, Places newest) {
        if (asked == null) {
            return new Resume(newest, null);
        }
        SortedMap<Integer, Long> from = new TreeMap<>();
        Gap gap = newest.next().keySet().containsAll(asked.next().keySet()) ? null : Gap.UNKNOWN;
        for (var each : newest.next().entrySet()) {
            Long wanted = asked.of(each.getKey());
            Long first = oldest.of(each.getKey());
            long place = wanted == null ? 0 : wanted;
            if (place > each.getValue()) {
                gap = Gap.UNKNOWN;
                place = each.getValue();
            } else if (first != null && place < first) {
                gap = gap == null ? Gap.FORGOTTEN : gap;
                place = first;
            }
            from.put(each.getKey(), place);
        }
        return new Resume(new Places(from), gap);
    }
}
