package tekton.budget.api.letters;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.metering.query.DeadLetterQueries.ShownDeadLetter;
import tekton.budget.value.WholeNumber;

import java.util.Optional;
import java.util.OptionalLong;

/** A dead letter, as clients read it, and its id: {@code <partition>:<offset>} of its topic. */
final class DeadLetterJson {

    /** Dead letters have one partition. */
    private static final String PARTITION = "0:";

    private DeadLetterJson() {}

    /** Writes its properties into an object that the caller has opened and will close. */
    static void properties(JsonBytes json, ShownDeadLetter letter) {
        Optional<String> refusal = ResendRule.refusal(letter);
        json.property("dead_letter_id", id(letter))
                .property("reason", letter.reason())
                .property("message", letter.message())
                .property("topic", letter.topic());
        number(json, "partition", letter.sourcePartition());
        number(json, "offset", letter.sourceOffset());
        json.property("appended_at", letter.appendedAt())
                .property("dead_at", Timestamps.format(letter.deadAtMs()))
                .property("key", letter.key())
                .property("value", letter.value())
                .property("value_bytes", letter.valueBytes())
                .property("cut", letter.cut())
                .property("resendable", refusal.isEmpty())
                .property("not_resendable_because", refusal.orElse(null));
    }

    /** The id of a dead letter. */
    static String id(ShownDeadLetter letter) {
        return letter.partition() + ":" + letter.offset();
    }

    /** The offset that an id names; empty when it is none. */
    static OptionalLong offset(String id) {
        Long offset =
                id.startsWith(PARTITION)
                        ? WholeNumber.parse(id.substring(PARTITION.length()))
                        : null;
        return offset == null || offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    private static void number(JsonBytes json, String name, @Nullable Number value) {
        json.propertyRaw(name, value == null ? "null" : value.toString());
    }
}
