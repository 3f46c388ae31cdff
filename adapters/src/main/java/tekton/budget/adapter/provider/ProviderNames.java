package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Locale;

/**
 * The provider of an answer that nobody named one for.
 *
 * @param name as Budget knows it; {@code unknown} if nothing says anything
 * @param assumed whether it follows only from the model's maker: a compatible server or a gateway
 *     may have answered just so
 */
record ProviderNames(String name, boolean assumed) {

    static final ProviderNames BEDROCK = certain("bedrock");

    private record Maker(String provider, List<String> prefixes) {}

    /** The names that makers give their own models; names of hosts' copies begin otherwise. */
    private static final List<Maker> MAKERS =
            List.of(
                    new Maker(
                            "openai",
                            List.of(
                                    "gpt-",
                                    "o1",
                                    "o3",
                                    "o4",
                                    "chatgpt-",
                                    "ft:gpt-",
                                    "text-embedding-",
                                    "codex-",
                                    "davinci",
                                    "babbage")),
                    new Maker("anthropic", List.of("claude-")),
                    new Maker("google", List.of("gemini-", "models/gemini")),
                    new Maker(
                            "mistral",
                            List.of(
                                    "mistral-",
                                    "ministral-",
                                    "magistral-",
                                    "codestral-",
                                    "devstral-",
                                    "pixtral-",
                                    "voxtral-",
                                    "open-mistral",
                                    "open-mixtral")),
                    new Maker("xai", List.of("grok-")),
                    new Maker("deepseek", List.of("deepseek-chat", "deepseek-reasoner")),
                    new Maker("perplexity", List.of("sonar")),
                    new Maker("cohere", List.of("command-")));

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
        String name = model == null ? "" : model.toLowerCase(Locale.ROOT);
        // Its weights are open: anyone may serve it.
        boolean open = name.startsWith("gpt-oss");
        for (Maker maker : MAKERS) {
            if (!open && maker.prefixes.stream().anyMatch(name::startsWith)) {
                return new ProviderNames(maker.provider, true);
            }
        }
        return new ProviderNames("unknown", true);
    }

    private static ProviderNames certain(String name) {
        return new ProviderNames(name, false);
    }
}
