package tekton.budget.metering.ledger;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

/** Values for tests of the ledger's shell. */
public final class Samples {

    public static final Scope SCOPE =
            new Scope(Tier.REMOTE_HEAVYWEIGHT, "anthropic", "chat", "default");

    private Samples() {}

    public static LedgerRequest.RequestHead head(String requestId, String budgetId) {
        return new LedgerRequest.RequestHead(requestId, budgetId, null);
    }

    public static LedgerRequest.RequestHead head(String requestId, String budgetId, String key) {
        return new LedgerRequest.RequestHead(
                requestId, budgetId, new LedgerRequest.Repeat(key, "00" + key.hashCode()));
    }

    public static LedgerRequest createBudget(String requestId, String budgetId) {
        return new LedgerRequest.CreateBudget(
                head(requestId, budgetId), budgetId, null, null, "UTC", Metadata.NONE, true);
    }

    public static LedgerRequest hardLimit(String requestId, String budgetId, long tokens) {
        return new LedgerRequest.PutPolicy(
                head(requestId, budgetId),
                budgetId + ".hard",
                PolicyType.HARD_LIMIT,
                Period.MONTHLY,
                new Scope(null, null, "chat", null),
                tokens,
                null,
                Policy.WARNING_PPM_DEFAULT,
                Policy.ACTION_PPM_DEFAULT,
                true,
                Metadata.NONE);
    }

    public static LedgerRequest sessionLimit(String requestId, String budgetId, long tokens) {
        return new LedgerRequest.PutPolicy(
                head(requestId, budgetId),
                budgetId + ".session",
                PolicyType.WARN,
                Period.PER_SESSION,
                Scope.ANY,
                tokens,
                null,
                Policy.WARNING_PPM_DEFAULT,
                Policy.ACTION_PPM_DEFAULT,
                true,
                Metadata.NONE);
    }

    public static LedgerRequest allocate(
            LedgerRequest.RequestHead head, String allocationId, String contextId, long tokens) {
        return allocate(head, allocationId, contextId, tokens, null);
    }

    public static LedgerRequest allocate(
            LedgerRequest.RequestHead head,
            String allocationId,
            String contextId,
            long tokens,
            Long expiresAtMs) {
        return new LedgerRequest.Allocate(
                head,
                allocationId,
                contextId,
                SCOPE,
                "claude-3-opus-20240229",
                5,
                tokens,
                new HoldPrice("v1", 75_000_000, Money.parse("0.06"), null, null, null),
                expiresAtMs,
                Metadata.NONE,
                null,
                null);
    }

    public static Budget budget(String id, boolean active, long createdAtMs) {
        return new Budget(
                id, id, null, null, "UTC", active, Metadata.NONE, createdAtMs, createdAtMs);
    }

    public static Policy policy(String id, String budgetId, long createdAtMs) {
        return new Policy(
                id,
                budgetId,
                PolicyType.WARN,
                Period.DAILY,
                Scope.ANY,
                5L,
                null,
                Policy.WARNING_PPM_DEFAULT,
                Policy.ACTION_PPM_DEFAULT,
                true,
                Metadata.NONE,
                createdAtMs,
                createdAtMs);
    }

    public static Allocation allocation(
            String id,
            String contextId,
            Allocation.AllocationState state,
            long createdAtMs,
            long expiresAt) {
        return new Allocation(
                id,
                id.substring(0, id.indexOf('.')),
                contextId,
                SCOPE,
                null,
                5,
                100,
                null,
                0,
                0,
                Money.ZERO,
                state,
                createdAtMs,
                expiresAt,
                createdAtMs,
                false,
                false,
                Metadata.NONE,
                null,
                null);
    }
}
