package tekton.budget.ledger;

import java.util.List;
import java.util.Locale;

/**
 * Why a request was refused.
 *
 * @param code why; the first in the order of {@link RefusalCode} that holds
 * @param message one sentence that names field, value and expectation
 * @param blocking the hard limits in the way, oldest policy first, tokens before cost; only for
 *     {@link RefusalCode#INSUFFICIENT_BUDGET} and {@link RefusalCode#PRICE_UNKNOWN}
 */
public record Refusal(RefusalCode code, String message, List<Standing> blocking) {

    /** The codes in their order of precedence. */
    public enum RefusalCode {
        /** So many allocations are due to end that they do before anything more is decided. */
        CATCHING_UP,
        /** The idempotency key was used for another request. */
        IDEMPOTENCY_CONFLICT,
        /** The thing is there already. */
        RESOURCE_EXISTS,
        /** There is no such budget. */
        BUDGET_NOT_FOUND,
        /** There is no such policy. */
        POLICY_NOT_FOUND,
        /** There is no such allocation. */
        ALLOCATION_NOT_FOUND,
        /** The budget has been deactivated. */
        BUDGET_INACTIVE,
        /** A rule of the domain is broken: the message says which. */
        INVALID,
        /** There are as many open allocations, policies or budgets as there may be. */
        TOO_MANY,
        /** A hard cost limit applies and the model's price is not known. */
        PRICE_UNKNOWN,
        /** A hard limit leaves too little. */
        INSUFFICIENT_BUDGET;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    public Refusal {
        blocking = List.copyOf(blocking);
    }
}
