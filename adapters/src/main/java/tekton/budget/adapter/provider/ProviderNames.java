package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.ModelMaker;

import tools.jackson.databind.JsonNode;

/**
 * The provider of an answer that nobody named one for.
 *
 * @param name as Budget knows it; {@code unknown} if nothing says anything
 * @param assumed whether it follows only from the model's maker: a compatible server or a gateway
 *     may have answered just so
 */
record ProviderNames(String name, boolean assumed) {

    static final ProviderNames BEDROCK = certain("bedrock");

    /** The provider that an answer shows. */
    static ProviderNames of(
            AnswerShape shape,
            JsonNode about,
            @Nullable JsonNode usage,
            @Nullable String id,
            @Nullable String model) {
        return switch (shape) {
            case ANTHROPIC -> certain(ofMessageId(id));
            case GOOGLE ->
                    certain(usage != null && usage.has("trafficType") ? "vertex_ai" : "google");
            case BEDROCK -> BEDROCK;
            case COHERE -> certain("cohere");
            case OLLAMA -> certain("ollama");
            case OPENAI, OPENAI_IMAGES -> {
                String marked = marked(about, usage, id);
                yield marked == null ? ofMaker(model) : certain(marked);
            }
        };
    }

    /** Whether a document has a mark of one provider that not every document of a stream has. */
    static boolean isMarked(JsonNode about) {
        return about.has("x_groq") || about.has("prompt_filter_results");
    }

    /** Anthropic's messages bear the cloud that served them in their ids. */
    private static String ofMessageId(@Nullable String id) {
        if (id != null && id.startsWith("msg_bdrk_")) {
            return "bedrock";
        }
        return id != null && id.startsWith("msg_vrtx_") ? "vertex_ai" : "anthropic";
    }

    /** Fields that only one provider adds to OpenAI's shape. */
    private static @Nullable String marked(
            JsonNode about, @Nullable JsonNode usage, @Nullable String id) {
        boolean cost =
                usage != null
                        && (usage.has("cost_details") || ForeignJson.at(usage, "cost").isNumber());
        if (cost || (id != null && id.startsWith("gen-"))) {
            return "openrouter";
        }
        if (usage != null && usage.has("cost_in_usd_ticks")) {
            return "xai";
        }
        if (usage != null && usage.has("prompt_cache_hit_tokens")) {
            return "deepseek";
        }
        if (usage != null && (usage.has("num_search_queries") || usage.has("citation_tokens"))) {
            return "perplexity";
        }
        if (about.has("x_groq")) {
            return "groq";
        }
        return about.has("prompt_filter_results") ? "azure" : null;
    }

    private static ProviderNames ofMaker(@Nullable String model) {
        String maker = model == null ? null : ModelMaker.of(model);
        return new ProviderNames(maker == null ? "unknown" : maker, true);
    }

    private static ProviderNames certain(String name) {
        return new ProviderNames(name, false);
    }
}
