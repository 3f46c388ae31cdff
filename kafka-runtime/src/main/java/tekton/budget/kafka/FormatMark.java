package tekton.budget.kafka;

import tekton.budget.settings.ProgramVersion;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In which format the topics of a Kafka cluster are. A version that raises the format makes an
 * empty topic whose name says so, {@code budget.format.2.since.0.3.0}, before it writes anything
 * else; a topic is there for as long as the data is, and every start lists topics anyway. Format 1
 * has none.
 */
public final class FormatMark {

    private static final Pattern NAME =
            Pattern.compile("budget\\.format\\.([1-9]\\d{0,8})\\.since\\.(.+)");

    private FormatMark() {}

    /**
     * Makes sure that this version reads what is in the topics.
     *
     * @param topics the names of all topics there are
     * @throws NewerFormatException if a newer version has written what this one cannot read
     */
    public static void requireReadable(Collection<String> topics) {
        for (String topic : topics) {
            Matcher mark = NAME.matcher(topic);
            if (mark.matches() && Integer.parseInt(mark.group(1)) > ProgramVersion.DATA_FORMAT) {
                throw new NewerFormatException(
                        ("topic %s: Budget %s has written to this Kafka in data format %s"
                                        + " (expected: at most format %d, which Budget %s reads;"
                                        + " start Budget %s or a newer one; nothing was changed)")
                                .formatted(
                                        topic,
                                        mark.group(2),
                                        mark.group(1),
                                        ProgramVersion.DATA_FORMAT,
                                        ProgramVersion.NUMBER,
                                        mark.group(2)));
            }
        }
    }

    /** A newer version has written what this one cannot read. */
    public static final class NewerFormatException extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        NewerFormatException(String message) {
            super(message);
        }
    }
}
