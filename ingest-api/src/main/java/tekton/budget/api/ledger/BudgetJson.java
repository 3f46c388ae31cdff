package tekton.budget.api.ledger;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.ledger.Budget;
import tekton.budget.metering.query.LedgerQueries.BudgetView;

/** A budget as clients read it; absent values are null. */
final class BudgetJson {

    private BudgetJson() {}

    /** Writes its properties into an object that the caller has opened. */
    static void properties(JsonBytes json, BudgetView view) {
        Budget budget = view.budget();
        String created = Timestamps.format(budget.createdAtMs());
        json.property("budget_id", budget.budgetId())
                .property("name", budget.name())
                .property("description", budget.description())
                .property("owner", budget.owner())
                .property("zone", budget.zone())
                .name("policies")
                .open('[');
        view.policies().forEach(policy -> json.string(policy.policyId()));
        json.close(']')
                .property("created_at", created)
                .property("updated_at", Timestamps.format(budget.updatedAtMs()))
                .property("creation_time", created)
                .property("is_active", budget.active())
                .propertyRaw("metadata", budget.metadata().json());
    }
}
