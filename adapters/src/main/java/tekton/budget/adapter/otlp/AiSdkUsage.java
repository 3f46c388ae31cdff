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
 * inputTokenDetails} (getsentry/sentry-javascript issue 21488). Spans of objects, {@code
 * ai.generateObject.doGenerate} and {@code ai.streamObject.doStream}, have no such details in any
 * version; there Anthropic's own count of input, in {@code ai.response.providerMetadata}, tells
 * which it is. Writes to the cache, before 6 and of objects, and those for an hour stand only
 * there, in the words of Anthropic's models or of Bedrock's Converse (vercel/ai, {@code
 * bedrock-chat-language-model.ts}). Reads of 4 also do.
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
        JsonNode metadata = metadata(said);
        long input = said.countOrZero(INPUT);
        Long read = said.count(CACHE_READ, "ai.usage.cachedInputTokens");
        Long written = said.count(CACHE_WRITE);
        call.tokens()
                .input(input)
                .output(said.countOrZero(OUTPUT))
                .total(said.count("ai.usage.totalTokens"))
                .cacheRead(read == null ? cacheRead(metadata) : read)
                .cacheWrite(written == null ? cacheWrite(metadata) : written)
                .cacheWrite1h(cacheWrite1h(metadata))
                .reasoning(
                        said.countOrZero(
                                "ai.usage.outputTokenDetails.reasoningTokens",
                                "ai.usage.reasoningTokens"));
        Long own = ForeignJson.countOrNull(metadata, "anthropic", "usage", "input_tokens");
        boolean outside = own == null ? UsageDialects.isCachedOutside(item) : own == input;
        if (outside && !said.hasAny(CACHE_READ, CACHE_WRITE, NO_CACHE)) {
            call.tokens().cache(CacheShape.OUTSIDE);
            call.note("cache_added_to_input");
        }
        return true;
    }

    /** Parts of the raw answer by provider, which no other attribute repeats in full. */
    static JsonNode metadata(OtlpAttributes said) {
        return json(said.text(METADATA));
    }

    /** Tokens that Anthropic or Bedrock wrote to its cache for an hour. */
    static long cacheWrite1h(JsonNode metadata) {
        Long hour =
                ForeignJson.countOrNull(
                        metadata,
                        "anthropic",
                        "usage",
                        "cache_creation",
                        "ephemeral_1h_input_tokens");
        if (hour != null) {
            return hour;
        }
        for (JsonNode written : ForeignJson.at(metadata, "bedrock", "usage", "cacheDetails")) {
            if ("1h".equals(ForeignJson.text(written, "ttl"))) {
                return ForeignJson.count(written, "inputTokens");
            }
        }
        return 0;
    }

    /** Tokens that Anthropic or Bedrock wrote to its cache, the hour's included. */
    static long cacheWrite(JsonNode metadata) {
        return cached(
                metadata,
                "cache_creation_input_tokens",
                "cacheCreationInputTokens",
                "cacheWriteInputTokens");
    }

    private static long cacheRead(JsonNode metadata) {
        return cached(
                metadata,
                "cache_read_input_tokens",
                "cacheReadInputTokens",
                "cacheReadInputTokens");
    }

    private static long cached(
            JsonNode metadata, String answered, String renamed, String ofBedrock) {
        Long raw = ForeignJson.countOrNull(metadata, "anthropic", "usage", answered);
        Long told = raw == null ? ForeignJson.countOrNull(metadata, "anthropic", renamed) : raw;
        return told == null ? ForeignJson.count(metadata, "bedrock", "usage", ofBedrock) : told;
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
