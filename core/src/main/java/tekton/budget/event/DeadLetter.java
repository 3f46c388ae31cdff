package tekton.budget.event;

import java.util.Locale;

/**
 * A record that cannot be counted, as it stands in the dead letters: the original key and bytes as
 * they were, and these headers (UTF-8): {@value #REASON}, {@value #MESSAGE}, {@value #TOPIC},
 * {@value #PARTITION}, {@value #OFFSET}, {@value #APPENDED_AT}.
 *
 * <p>A key of more than {@value #KEY_BYTES_MAX} bytes and a value of more than {@value
 * #VALUE_BYTES_MAX} are cut to that, because a topic would not take them once more; header {@value
 * #CUT} then tells the length. The whole of it stays where it was read, as long as that is kept.
 */
public final class DeadLetter {

    /** Header: the {@link Reason} in lower case. */
    public static final String REASON = "budget.reason";

    /** Header: one sentence that names field, value and expectation. */
    public static final String MESSAGE = "budget.message";

    /** Header: the topic that it was read from. */
    public static final String TOPIC = "budget.topic";

    /** Header: the partition that it was read from. */
    public static final String PARTITION = "budget.partition";

    /** Header: its offset there. */
    public static final String OFFSET = "budget.offset";

    /** Header: the broker's append time there, ISO-8601 UTC. */
    public static final String APPENDED_AT = "budget.appended-at";

    /** Header, once for each part that was cut: {@code value of 2000000 bytes}. */
    public static final String CUT = "budget.cut";

    /** The most bytes of a dead letter's key. */
    public static final int KEY_BYTES_MAX = 65_536;

    /** The most bytes of a dead letter's value. */
    public static final int VALUE_BYTES_MAX = 900_000;

    /** Why a record is a dead letter. */
    public enum Reason {
        /** Not one JSON object in UTF-8. */
        UNREADABLE,
        /** A field is missing, of the wrong shape, out of bounds or against a rule. */
        INVALID,
        /** Same context and id as a counted record, but other content. The first stands. */
        CONFLICT,
        /** Its timestamp is too old or too far ahead of its arrival. */
        TIMESTAMP;

        /** The header's text. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private DeadLetter() {}
}
