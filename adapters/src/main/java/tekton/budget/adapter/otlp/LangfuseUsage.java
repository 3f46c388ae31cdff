package tekton.budget.adapter.otlp;

import tekton.budget.adapter.CacheShape;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.ForeignTokens;
import tekton.budget.value.UsageBounds;

import tools.jackson.databind.JsonNode;

import java.util.Locale;
import java.util.Map;

/**
 * Langfuse's {@code langfuse.observation.usage_details}, JSON in a text. Its keys are buckets that
 * do not overlap: {@code input} lacks what {@code input_cached_tokens} or {@code
 * cache_read_input_tokens} count, so all are added up (langfuse/langfuse issues 10592, 12306). An
 * object in OpenAI's shape, which Langfuse also takes, is one whose counts contain their details.
 */
final class LangfuseUsage {

    private LangfuseUsage() {}

    static boolean read(OtlpItem item, ForeignCall call) {
        JsonNode usage =
                AiSdkUsage.json(item.attributes().text("langfuse.observation.usage_details"));
        if (!usage.isObject()) {
            return false;
        }
        ForeignTokens told = new ForeignTokens();
        fill(usage, told);
        if (told.isNone()) {
            // The next dialect finds a call of which nothing was said.
            return false;
        }
        fill(usage, call.tokens());
        return true;
    }

    private static void fill(JsonNode usage, ForeignTokens tokens) {
        if (usage.has("prompt_tokens") || usage.has("completion_tokens")) {
            openAi(usage, tokens, "prompt_tokens", "completion_tokens");
        } else if (ForeignJson.at(usage, "input_tokens_details").isObject()
                || ForeignJson.at(usage, "output_tokens_details").isObject()) {
            openAi(usage, tokens, "input_tokens", "output_tokens");
        } else {
            new UsageBuckets().add(usage).to(tokens);
        }
    }

    private static void openAi(JsonNode usage, ForeignTokens tokens, String input, String output) {
        tokens.input(ForeignJson.count(usage, input))
                .output(ForeignJson.count(usage, output))
                .total(ForeignJson.countOrNull(usage, "total_tokens"))
                .cacheRead(ForeignJson.count(usage, input + "_details", "cached_tokens"))
                .cacheWrite(ForeignJson.count(usage, input + "_details", "cache_write_tokens"))
                .audioInput(ForeignJson.count(usage, input + "_details", "audio_tokens"))
                .reasoning(ForeignJson.count(usage, output + "_details", "reasoning_tokens"))
                .audioOutput(ForeignJson.count(usage, output + "_details", "audio_tokens"));
    }

    /** Sums of buckets. */
    private static final class UsageBuckets {

        private long input;
        private long output;
        private long cacheRead;
        private long cacheWrite;
        private long cacheWrite1h;
        private long audioInput;
        private long audioOutput;
        private long imageInput;
        private long imageOutput;
        private long reasoning;

        UsageBuckets add(JsonNode usage) {
            for (Map.Entry<String, JsonNode> bucket : usage.properties()) {
                Long count = ForeignJson.countOrNull(usage, bucket.getKey());
                if (count != null) {
                    add(
                            bucket.getKey().toLowerCase(Locale.ROOT),
                            Math.clamp(count, 0, UsageBounds.TOKENS_MAX));
                }
            }
            return this;
        }

        private void add(String name, long count) {
            if (name.contains("cache")) {
                input += count;
                if (name.contains("write") || name.contains("creation")) {
                    cacheWrite += count;
                    cacheWrite1h += name.contains("1h") ? count : 0;
                } else {
                    cacheRead += count;
                }
            } else if (name.startsWith("input") || name.startsWith("prompt")) {
                input += count;
                audioInput += name.contains("audio") ? count : 0;
                imageInput += name.contains("image") ? count : 0;
            } else if (name.startsWith("output")
                    || name.startsWith("completion")
                    || name.startsWith("reasoning")) {
                output += count;
                reasoning += name.contains("reasoning") ? count : 0;
                audioOutput += name.contains("audio") ? count : 0;
                imageOutput += name.contains("image") ? count : 0;
            }
        }

        void to(ForeignTokens tokens) {
            tokens.cache(CacheShape.ALWAYS_INSIDE)
                    .input(input)
                    .output(output)
                    .cacheRead(cacheRead)
                    .cacheWrite(cacheWrite)
                    .cacheWrite1h(cacheWrite1h)
                    .audioInput(audioInput)
                    .audioOutput(audioOutput)
                    .imageInput(imageInput)
                    .imageOutput(imageOutput)
                    .reasoning(reasoning);
        }
    }
}
