package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.ledger.LedgerCommands.Favourable;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerRequest.PlacePolicy;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Policy.Provisional;
import tekton.budget.value.Positions;

/**
 * Attaches a policy to a budget. Two budgets may be decided by two writers, so a move is two
 * requests: first the other budget has the policy, then this one gives it up. Cut off in between,
 * the limit holds in both, which is safe; a repeat does the rest, and one that comes after
 * everything changes nothing.
 */
final class Attaching {

    private final LedgerAccess ledger;

    Attaching(LedgerAccess ledger) {
        this.ledger = ledger;
    }

    /**
     * Attaches one.
     *
     * @param named the policy as it stands in its own budget
     * @return what whoever reads the result has to wait for
     */
    Positions attach(
            Incoming incoming, String budgetId, Policy named, HttpServletResponse response) {
        if (named.budgetId().equals(budgetId)) {
            Provisional made = named.provisional();
            return made == null
                    ? Positions.NONE
                    : place(PolicyFields.place(incoming, named, made, budgetId), response);
        }
        PutPolicy request =
                PolicyFields.attach(incoming, budgetId, named.attachable(incoming.nowMs()));
        Favourable<PolicyDefined> attached = ledger.ask(request, PolicyDefined.class, response);
        Provisional made = provisional(named, attached.decision().policy(), incoming.nowMs());
        return made == null
                ? attached.position()
                : attached.position()
                        .and(place(PolicyFields.place(incoming, named, made, budgetId), response));
    }

    private Positions place(PlacePolicy request, HttpServletResponse response) {
        return ledger.ask(request, PolicyDefined.class, response).position();
    }

    /**
     * What made the policy that the other budget now has. A repeat by its key is answered with what
     * was attached then, and somebody else's may stand above it by now.
     */
    private static @Nullable Provisional provisional(Policy named, Policy attached, long nowMs) {
        Policy each = named;
        while (each != null) {
            Provisional made = each.provisional();
            if (made == null || !made.isMovable(nowMs)) {
                return null;
            }
            if (each.doesTheSameAs(attached)) {
                return made;
            }
            each = made.replaced();
        }
        return null;
    }
}
