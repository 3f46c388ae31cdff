package tekton.budget.pricing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The names under which one provider is known. Who publishes prices and who reports usage may write
 * different ones.
 */
public final class Providers {

    /** Each with the name that prices should bear first. */
    private static final List<List<String>> NAMES =
            List.of(
                    List.of("openai", "text-completion-openai"),
                    List.of("google", "gemini", "googleai", "google_ai_studio", "google-ai-studio"),
                    List.of("vertex_ai", "vertexai", "vertex-ai", "vertex", "google-vertex"),
                    List.of("azure", "azure_openai", "azure-openai", "azureopenai"),
                    List.of(
                            "bedrock",
                            "bedrock_converse",
                            "aws_bedrock",
                            "aws-bedrock",
                            "amazon_bedrock",
                            "amazon-bedrock"),
                    List.of("xai", "x-ai", "x_ai"),
                    List.of("mistral", "mistralai"),
                    List.of("cohere", "cohere_chat"),
                    List.of("moonshot", "moonshotai"),
                    List.of("zai", "z-ai", "z_ai"),
                    List.of("together_ai", "together-ai", "togetherai", "together"),
                    List.of("fireworks_ai", "fireworks-ai", "fireworks"),
                    List.of("litellm", "litellm_proxy"),
                    List.of("vercel_ai_gateway", "vercel-ai-gateway"));

    private static final Map<String, List<String>> BY_NAME = new HashMap<>();

    static {
        NAMES.forEach(names -> names.forEach(name -> BY_NAME.put(name, names)));
    }

    /**
     * Those that pass calls on to the provider that the model's name begins with, at its price. <a
     * href="https://openrouter.ai/docs/faq">OpenRouter</a>: "passes through the pricing of the
     * underlying providers". {@code unknown} is what Tekton calls a provider that it cannot tell.
     */
    private static final Set<String> GATEWAYS =
            Set.of("openrouter", "litellm", "vercel_ai_gateway", "unknown");

    /**
     * Clouds that serve other makers' models at prices of their own. Where a model's name begins
     * with one, it says who served the call, whoever made the model.
     */
    private static final Set<String> CLOUDS = Set.of("azure", "azure_ai", "bedrock", "vertex_ai");

    private Providers() {}

    /** The name that prices of this provider should bear, in lower case. */
    public static String canonical(String provider) {
        return namesOf(provider.toLowerCase(Locale.ROOT)).getFirst();
    }

    /** Every name of this provider, as it is written here first. */
    static List<String> spellings(String provider) {
        List<String> spellings = new ArrayList<>();
        spellings.add(provider);
        for (String name : namesOf(provider.toLowerCase(Locale.ROOT))) {
            if (!name.equals(provider)) {
                spellings.add(name);
            }
        }
        return spellings;
    }

    /**
     * True when a model's name that begins with {@code prefix} and a slash is that prefix's model,
     * for usage of that provider. Not so where a host merely keeps the maker's name: Groq's {@code
     * openai/gpt-oss-20b} costs what Groq says.
     */
    static boolean servedBy(String prefix, String provider) {
        String server = canonical(prefix);
        String named = canonical(provider);
        return server.equals(named) || GATEWAYS.contains(named) || CLOUDS.contains(server);
    }

    /**
     * True when usage of a provider may be rated by prices that are listed under that name. What a
     * model's own name says of a cloud that served it is left aside.
     */
    public static boolean mayBeRatedBy(String provider, String listed) {
        String named = canonical(provider);
        return named.equals(canonical(listed)) || GATEWAYS.contains(named);
    }

    private static List<String> namesOf(String lowerCase) {
        return BY_NAME.getOrDefault(lowerCase, List.of(lowerCase));
    }
}
