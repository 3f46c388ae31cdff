package tekton.budget.api.usage;

import tekton.budget.api.http.Problem;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;

/** What became of one reported record before it is sent. */
public sealed interface Judgement {

    /**
     * To be sent.
     *
     * @param usage the record with the edge's clock and price version
     * @param charge what it costs
     * @param timestampMs its event time
     * @param retrySafe false when its id was made here, so that a retry would count twice
     */
    record AcceptedUsage(UsageReported usage, Charge charge, long timestampMs, boolean retrySafe)
            implements Judgement {}

    /** Not to be sent, and why. */
    record RefusedUsage(Problem problem) implements Judgement {}
}
