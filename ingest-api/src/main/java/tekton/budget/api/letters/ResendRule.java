package tekton.budget.api.letters;

import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.metering.query.DeadLetterQueries.ShownDeadLetter;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.Optional;
import java.util.Set;

/**
 * Whether a dead letter may be sent again. Only what others may write themselves is written for
 * them: usage. A record that was moved goes back to where it was written, and is moved again. A
 * conflict never goes back: dead letters are kept far longer than ids are remembered, and then it
 * would count beside the record that stands.
 */
final class ResendRule {

    private static final Set<String> USAGE =
            Set.of(Topics.USAGE_REPORTED.name(), Topics.USAGE_STRAYS.name());

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
        boolean usage = USAGE.contains(topic);
        if (!usage && Topics.ALWAYS.stream().anyMatch(each -> each.name().equals(topic))) {
            return Optional.of(
                    "it was a request in %s, and whoever made that has had an answer: make it anew"
                            .formatted(topic));
        }
        if (hasReason(letter, Reason.CONFLICT)) {
            return Optional.of(
                    "another record of its id was counted first and stands: sent again it is a"
                            + " conflict once more for as long as that id is remembered (24 to 48"
                            + " hours), and afterwards it would count beside the first. Report it"
                            + " under an id of its own if both calls took place");
        }
        if (!usage) {
            return Optional.of(
                    "it was read from %s, a topic of others that Budget does not write: send it from its source"
                            .formatted(topic));
        }
        return letter.cut()
                ? Optional.of("its bytes were cut: send the record from its source")
                : Optional.empty();
    }

    /** What to expect of one that was sent again: the same bytes are judged by the same rules. */
    static String advice(ShownDeadLetter letter) {
        String fate =
                hasReason(letter, Reason.TIMESTAMP)
                        ? "one that was too far ahead may count now, one that was too old becomes a"
                                + " dead letter again"
                        : "by the same rules it becomes a dead letter again; it counts if this"
                                + " version takes what an earlier one did not";
        return "Kafka has it again and it is judged anew: %s. Once it counts, its id is remembered for 24 to 48 hours: sent again after that it would count twice, and so would a call that was reported anew in its place."
                .formatted(fate);
    }

    private static boolean hasReason(ShownDeadLetter letter, Reason reason) {
        return reason.wireName().equals(letter.reason());
    }
}
