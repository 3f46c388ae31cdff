package tekton.budget.poller.feed;

import java.util.List;
import java.util.Map;

/**
 * One name for one provider, where price lists have several. Usage reports may say any of them: the
 * matching of names is the rating's.
 */
final class Providers {

    /** LiteLLM tells apart by which code it calls a provider; the prices are the provider's. */
    private static final Map<String, String> LITELLM =
            Map.of(
                    "gemini", "google",
                    "cohere_chat", "cohere",
                    "azure_text", "azure",
                    "bedrock_converse", "bedrock",
                    "fireworks_ai-embedding-models", "fireworks_ai",
                    "text-completion-openai", "openai",
                    "text-completion-codestral", "codestral",
                    "text-completion-inception", "inception");

    private static final String VERTEX = "vertex_ai";

    /**
     * Authors at OpenRouter that sell their models themselves: OpenRouter passes their prices on
     * (openrouter.ai/docs/faq, "Pricing and Fees"), so it bears witness to them.
     */
    private static final Map<String, String> OPENROUTER_AUTHORS =
            Map.of(
                    "anthropic", "anthropic",
                    "cohere", "cohere",
                    "deepseek", "deepseek",
                    "google", "google",
                    "mistralai", "mistral",
                    "openai", "openai",
                    "x-ai", "xai");

    private Providers() {}

    /** The name of what LiteLLM calls {@code litellm_provider}. */
    static String ofLiteLlm(String name) {
        return name.startsWith(VERTEX) ? VERTEX : LITELLM.getOrDefault(name, name);
    }

    /** LiteLLM's key without the provider that it may begin with. */
    static String modelOfLiteLlm(String key, String litellmProvider) {
        for (String prefix :
                List.of(
                        litellmProvider,
                        ofLiteLlm(litellmProvider),
                        litellmProvider.replace('_', '-'))) {
            if (key.startsWith(prefix + '/')) {
                return key.substring(prefix.length() + 1);
            }
        }
        return key;
    }

    /** The provider that an author at OpenRouter is; empty when it sells nothing itself. */
    static String ofOpenRouterAuthor(String author) {
        return OPENROUTER_AUTHORS.getOrDefault(author, "");
    }
}
