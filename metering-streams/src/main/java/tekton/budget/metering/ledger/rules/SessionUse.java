package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Scope;

import java.util.List;

/**
 * What one context has used through allocations and holds reserved, in one scope. A context has a
 * bounded number of scopes; further ones are counted together under {@link Scope#ANY}, which every
 * limit then counts, because it might be theirs.
 *
 * @param scope the scope: of the usage, or of the open allocations
 * @param used what was used
 * @param reserved what open allocations hold
 * @param updatedAtMs when it last changed, epoch milliseconds of ledger time
 */
public record SessionUse(Scope scope, Amount used, Amount reserved, long updatedAtMs) {

    /** The most scopes of one context, besides the one for the rest. */
    static final int SCOPES_MAX = 100;

    private static final long TOKENS_MAX = Long.MAX_VALUE / 2;

    /** The row that counts that scope, or a new one. Once a scope has a row, it keeps it. */
    static SessionUse of(List<SessionUse> session, Scope scope) {
        for (SessionUse each : session) {
            if (each.scope.equals(scope)) {
                return each;
            }
        }
        return session.size() < SCOPES_MAX || scope.equals(Scope.ANY)
                ? new SessionUse(scope, Amount.ZERO, Amount.ZERO, 0)
                : of(session, Scope.ANY);
    }

    /** With more used; like {@link SpentTokens}, never too much to add to. */
    SessionUse using(Amount more, long atMs) {
        return new SessionUse(scope, sum(used, more), reserved, atMs);
    }

    /** With the hold of one allocation changed. */
    SessionUse holding(Amount before, Amount after, long atMs) {
        return new SessionUse(scope, used, reserved.plus(after).minus(before), atMs);
    }

    /** A sum that stays at its bound. */
    static Amount sum(Amount one, Amount other) {
        return new Amount(
                Math.min(TOKENS_MAX, one.tokens() + other.tokens()), one.cost().plus(other.cost()));
    }
}
