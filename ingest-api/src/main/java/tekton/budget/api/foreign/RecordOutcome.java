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
 */
record RecordOutcome(
        List<UsageReported> usage, List<ProblemType> refused, @Nullable DeadLetterParts letter) {

    /** Nothing is to be written. */
    static final RecordOutcome NOTHING = new RecordOutcome(List.of(), List.of(), null);

    RecordOutcome {
        usage = List.copyOf(usage);
        refused = List.copyOf(refused);
    }
}
