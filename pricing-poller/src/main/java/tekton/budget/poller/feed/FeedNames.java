package tekton.budget.poller.feed;

import tekton.budget.value.Providers;

import java.util.List;
import java.util.Set;

/** What price lists call a provider and its models, in the names that prices bear. */
final class FeedNames {

    /**
     * Authors at OpenRouter that sell their models themselves: OpenRouter passes their prices on
     * (openrouter.ai/docs/faq, "Pricing and Fees"), so it bears witness to them.
     */
    private static final Set<String> SELLING_AUTHORS =
            Set.of("anthropic", "cohere", "deepseek", "google", "mistralai", "openai", "x-ai");

    private FeedNames() {}

    /** LiteLLM's key without the provider that it may begin with. */
    static String modelOfLiteLlm(String key, String litellmProvider) {
        for (String prefix :
                List.of(
                        litellmProvider,
                        Providers.canonical(litellmProvider),
                        litellmProvider.replace('_', '-'))) {
            if (key.startsWith(prefix + '/')) {
                return key.substring(prefix.length() + 1);
            }
        }
        return key;
    }

    /** The provider that an author at OpenRouter is; empty when it sells nothing itself. */
    static String providerOfAuthor(String author) {
        return SELLING_AUTHORS.contains(author) ? Providers.canonical(author) : "";
    }
}
