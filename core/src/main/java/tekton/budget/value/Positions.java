package tekton.budget.value;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a writer has written: the last offset by partition of the usage topic and of the ledger's
 * requests. On the wire the {@code Budget-Position} header: {@code usage-3:1042}, {@code
 * requests-1:7}, several separated by commas.
 *
 * @param offsets the offset of the writer's last usage record, by partition
 * @param requests the offset of the writer's last request to the ledger, by partition; with {@code
 *     offsets} at most {@link #ENTRIES_MAX}
 */
public record Positions(SortedMap<Integer, Long> offsets, SortedMap<Integer, Long> requests) {

    /** The HTTP header that carries positions, both ways. */
    public static final String HEADER = "Budget-Position";

    /** The most partitions that a header may name. */
    public static final int ENTRIES_MAX = 256;

    /** Nothing written: every state has passed it. */
    public static final Positions NONE = new Positions(new TreeMap<>(), new TreeMap<>());

    private static final Pattern ENTRY = Pattern.compile("(usage|requests)-(\\d{1,4}):(\\d{1,18})");

    public Positions {
        offsets = new TreeMap<>(offsets);
        requests = new TreeMap<>(requests);
    }

    /** The positions of usage records, by partition. */
    public static Positions ofUsage(SortedMap<Integer, Long> offsets) {
        return new Positions(offsets, new TreeMap<>());
    }

    /** One usage record's position. */
    public static Positions of(int partition, long offset) {
        return ofUsage(new TreeMap<>(Map.of(partition, offset)));
    }

    /** The header's text for one usage record. */
    public static String ofRecord(int partition, long offset) {
        return "usage-" + partition + ":" + offset;
    }

    /** The position of one request to the ledger. */
    public static Positions ofRequest(int partition, long offset) {
        return new Positions(new TreeMap<>(), new TreeMap<>(Map.of(partition, offset)));
    }

    /** The positions of a header's text, or empty when it is not of that form. */
    public static Optional<Positions> parse(String header) {
        var offsets = new TreeMap<Integer, Long>();
        var requests = new TreeMap<Integer, Long>();
        for (String entry : header.split(",", ENTRIES_MAX + 1)) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            if (!matcher.matches()) {
                return Optional.empty();
            }
            (matcher.group(1).equals("usage") ? offsets : requests)
                    .merge(
                            Integer.valueOf(matcher.group(2)),
                            Long.valueOf(matcher.group(3)),
                            Math::max);
        }
        return Optional.of(new Positions(offsets, requests));
    }

    /** True when nothing is named. */
    public boolean isEmpty() {
        return offsets.isEmpty() && requests.isEmpty();
    }

    /** These and others; of each partition the later. */
    public Positions and(Positions others) {
        var usage = new TreeMap<>(offsets);
        others.offsets.forEach((partition, offset) -> usage.merge(partition, offset, Math::max));
        var asked = new TreeMap<>(requests);
        others.requests.forEach((partition, offset) -> asked.merge(partition, offset, Math::max));
        return new Positions(usage, asked);
    }

    /** The header's text. */
    @Override
    public String toString() {
        var text = new StringJoiner(",");
        offsets.forEach((partition, offset) -> text.add("usage-" + partition + ":" + offset));
        requests.forEach((partition, offset) -> text.add("requests-" + partition + ":" + offset));
        return text.toString();
    }
}
