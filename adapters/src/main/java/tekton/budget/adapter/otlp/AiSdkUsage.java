package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.CacheShape;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import java.nio.charset.StandardCharsets;

/**
 * Vercel's AI SDK 4 to 6, and its legacy telemetry in 7: {@code ai.usage.*}. Beside it these spans
 * have {@code gen_ai.usage.*} without the cache, so this says more. Before 6 the input of
 * Anthropic's and Bedrock's models lacks what was cached; 6 is known by its {@code
 * inputTokenDetails} (getsentry/sentry-javascript issue 21488). Writes to the cache, before 6, and
 * those for an hour stand only in {@code ai.response.providerMetadata}.
 */
final class AiSdkUsage {

    private static final String[] INPUT = {
        "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"
    };
    private static final String[] OUTPUT = {"ai.usage.outputTokens", "ai.usage.completionTokens"};
    private static final String CACHE_READ = "ai.usage.inputTokenDetails.cacheReadTokens";
    private static final String CACHE_WRITE = "ai.usage.inputTokenDetails.cacheWriteTokens";
    private static final String NO_CACHE = "ai.usage.inputTokenDetails.noCacheTokens";
    private static final String METADATA = "ai.response.providerMetadata";

    private AiSdkUsage() {}

    static boolean read(OtlpItem item, ForeignCall call) {
        OtlpAttributes said = item.attributes();
        if (said.count(INPUT) == null && said.count(OUTPUT) == null) {
            return false;
        }
        Long written = said.count(CACHE_WRITE);
        call.tokens()
                .input(said.countOrZero(INPUT))
                .output(said.countOrZero(OUTPUT))
                .total(said.count("ai.usage.totalTokens"))
                .cacheRead(said.countOrZero(CACHE_READ, "ai.usage.cachedInputTokens"))
                .cacheWrite(written == null ? cacheWrite(said) : written)
                .cacheWrite1h(cacheWrite1h(said))
                .reasoning(
                        said.countOrZero(
                                "ai.usage.outputTokenDetails.reasoningTokens",
                                "ai.usage.reasoningTokens"));
        if (!said.hasAny(CACHE_READ, CACHE_WRITE, NO_CACHE)
                && UsageDialects.isCachedOutside(item)) {
            call.tokens().cache(CacheShape.OUTSIDE);
            call.note("cache_added_to_input");
        }
        return true;
    }

    /** Tokens that Anthropic wrote to its cache for an hour; only the raw answer tells. */
    static long cacheWrite1h(OtlpAttributes said) {
        return ForeignJson.count(
                anthropic(said), "usage", "cache_creation", "ephemeral_1h_input_tokens");
    }

    private static long cacheWrite(OtlpAttributes said) {
        JsonNode anthropic = anthropic(said);
        Long raw = ForeignJson.countOrNull(anthropic, "usage", "cache_creation_input_tokens");
        return raw == null ? ForeignJson.count(anthropic, "cacheCreationInputTokens") : raw;
    }

    private static JsonNode anthropic(OtlpAttributes said) {
        JsonNode metadata = json(said.text(METADATA));
        return ForeignJson.at(metadata, "anthropic");
    }

    /** A document in a text; a missing node where none is. */
    static JsonNode json(@Nullable String text) {
        if (text == null) {
            return MissingNode.getInstance();
        }
        try {
            return ForeignJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (ForeignFormatException e) {
            return MissingNode.getInstance();
        }
    }
}
