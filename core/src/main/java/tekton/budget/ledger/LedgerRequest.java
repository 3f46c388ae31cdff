package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;

/**
 * What the ledger is asked for, with all that the edge knew. Absent parts of an update mean
 * unchanged.
 */
public sealed interface LedgerRequest {

    /** What every request carries. */
    RequestHead head();

    /**
     * What every request carries.
     *
     * @param requestId names the request; its decision carries it
     * @param budgetId the budget; also the Kafka key
     * @param repeat makes a repeat recognisable; null when the client sent no key
     */
    record RequestHead(String requestId, String budgetId, @Nullable Repeat repeat) {}

    /**
     * What makes a repeat of a request recognisable.
     *
     * @param key the client's idempotency key
     * @param fingerprint a digest of what the client asked for, in hexadecimal
     */
    record Repeat(String key, String fingerprint) {}

    /**
     * A new budget.
     *
     * @param withDefaultPolicies whether it gets the default policies
     */
    record CreateBudget(
            RequestHead head,
            String name,
            @Nullable String description,
            @Nullable String owner,
            String zone,
            Metadata metadata,
            boolean withDefaultPolicies)
            implements LedgerRequest {}

    /** A change of a budget. */
    record UpdateBudget(
            RequestHead head,
            @Nullable String name,
            @Nullable String description,
            @Nullable String owner,
            @Nullable Boolean active,
            @Nullable Metadata metadata)
            implements LedgerRequest {}

    /**
     * A new policy, or the change of the one with the same period and scope.
     *
     * @param policyId the id that a new one gets
     * @param provisional true when the client named no budget; null when it did
     */
    record PutPolicy(
            RequestHead head,
            String policyId,
            PolicyType type,
            Period period,
            Scope scope,
            @Nullable Long tokenLimit,
            @Nullable Money costLimit,
            int warningPpm,
            int actionPpm,
            boolean enabled,
            Metadata metadata,
            @Nullable Boolean provisional)
            implements LedgerRequest {

        /** One in a budget that the client has named. */
        public PutPolicy(
                RequestHead head,
                String policyId,
                PolicyType type,
                Period period,
                Scope scope,
                @Nullable Long tokenLimit,
                @Nullable Money costLimit,
                int warningPpm,
                int actionPpm,
                boolean enabled,
                Metadata metadata) {
            this(
                    head,
                    policyId,
                    type,
                    period,
                    scope,
                    tokenLimit,
                    costLimit,
                    warningPpm,
                    actionPpm,
                    enabled,
                    metadata,
                    null);
        }
    }

    /**
     * Says which budget a provisional policy was meant for. Meant for another, which has it by now,
     * it makes room for what it has replaced; what is no longer there is left as it is.
     *
     * @param madeBy the request that made it
     * @param meantFor the id of that budget
     */
    record PlacePolicy(RequestHead head, String policyId, String madeBy, String meantFor)
            implements LedgerRequest {}

    /** A change of a policy. */
    record UpdatePolicy(
            RequestHead head,
            String policyId,
            @Nullable PolicyType type,
            @Nullable Long tokenLimit,
            @Nullable Money costLimit,
            @Nullable Integer warningPpm,
            @Nullable Integer actionPpm,
            @Nullable Boolean enabled)
            implements LedgerRequest {}

    /**
     * An allocation.
     *
     * @param allocationId the id that it gets
     * @param scope where its usage will belong, as far as that is known
     * @param tokens how many, at least 1
     * @param price what it is held at, by the prices that the edge knows; null when it knows none
     * @param expiresAtMs when it expires, epoch milliseconds; null for the default
     * @param serviceTier the only service tier that it is for; null for any
     * @param maxRequests how many requests may draw on it; null for {@link
     *     Allocation#REQUESTS_DEFAULT}
     */
    record Allocate(
            RequestHead head,
            String allocationId,
            String contextId,
            Scope scope,
            @Nullable String model,
            int priority,
            long tokens,
            @Nullable HoldPrice price,
            @Nullable Long expiresAtMs,
            Metadata metadata,
            @Nullable ServiceTier serviceTier,
            @Nullable Long maxRequests)
            implements LedgerRequest {}

    /** The end of an allocation; repeating it changes nothing. */
    record ReleaseAllocation(RequestHead head, String allocationId) implements LedgerRequest {}
}
