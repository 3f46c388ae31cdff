package tekton.budget.metering.ledger.rules;

import java.time.Duration;

/**
 * How much of everything there may be.
 *
 * @param openMax the most open allocations of a budget
 * @param policiesMax the most policies of a budget, disabled ones included
 */
record LedgerBounds(int openMax, int policiesMax) {

    static final LedgerBounds STANDARD = new LedgerBounds(100_000, 1_000);

    /** The most tokens of one allocation: so many of them can be added up without overflow. */
    static final long TOKENS_MAX = 1_000_000_000_000L;

    static final int PRIORITY_MIN = 1;

    static final int PRIORITY_MAX = 10;

    /** The life of an allocation that names no end. */
    static final long LIFE_MS = Duration.ofDays(1).toMillis();

    /** The longest life of an allocation. */
    static final long LIFE_MAX_MS = Duration.ofDays(35).toMillis();

    /** How long a decision is found by its idempotency key. */
    static final long REMEMBERED_MS = Duration.ofDays(3).toMillis();

    /** How many allocations expire before the next are looked for. */
    static final int EXPIRY_BATCH = 1_000;

    /** The most hard limits that a refusal or an override names. */
    static final int BLOCKING_MAX = 10;

    /** The most warnings that a grant names. */
    static final int WARNINGS_MAX = 20;
}
