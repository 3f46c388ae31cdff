package tekton.budget.api.http;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

/** A usage record with its costs, as clients read it. Money is exact; absent values are null. */
public final class UsageRecordJson {

    private UsageRecordJson() {}

    /**
     * Writes the record's properties into an object that the caller has opened and will close.
     *
     * @param timestampMs the record's event time
     */
    public static void properties(
            JsonBytes json, UsageReported usage, Charge charge, long timestampMs) {
        TokenCounts tokens = usage.tokens();
        TokenDetails details = usage.details();
        String total = charge.total().toString();
        json.property("record_id", usage.recordId())
                .property("allocation_id", usage.allocationId())
                .property("budget_id", usage.budgetId())
                .property("context_id", usage.contextId())
                .property("component", usage.component())
                .property("provider", usage.provider())
                .property("model", usage.model())
                .property("task_type", usage.taskType())
                .property("tier", usage.tier().wireName())
                .property("input_tokens", tokens.input())
                .property("output_tokens", tokens.output())
                .property("total_tokens", tokens.total())
                .property("cached_input_tokens", tokens.cachedInput())
                .property("cache_write_tokens", tokens.cacheWrite())
                .property("reasoning_tokens", tokens.reasoning());
        if (!details.isNone()) {
            json.property("cache_write_1h_tokens", details.cacheWrite1h())
                    .property("audio_input_tokens", details.audioInput())
                    .property("audio_output_tokens", details.audioOutput())
                    .property("image_input_tokens", details.imageInput())
                    .property("image_output_tokens", details.imageOutput());
        }
        if (charge.requestPico() > 0) {
            json.propertyRaw("request_cost", Money.ofPico(charge.requestPico()).toString());
        }
        json.property("service_tier", usage.serviceTier().wireName())
                .propertyRaw("input_cost", Money.ofPico(charge.inputPico()).toString())
                .propertyRaw("output_cost", Money.ofPico(charge.outputPico()).toString())
                .propertyRaw("total_cost", total)
                .propertyRaw("cost", total)
                .property("pricing_version", charge.pricingVersion())
                .property("unpriced", charge.unpriced());
        estimated(json, usage, charge);
        json.property("timestamp", Timestamps.format(timestampMs))
                .property("operation_id", usage.operationId())
                .property("request_id", usage.requestId())
                .property("user_id", usage.userId())
                .propertyRaw("metadata", usage.metadata() == null ? "{}" : usage.metadata());
    }

    /** As which service tier it was charged, and what was assumed for want of a rate. */
    private static void estimated(JsonBytes json, UsageReported usage, Charge charge) {
        ServiceTier asked = usage.serviceTier();
        ServiceTier rated = charge.estimated() ? ServiceTier.STANDARD : asked;
        json.property("rated_as", charge.unpriced() ? null : rated.wireName())
                .property("estimated", charge.estimated());
        if (charge.estimated()) {
            json.property(
                    "assumed",
                    "no rate of service tier %s is known: charged at the standard rates"
                            .formatted(asked.wireName()));
        }
    }
}
