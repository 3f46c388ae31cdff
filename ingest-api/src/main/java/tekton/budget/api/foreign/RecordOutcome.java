package tekton.budget.api.foreign;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.ProblemType;
import tekton.budget.event.UsageReported;
import tekton.budget.topic.DeadLetterParts;

import java.util.List;

/**
 * All that is to be written for one record of a topic before it counts as read.
 *
 * @param usage the calls that count
 * @param refused why others do not, each once
 * @param letter the record as a dead letter; null if all of it counts
 * @param ignored how many things in it are no calls to count
 * @param clamped how many calls have tokens that were cut to fit
 */
record RecordOutcome(
        List<UsageReported> usage,
        List<ProblemType> refused,
        @Nullable DeadLetterParts letter,
        long ignored,
        long clamped) {

    /** Nothing is to be written: one thing that is no call. */
    static final RecordOutcome IGNORED = new RecordOutcome(List.of(), List.of(), null, 1, 0);

    RecordOutcome {
        usage = List.copyOf(usage);
        refused = List.copyOf(refused);
    }
}
