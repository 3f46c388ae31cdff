package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Up to where the topic of budget events has been read. As the id of a server-sent event: {@code
 * 0:13,1:7,2:40}, every partition with the offset of the next record.
 *
 * @param next the offset of the next record, by partition
 */
record Places(SortedMap<Integer, Long> next) {

    /** The most partitions that an id may name. */
    private static final int ENTRIES_MAX = 256;

    private static final Pattern ENTRY = Pattern.compile("(\\d{1,4}):(\\d{1,18})");

    Places {
        next = new TreeMap<>(next);
    }

    /** The places that an id names; empty when it is none. */
    static Optional<Places> parse(String id) {
        SortedMap<Integer, Long> next = new TreeMap<>();
        String[] entries = id.split(",", ENTRIES_MAX + 1);
        for (String entry : entries) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            if (entries.length > ENTRIES_MAX || !matcher.matches()) {
                return Optional.empty();
            }
            next.put(Integer.valueOf(matcher.group(1)), Long.valueOf(matcher.group(2)));
        }
        return Optional.of(new Places(next));
    }

    /** The next offset of a partition; null when it is not named. */
    @Nullable Long of(int partition) {
        return next.get(partition);
    }

    /** True when that event has not been read yet. */
    boolean isAhead(EventRef event) {
        Long place = next.get(event.partition());
        return place == null || event.offset() >= place;
    }

    /** The places once that event has been read too. */
    Places behind(EventRef event) {
        SortedMap<Integer, Long> moved = new TreeMap<>(next);
        moved.merge(event.partition(), event.offset() + 1, Math::max);
        return new Places(moved);
    }

    /** The id. */
    @Override
    public String toString() {
        StringJoiner id = new StringJoiner(",");
        next.forEach((partition, offset) -> id.add(partition + ":" + offset));
        return id.toString();
    }
}
