package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Amount;

/**
 * What counts against a policy at a moment.
 *
 * @param window its current window; null for sessions and tasks
 * @param used what has been used
 * @param reserved what open allocations hold
 */
record Commitment(@Nullable Window window, Amount used, Amount reserved) {

    /** With so much more. */
    Amount with(Amount asked) {
        return SessionUse.sum(SessionUse.sum(used, reserved), asked);
    }
}
