package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.UsageReported;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

/** Writes a usage record as it travels in the topic. Optional fields that are absent stay away. */
public final class UsageWriter {

    private UsageWriter() {}

    /** The record's bytes. Any thread. */
    public static byte[] write(UsageReported usage) {
        TokenCounts tokens = usage.tokens();
        JsonBytes json =
                new JsonBytes(640)
                        .open('{')
                        .property("schema", UsageDraft.SCHEMA)
                        .property("record_id", usage.recordId())
                        .property("context_id", usage.contextId())
                        .property("component", usage.component())
                        .property("provider", usage.provider())
                        .property("model", usage.model())
                        .propertyIfPresent("task_type", usage.sentTaskType())
                        .propertyIfPresent(
                                "tier",
                                usage.sentTier() == null ? null : usage.sentTier().wireName())
                        .propertyIfPresent("budget_id", usage.sentBudgetId())
                        .propertyIfPresent("allocation_id", usage.allocationId())
                        .property("input_tokens", tokens.input())
                        .property("output_tokens", tokens.output());
        part(json, "cached_input_tokens", tokens.cachedInput());
        part(json, "cache_write_tokens", tokens.cacheWrite());
        part(json, "reasoning_tokens", tokens.reasoning());
        if (!usage.details().isNone()) {
            details(json, usage.details());
        }
        if (usage.serviceTier() != ServiceTier.STANDARD) {
            json.property("service_tier", usage.serviceTier().wireName());
        }
        time(json, "timestamp", usage.sentTimestampMs());
        json.propertyIfPresent("operation_id", usage.operationId())
                .propertyIfPresent("request_id", usage.requestId())
                .propertyIfPresent("user_id", usage.userId());
        if (usage.metadata() != null) {
            json.propertyRaw("metadata", usage.metadata());
        }
        time(json, "received_at", usage.receivedAtMs());
        json.propertyIfPresent("pricing_version", usage.pricingVersion());
        return json.close('}').toByteArray();
    }

    private static void details(JsonBytes json, TokenDetails details) {
        part(json, "cache_write_1h_tokens", details.cacheWrite1h());
        part(json, "audio_input_tokens", details.audioInput());
        part(json, "audio_output_tokens", details.audioOutput());
        part(json, "image_input_tokens", details.imageInput());
        part(json, "image_output_tokens", details.imageOutput());
    }

    private static void part(JsonBytes json, String name, long tokens) {
        if (tokens > 0) {
            json.property(name, tokens);
        }
    }

    private static void time(JsonBytes json, String name, @Nullable Long ms) {
        if (ms != null) {
            json.property(name, Timestamps.format(ms));
        }
    }
}
