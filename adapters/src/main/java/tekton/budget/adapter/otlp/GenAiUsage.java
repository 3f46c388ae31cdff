package tekton.budget.adapter.otlp;

import tekton.budget.adapter.CacheShape;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignTokens;

import tools.jackson.databind.JsonNode;

/**
 * OpenTelemetry's {@code gen_ai.usage.*} in all its generations, with the spellings of OpenLLMetry
 * and Strands (underscores), Pydantic AI ({@code details}), Sentry and Codex. The input contains
 * what was cached and every modality; audio that was read from a cache is part of both (
 * semantic-conventions-genai, {@code client-inference.md}).
 */
final class GenAiUsage {

    private static final String[] INPUT = {
        "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"
    };
    private static final String[] OUTPUT = {
        "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"
    };

    private static final String[] CACHE_WRITE = {
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache_write_input_tokens",
        "gen_ai.usage.input_tokens.cache_write",
        "gen_ai.usage.details.cache_write_tokens"
    };

    private GenAiUsage() {}

    static boolean read(OtlpItem item, ForeignCall call) {
        OtlpAttributes said = item.attributes();
        if (said.count(INPUT) == null && said.count(OUTPUT) == null) {
            return false;
        }
        JsonNode metadata = AiSdkUsage.metadata(said);
        // The AI SDK 7 leaves it out of an object's span, though not out of the raw answer.
        Long written = said.count(CACHE_WRITE);
        ForeignTokens tokens =
                call.tokens()
                        .input(said.countOrZero(INPUT))
                        .output(said.countOrZero(OUTPUT))
                        .total(
                                said.count(
                                        "gen_ai.usage.total_tokens",
                                        "llm.usage.total_tokens",
                                        "codex.usage.total_tokens"))
                        .cacheRead(
                                said.countOrZero(
                                        "gen_ai.usage.cache_read.input_tokens",
                                        "gen_ai.usage.cache_read_input_tokens",
                                        "gen_ai.usage.input_tokens.cached",
                                        "gen_ai.usage.details.cache_read_tokens"))
                        .cacheWrite(written == null ? AiSdkUsage.cacheWrite(metadata) : written)
                        .cacheWrite1h(AiSdkUsage.cacheWrite1h(metadata))
                        .reasoning(
                                said.countOrZero(
                                        "gen_ai.usage.reasoning.output_tokens",
                                        "gen_ai.usage.reasoning_tokens",
                                        "gen_ai.usage.reasoning_output_tokens",
                                        "gen_ai.usage.output_tokens.reasoning",
                                        "gen_ai.usage.details.reasoning_tokens",
                                        "codex.usage.reasoning_output_tokens"));
        modalities(said, tokens);
        if (said.isText(INPUT[0]) && UsageDialects.isCachedOutside(item)) {
            // Micrometer, for Spring AI 2.0: copies Anthropic's count, and its total is a sum of
            // that, so no arithmetic can tell. It writes every number as a text; nobody else does.
            tokens.cache(CacheShape.OUTSIDE);
            call.note("cache_added_to_input");
        }
        return true;
    }

    private static void modalities(OtlpAttributes said, ForeignTokens tokens) {
        tokens.audioInput(
                        part(
                                said.countOrZero(
                                        "gen_ai.usage.audio.input_tokens",
                                        "gen_ai.usage.details.input_audio_tokens"),
                                said.countOrZero(
                                        "gen_ai.usage.audio.cache_read.input_tokens",
                                        "gen_ai.usage.details.cache_audio_read_tokens")))
                .imageInput(
                        part(
                                said.countOrZero("gen_ai.usage.image.input_tokens"),
                                said.countOrZero("gen_ai.usage.image.cache_read.input_tokens")))
                .audioOutput(
                        said.countOrZero(
                                "gen_ai.usage.audio.output_tokens",
                                "gen_ai.usage.details.output_audio_tokens"))
                .imageOutput(said.countOrZero("gen_ai.usage.image.output_tokens"));
    }

    private static long part(long all, long cached) {
        return Math.max(0, all - Math.max(0, cached));
    }
}
