package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.event.Notice;
import tekton.budget.pricing.Charge;
import tekton.budget.topic.Origin;

/** What became of one usage record. */
public sealed interface UsageOutcome {

    /**
     * It was new, and is in its totals.
     *
     * @param timestampMs its event time, epoch milliseconds
     * @param charge what it costs
     * @param origin where it stood first
     * @param notice what an operator should hear of because of it, or null
     */
    record New(long timestampMs, Charge charge, Origin origin, @Nullable Notice notice)
            implements UsageOutcome {}

    /** Its id was counted before, with the same content. */
    record Duplicate() implements UsageOutcome {}

    /**
     * It belongs into another partition, or under another key.
     *
     * @param key its context's
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Misrouted(byte[] key, Origin origin) implements UsageOutcome {}

    /**
     * It cannot be counted.
     *
     * @param message one sentence that names field, value and expectation
     */
    record Unusable(Reason reason, String message) implements UsageOutcome {}
}
