package tekton.budget.alerting.consume;

import java.util.function.Consumer;

/** Where a batch, or a delivery, is on its way, for those who want to see it die there. */
public enum ProcessingStep {
    /** Facts were read, nothing is written. */
    READ,
    /** Events are written, not committed. */
    WRITTEN,
    /** How far it has read is written too, not committed. */
    POSITIONED,
    /** All is committed, deliveries have not begun. */
    COMMITTED,
    /** A delivery was tried, nothing of it is kept. */
    TRIED;

    /** Nobody wants to. */
    public static final Consumer<ProcessingStep> UNOBSERVED = _ -> {};
}
