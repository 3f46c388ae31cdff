package tekton.budget.poller.reconcile;

import tekton.budget.event.PriceStatus.Outcome;
import tekton.budget.event.PriceStatus.Reply;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How long answers are remembered: so long a repeat of a request does nothing more. */
public final class Replies {

    /** How long at most. */
    public static final Duration AGE_MAX = Duration.ofDays(3);

    /** How many at most. */
    public static final int COUNT_MAX = 1_000;

    private Replies() {}

    /** The end of the answers that are too old or too many. */
    public static Changes forgotten(KnownFindings findings, Instant now) {
        List<Reply> oldestFirst =
                findings.replies().stream()
                        .filter(reply -> reply.outcome() != Outcome.STARTED)
                        .toList();
        int tooMany = Math.max(0, oldestFirst.size() - COUNT_MAX);
        Instant earliest = now.minus(AGE_MAX);
        List<String> forgotten = new ArrayList<>();
        for (int i = 0; i < oldestFirst.size(); i++) {
            if (i < tooMany || oldestFirst.get(i).at().isBefore(earliest)) {
                forgotten.add(oldestFirst.get(i).key());
            }
        }
        return new Changes(List.of(), List.of(), forgotten);
    }
}
