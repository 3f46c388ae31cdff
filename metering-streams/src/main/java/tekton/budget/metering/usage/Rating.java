package tekton.budget.metering.usage;

import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;

/** What records cost. */
@FunctionalInterface
public interface Rating {

    /**
     * What a record costs by the prices that hold at its time.
     *
     * @param timestampMs its event time, epoch milliseconds
     */
    Charge charge(UsageReported usage, long timestampMs);
}
