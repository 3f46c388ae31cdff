package tekton.budget.value;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far a writer has written into the usage topic: the last offset by partition. On the wire the
 * {@code Budget-Position} header: {@code usage-3:1042}, several separated by commas.
 *
 * @param offsets the offset of the writer's last record, by partition; at most {@link #ENTRIES_MAX}
 */
public record Positions(SortedMap<Integer, Long> offsets) {

    /** The HTTP header that carries positions, both ways. */
    public static final String HEADER = "Budget-Position";

    /** The most partitions that a header may name. */
    public static final int ENTRIES_MAX = 256;

    /** Nothing written: every state has passed it. */
    public static final Positions NONE = new Positions(new TreeMap<>());

    private static final Pattern ENTRY = Pattern.compile("usage-(\\d{1,4}):(\\d{1,18})");

    public Positions {
        offsets = new TreeMap<>(offsets);
    }

    /** One record's position. */
    public static Positions of(int partition, long offset) {
        return new Positions(new TreeMap<>(Map.of(partition, offset)));
    }

    /** The positions of a header's text, or empty when it is not of that form. */
    public static Optional<Positions> parse(String header) {
        var offsets = new TreeMap<Integer, Long>();
        for (String entry : header.split(",", ENTRIES_MAX + 1)) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            if (!matcher.matches()) {
                return Optional.empty();
            }
            offsets.merge(
                    Integer.valueOf(matcher.group(1)), Long.valueOf(matcher.group(2)), Math::max);
        }
        return Optional.of(new Positions(offsets));
    }

    /** The header's text. */
    @Override
    public String toString() {
        return offsets.entrySet().stream()
                .map(entry -> "usage-" + entry.getKey() + ":" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
