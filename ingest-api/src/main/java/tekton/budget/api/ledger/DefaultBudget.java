package tekton.budget.api.ledger;

import tekton.budget.event.UsageReported;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.Repeat;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.Metadata;
import tekton.budget.value.RecordIds;

import java.util.TreeMap;

/** The budget of what names none: asked for at every start, made at the first. */
public final class DefaultBudget {

    /** Not plain ASCII, so that no client's key is the same. */
    private static final String KEY = "§ default budget";

    private DefaultBudget() {}

    /** The request that makes it. */
    public static CreateBudget request(boolean withDefaultPolicies, long nowMs) {
        return new CreateBudget(
                new RequestHead(
                        RecordIds.uuidV7(nowMs),
                        UsageReported.DEFAULT_BUDGET,
                        new Repeat(
                                KEY,
                                RequestDigest.of(
                                        "create_budget",
                                        UsageReported.DEFAULT_BUDGET,
                                        new TreeMap<>()))),
                "Default Budget",
                "Takes usage and allocations that name no budget",
                null,
                BudgetFields.ZONE_DEFAULT,
                Metadata.NONE,
                withDefaultPolicies);
    }
}
