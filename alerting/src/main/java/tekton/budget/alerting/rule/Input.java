package tekton.budget.alerting.rule;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.Notice;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.ledger.LedgerEvent;

/** What the rules hear of. What other modules find out joins here as a kind of its own. */
public sealed interface Input {

    /** When it became known, epoch milliseconds. */
    long atMs();

    /** The ledger has decided or noted something. */
    record FromLedger(LedgerEvent event) implements Input {
        @Override
        public long atMs() {
            return event.atMs();
        }
    }

    /** The metering has noticed something. */
    record Noticed(Notice notice, long atMs) implements Input {}

    /** A price version was published. */
    record Published(PricePublished price, long atMs) implements Input {}

    /** The price poller has found something. */
    record FromPoller(PriceStatus status, long atMs) implements Input {}

    /**
     * A record could not be counted.
     *
     * @param topic where it was read
     * @param partition where there
     * @param offset and where there
     */
    record DeadLettered(
            DeadLetter.Reason reason,
            String message,
            String topic,
            int partition,
            long offset,
            long atMs)
            implements Input {}
}
