package tekton.budget.metering.query;

import java.util.List;
import java.util.Locale;

/**
 * Where a counted record stands in the log, and what came under its id behind it.
 *
 * @param appendedAtMs when it was appended, epoch milliseconds
 * @param repeats what came later, in the order of arrival
 * @param complete false when there may be more: the log was not looked through to its end
 */
public record RecordTrace(long appendedAtMs, List<RecordRepeat> repeats, boolean complete) {

    /** What a record is that comes under the id of a counted one. */
    public enum RepeatKind {
        /** The same once more; it adds nothing. */
        DUPLICATE,
        /** Something else; it has become a dead letter. */
        CONFLICT;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * A later record of the same context and id.
     *
     * @param partition the partition of the usage topic
     * @param offset the offset there
     * @param appendedAtMs when it was appended, epoch milliseconds
     */
    public record RecordRepeat(RepeatKind kind, int partition, long offset, long appendedAtMs) {}

    public RecordTrace {
        repeats = List.copyOf(repeats);
    }
}
