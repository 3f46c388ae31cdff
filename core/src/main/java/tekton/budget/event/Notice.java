package tekton.budget.event;

import tekton.budget.value.EpochMinute;

/**
 * Something about a budget's metering that an operator should hear of. Once per budget, kind,
 * subject and hour; alerting turns it into a budget event.
 *
 * @param kind what happened
 * @param budgetId the budget
 * @param subject what it happened to: {@code provider/model}, that with a blank and the service
 *     tier, or the budget itself
 * @param hour the UTC hour of the records concerned
 */
public record Notice(NoticeKind kind, String budgetId, String subject, EpochMinute hour) {

    /** What happened. */
    public enum NoticeKind {
        /** Usage was counted without a known price: its cost is unknown, not zero. */
        UNPRICED_USAGE("unpriced_usage"),
        /** Usage of a service tier was charged as standard: nobody has a rate of that tier. */
        ESTIMATED_USAGE("estimated_usage"),
        /** A budget has too many cells in an hour; further ones are folded into "other". */
        CELLS_FOLDED("cells_folded");

        private final String wireName;

        NoticeKind(String wireName) {
            this.wireName = wireName;
        }

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }
}
