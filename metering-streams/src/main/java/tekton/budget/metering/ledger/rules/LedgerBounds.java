package tekton.budget.metering.ledger.rules;

import java.time.Duration;

/**
 * How much of everything there may be.
 *
 * @param openMax the most open allocations of a budget
 * @param policiesMax the most policies of a budget, disabled ones included
 * @param budgetsMax the most budgets of a partition, inactive ones included
 */
record LedgerBounds(int openMax, int policiesMax, int budgetsMax) {

    static final LedgerBounds STANDARD = new LedgerBounds(100_000, 1_000, 10_000);

    /** The most tokens of one allocation: so many of them can be added up without overflow. */
    static final long TOKENS_MAX = 1_000_000_000_000L;

    static final int PRIORITY_MIN = 1;

    static final int PRIORITY_MAX = 10;

    /** The longest life of an allocation. */
    static final long LIFE_MAX_MS = Duration.ofDays(35).toMillis();

    /** How many allocations end at most for a reason that is not their own, before a decision. */
    static final int ENDED_AT_ONCE = 5_000;

    /** The most hard limits that a refusal or an override names. */
    static final int BLOCKING_MAX = 10;

    /** The most warnings that a grant names. */
    static final int WARNINGS_MAX = 20;
}
