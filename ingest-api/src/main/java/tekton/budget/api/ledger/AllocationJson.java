package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Ratio;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.event.UsageReported;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.HoldPrice;

import java.util.Objects;

/** An allocation as clients read it; absent values are null, the percentage is a fraction. */
public final class AllocationJson {

    private AllocationJson() {}

    /** Writes its properties into an object that the caller has opened. */
    public static void properties(JsonBytes json, Allocation allocation) {
        String taskType =
                Objects.requireNonNullElse(
                        allocation.scope().taskType(), UsageReported.DEFAULT_TASK_TYPE);
        json.property("allocation_id", allocation.allocationId())
                .property("budget_id", allocation.budgetId())
                .property("context_id", allocation.contextId())
                .property("component", allocation.scope().component())
                .property("tier", tier(allocation))
                .property("provider", allocation.scope().provider())
                .property("model", allocation.model())
                .property("task_type", taskType)
                .property("priority", allocation.priority())
                .property("tokens_allocated", allocation.tokens())
                .property("tokens_used", allocation.usedTokens())
                .property("input_tokens_used", allocation.inputTokens())
                .property("output_tokens_used", allocation.outputTokens());
        estimate(json, allocation.price());
        json.propertyRaw("actual_cost", allocation.cost().toString())
                .property("creation_time", Timestamps.format(allocation.createdAtMs()))
                .property("expiration_time", Timestamps.format(allocation.expiresAtMs()))
                .property("last_updated", Timestamps.format(allocation.updatedAtMs()))
                .property("is_active", allocation.isOpen())
                .property("state", allocation.state().wireName())
                .propertyRaw("metadata", allocation.metadata().json())
                .property("remaining_tokens", allocation.reserved().tokens())
                .propertyRaw(
                        "usage_percentage", Ratio.of(allocation.usedTokens(), allocation.tokens()))
                .property("override", allocation.overrode())
                .property("scope_mismatch", allocation.mismatched())
                .property("service_tier", serviceTier(allocation))
                .property("max_requests", allocation.requestsMax())
                .property("requests_used", allocation.requestsUsed())
                .propertyRaw("reserved_cost", allocation.reserved().cost().toString());
    }

    /** Without the known price of one model the estimate is 0, and marked. */
    static void estimate(JsonBytes json, @Nullable HoldPrice price) {
        json.propertyRaw("estimated_cost", price == null ? "0" : price.estimate().toString())
                .property("unpriced", price == null || price.leavesOpen());
    }

    private static @Nullable String serviceTier(Allocation allocation) {
        return allocation.serviceTier() == null ? null : allocation.serviceTier().wireName();
    }

    private static @Nullable String tier(Allocation allocation) {
        return allocation.scope().tier() == null ? null : allocation.scope().tier().wireName();
    }
}
