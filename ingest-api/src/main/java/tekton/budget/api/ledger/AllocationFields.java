package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonFields;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Scope;
import tekton.budget.pricing.Holds;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.UsageBounds;

import java.util.Objects;

/** What a client says of an allocation, checked and completed. */
final class AllocationFields {

    private static final int PRIORITY_DEFAULT = 5;

    private static final String SERVICE_TIERS = "standard, batch, flex or priority";

    private AllocationFields() {}

    /**
     * An allocation. When it ends is left to the ledger to judge, whose time counts, and which
     * knows whether it has decided the request before.
     */
    static Allocate allocate(Incoming incoming, PriceBook book) {
        JsonFields fields = incoming.fields();
        String contextId = fields.requiredText("context_id", UsageBounds.ID_LENGTH_MAX);
        String component = fields.requiredText("component", UsageBounds.NAME_LENGTH_MAX);
        String budgetId = LedgerIds.budgetId(fields);
        Tier sentTier = PolicyFields.tier(fields);
        String provider = fields.text("provider", UsageBounds.NAME_LENGTH_MAX);
        String model = fields.text("model", UsageBounds.MODEL_LENGTH_MAX);
        String taskType = fields.text("task_type", UsageBounds.NAME_LENGTH_MAX);
        int priority = priority(fields);
        Long sentTokens = fields.integer("tokens_allocated", 1, UsageBounds.TOKENS_MAX);
        long tokens = sentTokens == null ? DefaultTokens.of(taskType, priority) : sentTokens;
        Long expiresAtMs = fields.endMs("expiration_time");
        Metadata metadata = fields.metadata("metadata");
        ServiceTier serviceTier =
                fields.oneOf(
                        "service_tier", ServiceTier::parse, ServiceTier::wireName, SERVICE_TIERS);
        Long maxRequests = fields.integer("max_requests", 1, Allocation.REQUESTS_MAX);
        long nowMs = incoming.nowMs();
        long untilMs =
                expiresAtMs == null
                        ? nowMs + Allocation.LIFE_DEFAULT.toMillis()
                        : Math.max(nowMs, expiresAtMs);
        return new Allocate(
                incoming.head("allocate", budgetId, null),
                LedgerIds.in(budgetId, incoming.nowMs()),
                contextId,
                new Scope(tier(sentTier, provider, model), provider, component, taskType),
                model,
                priority,
                tokens,
                Holds.of(
                        book,
                        new Holds.HoldRequest(provider, model, sentTier, serviceTier, tokens),
                        nowMs,
                        untilMs),
                expiresAtMs,
                Objects.requireNonNullElse(metadata, Metadata.NONE),
                serviceTier,
                maxRequests);
    }

    /** The end of an allocation. */
    static ReleaseAllocation release(Incoming incoming, String id) {
        return new ReleaseAllocation(
                incoming.head("release", LedgerIds.budgetOf("Allocation", id), id), id);
    }

    /**
     * The tier that its usage will have, as far as that is certain; where it is not, null: then the
     * limits of every tier must leave enough. Usage has the tier of its model, and of its provider
     * only if the table does not know the model, so a provider alone says nothing.
     */
    private static @Nullable Tier tier(
            @Nullable Tier sent, @Nullable String provider, @Nullable String model) {
        if (sent != null || model == null) {
            return sent;
        }
        return provider == null ? Tier.ofModel(model).orElse(null) : Tier.infer(provider, model);
    }

    /** Apollo's lowest priority is 0; it is the 1 of everybody else. */
    private static int priority(JsonFields fields) {
        Long sent = fields.integer("priority", 0, Allocation.PRIORITY_OVERRIDE);
        return sent == null ? PRIORITY_DEFAULT : (int) Math.max(1, sent);
    }
}
