package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Providers;

import java.util.Optional;

/** The provider whose answers a body is said to have. The shape says by itself what it means. */
public enum ProviderFormat {
    OPENAI("openai"),
    AZURE("azure"),
    ANTHROPIC("anthropic"),
    GOOGLE("google"),
    VERTEX_AI("vertex_ai"),
    BEDROCK("bedrock"),
    MISTRAL("mistral"),
    COHERE("cohere"),
    XAI("xai"),
    DEEPSEEK("deepseek"),
    OPENROUTER("openrouter"),
    OLLAMA("ollama"),

    /** Nobody said: the body's shape tells, or nothing does. */
    DETECT(null);

    private static final String DETECT_SEGMENT = "response";

    private final @Nullable String provider;

    ProviderFormat(@Nullable String provider) {
        this.provider = provider;
    }

    /**
     * The format of a segment of a URL: a provider under any name that Budget knows it by ({@code
     * gemini}, {@code aws.bedrock}), or {@code response} for whatever comes.
     */
    public static Optional<ProviderFormat> parse(String segment) {
        if (segment.equalsIgnoreCase(DETECT_SEGMENT)) {
            return Optional.of(DETECT);
        }
        String canonical = Providers.canonical(segment);
        for (ProviderFormat format : values()) {
            if (canonical.equals(format.provider)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** The provider's name in records; null if nobody said. */
    public @Nullable String provider() {
        return provider;
    }
}
