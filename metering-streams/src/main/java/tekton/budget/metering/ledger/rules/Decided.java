package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.LedgerEvent;

/**
 * A decision that is remembered under an idempotency key.
 *
 * @param fingerprint the digest of what was asked for
 * @param decision what was decided
 * @param atMs when, epoch milliseconds of ledger time
 */
public record Decided(String fingerprint, LedgerEvent.Decision decision, long atMs) {}
