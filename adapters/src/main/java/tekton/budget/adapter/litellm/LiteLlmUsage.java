package tekton.budget.adapter.litellm;

import tekton.budget.adapter.CacheShape;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.ForeignTokens;

import tools.jackson.databind.JsonNode;

/**
 * A usage object as LiteLLM logs it: mostly its own {@code Usage} ({@code litellm/types/utils.py}),
 * OpenAI's chat shape with Anthropic's two cache counts beside it; for calls that it passes through
 * also the provider's own. One thing may stand in several places: the largest counts.
 *
 * <p>LiteLLM's input contains what was cached for chat calls, and does not in some versions and for
 * {@code anthropic_messages} (BerriAI/litellm#11364, #15056): the sum decides.
 *
 * @param usage an object
 */
record LiteLlmUsage(JsonNode usage) {

    boolean hasTokens() {
        return !fill(new ForeignTokens()).isNone();
    }

    ForeignTokens fill(ForeignTokens tokens) {
        return tokens.input(most("prompt_tokens", "input_tokens"))
                .output(most("completion_tokens", "output_tokens"))
                .total(ForeignJson.countOrNull(usage, "total_tokens"))
                .cacheRead(
                        Math.max(
                                most("cache_read_input_tokens", "prompt_cache_hit_tokens"),
                                input("cached_tokens")))
                .cacheWrite(
                        Math.max(
                                most("cache_creation_input_tokens"),
                                Math.max(
                                        input("cache_creation_tokens"),
                                        input("cache_write_tokens"))))
                .cacheWrite1h(
                        Math.max(
                                ForeignJson.count(
                                        usage,
                                        "prompt_tokens_details",
                                        "cache_creation_token_details",
                                        "ephemeral_1h_input_tokens"),
                                ForeignJson.count(
                                        usage, "cache_creation", "ephemeral_1h_input_tokens")))
                .audioInput(input("audio_tokens"))
                .imageInput(input("image_tokens"))
                .reasoning(output("reasoning_tokens"))
                .audioOutput(output("audio_tokens"))
                .imageOutput(output("image_tokens"))
                .cache(isAnthropic() ? CacheShape.OUTSIDE : CacheShape.INSIDE);
    }

    /** Anthropic's own words: OpenAI's Responses have the same two, with a total and details. */
    private boolean isAnthropic() {
        return usage.has("input_tokens")
                && (usage.has("cache_read_input_tokens")
                        || usage.has("cache_creation_input_tokens"))
                && !usage.has("prompt_tokens")
                && !usage.has("total_tokens")
                && !usage.has("input_tokens_details");
    }

    private long input(String part) {
        return Math.max(
                ForeignJson.count(usage, "prompt_tokens_details", part),
                ForeignJson.count(usage, "input_tokens_details", part));
    }

    private long output(String part) {
        return Math.max(
                ForeignJson.count(usage, "completion_tokens_details", part),
                ForeignJson.count(usage, "output_tokens_details", part));
    }

    private long most(String... names) {
        long most = 0;
        for (String name : names) {
            most = Math.max(most, ForeignJson.count(usage, name));
        }
        return most;
    }
}
