package tekton.budget.api.letters;

import tekton.budget.metering.query.DeadLetterQueries.ShownDeadLetter;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.Optional;

/**
 * Whether a dead letter may be sent again. Only what others may write themselves is written for
 * them: usage. A record that was moved goes back to where it was written, and is moved again.
 */
final class ResendRule {

    private ResendRule() {}

    /** The topic that a resend writes. */
    static Topic target() {
        return Topics.USAGE_REPORTED;
    }

    /** Why it may not, as a sentence; empty if it may. */
    static Optional<String> refusal(ShownDeadLetter letter) {
        String topic = letter.topic();
        if (topic == null || letter.sourcePartition() == null) {
            return Optional.of("its headers do not say where it was read");
        }
        if (!topic.equals(Topics.USAGE_REPORTED.name())
                && !topic.equals(Topics.USAGE_STRAYS.name())) {
            boolean own = Topics.ALWAYS.stream().anyMatch(each -> each.name().equals(topic));
            return Optional.of(
                    own
                            ? "it was a request in %s, and whoever made that has had an answer: make it anew"
                                    .formatted(topic)
                            : "it was read from %s, a topic of others that Budget does not write: send it from its source"
                                    .formatted(topic));
        }
        return letter.cut()
                ? Optional.of("its bytes were cut: send the record from its source")
                : Optional.empty();
    }
}
