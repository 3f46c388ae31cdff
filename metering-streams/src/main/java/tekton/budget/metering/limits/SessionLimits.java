package tekton.budget.metering.limits;

import tekton.budget.ledger.Policy;

import java.util.List;

/** The limits per session as last heard. */
@FunctionalInterface
public interface SessionLimits {

    /** Those of a budget, disabled ones included; any thread. */
    List<Policy> of(String budgetId);
}
