package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.LedgerEvent;

import java.time.Duration;

/**
 * A decision that is remembered under an idempotency key.
 *
 * @param fingerprint the digest of what was asked for
 * @param decision what was decided
 * @param atMs when, epoch milliseconds of ledger time
 */
public record Decided(String fingerprint, LedgerEvent.LedgerDecision decision, long atMs) {

    /** How long a decision is found by its key. */
    public static final long KEPT_MS = Duration.ofDays(3).toMillis();
}
