package tekton.budget.metering.recordlog;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a walk back through the log stands, as text {@code p0u120s3.p1u118s0}: partition 0, what is
 * before offset 120 of its usage log and before offset 3 of its strays, and so on. A partition's
 * part says nothing of the others, so whoever owns some of them can go on with theirs.
 *
 * @param parts the offsets behind what is still to be read, by partition
 */
record WalkCursor(SortedMap<Integer, Part> parts) {

    private static final Pattern PART = Pattern.compile("p(\\d{1,4})u(\\d{1,18})s(\\d{1,18})");

    /**
     * The place in one partition's two logs.
     *
     * @param usage the offset behind what is still to be read of the usage log
     * @param strays the same of the strays
     */
    record Part(long usage, long strays) {}

    WalkCursor {
        parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    }

    /**
     * The cursor that {@link #toString} has written.
     *
     * @throws IllegalArgumentException if it is none
     */
    static WalkCursor parse(String text) {
        TreeMap<Integer, Part> parts = new TreeMap<>();
        for (String one : text.split("\\.", -1)) {
            Matcher matcher = PART.matcher(one);
            if (!matcher.matches()) {
                throw notOurs();
            }
            parts.put(
                    Integer.valueOf(matcher.group(1)),
                    new Part(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3))));
        }
        return new WalkCursor(parts);
    }

    static IllegalArgumentException notOurs() {
        return new IllegalArgumentException(
                "cursor: not one of ours (expected: the next of the page before)");
    }

    @Override
    public String toString() {
        return parts.entrySet().stream()
                .map(
                        part ->
                                "p%du%ds%d"
                                        .formatted(
                                                part.getKey(),
                                                part.getValue().usage(),
                                                part.getValue().strays()))
                .collect(Collectors.joining("."));
    }
}
