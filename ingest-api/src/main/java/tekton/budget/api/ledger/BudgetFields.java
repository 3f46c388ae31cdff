package tekton.budget.api.ledger;

import tekton.budget.codec.JsonFields;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Metadata;
import tekton.budget.value.RecordIds;
import tekton.budget.value.UsageBounds;

import java.util.Objects;

/** What a client says of a budget, checked. */
final class BudgetFields {

    /** The most characters of a description. */
    static final int DESCRIPTION_LENGTH_MAX = 2_000;

    static final String ZONE_DEFAULT = "UTC";

    private BudgetFields() {}

    /** A new budget. */
    static CreateBudget create(Incoming incoming, boolean withDefaultPolicies) {
        JsonFields fields = incoming.fields();
        String name = fields.requiredText("name", UsageBounds.ID_LENGTH_MAX);
        String description = fields.prose("description", DESCRIPTION_LENGTH_MAX);
        String owner = fields.text("owner", UsageBounds.ID_LENGTH_MAX);
        // The ledger judges which zones can be: see docs/rationale/ledger.md.
        String zone = fields.text("zone", UsageBounds.NAME_LENGTH_MAX);
        Metadata metadata = fields.metadata("metadata");
        String id = budgetId(incoming);
        return new CreateBudget(
                incoming.head("create_budget", id, null),
                name,
                description,
                owner,
                Objects.requireNonNullElse(zone, ZONE_DEFAULT),
                Objects.requireNonNullElse(metadata, Metadata.NONE),
                withDefaultPolicies);
    }

    /** A change; what is absent stays as it is. */
    static UpdateBudget update(Incoming incoming, String id) {
        JsonFields fields = incoming.fields();
        String name = fields.text("name", UsageBounds.ID_LENGTH_MAX);
        String description = fields.prose("description", DESCRIPTION_LENGTH_MAX);
        String owner = fields.text("owner", UsageBounds.ID_LENGTH_MAX);
        Boolean active = fields.flag("is_active");
        Metadata metadata = fields.metadata("metadata");
        return new UpdateBudget(
                incoming.head("update_budget", id, id), name, description, owner, active, metadata);
    }

    /** A budget's end: the same as an update that deactivates it. */
    static UpdateBudget deactivate(Incoming incoming, String id) {
        return new UpdateBudget(
                incoming.head("delete_budget", id, id), null, null, null, false, null);
    }

    private static String budgetId(Incoming incoming) {
        String own = LedgerIds.ownBudgetId(incoming.fields());
        if (own != null) {
            return own;
        }
        return incoming.key() != null
                ? LedgerIds.derivedBudgetId(incoming.key())
                : RecordIds.uuidV7(incoming.nowMs());
    }
}
