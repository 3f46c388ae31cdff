package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The provider of a model whose sender names none: its maker, by how the maker's own names begin.
 * Only makers that sell their models themselves are here; who serves an open model cannot be told.
 */
public final class ModelMaker {

    private static final Map<String, List<String>> BEGINNINGS =
            Map.of(
                    "openai",
                            List.of(
                                    "gpt-",
                                    "gpt3",
                                    "gpt4",
                                    "gpt5",
                                    "chatgpt-",
                                    "o1",
                                    "o3",
                                    "o4",
                                    "text-embedding-",
                                    "dall-e-",
                                    "whisper-",
                                    "tts-",
                                    "codex-",
                                    "ft:gpt-",
                                    "davinci",
                                    "babbage"),
                    "anthropic", List.of("claude-"),
                    "google", List.of("gemini-", "models/gemini", "imagen-", "veo-"),
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
                                    "open-mixtral"),
                    "cohere", List.of("command-", "embed-english-", "embed-multilingual-"),
                    "deepseek", List.of("deepseek-chat", "deepseek-reasoner"),
                    "xai", List.of("grok-"),
                    "perplexity", List.of("sonar"));

    /** Names of the same beginning that anybody may serve. */
    private static final List<String> OPEN = List.of("gpt-oss", "gpt-j", "gpt-neo", "mistral-7b");

    private ModelMaker() {}

    /** The canonical name of the provider; null if nobody can tell. */
    public static @Nullable String of(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        if (OPEN.stream().anyMatch(name::startsWith)) {
            return null;
        }
        for (Map.Entry<String, List<String>> maker : BEGINNINGS.entrySet()) {
            if (maker.getValue().stream().anyMatch(name::startsWith)) {
                return maker.getKey();
            }
        }
        return null;
    }
}
