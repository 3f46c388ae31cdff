package tekton.budget.value;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The names under which one provider is known. Price lists, telemetry and frameworks write
 * different ones, and each separates words in its own way: dots, dashes, underscores and capitals
 * say nothing.
 *
 * <p>The names are those of <a
 * href="https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/">OpenTelemetry</a>
 * ({@code gen_ai.provider.name}, and {@code gen_ai.system} before it), <a
 * href="https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md">OpenInference</a>
 * ({@code llm.provider}, {@code llm.system}), <a
 * href="https://ai-sdk.dev/providers/ai-sdk-providers">Vercel's AI SDK</a> ({@code
 * ai.model.provider}), <a
 * href="https://reference.langchain.com/python/langchain/models/">LangChain</a> ({@code
 * ls_provider}, {@code init_chat_model}) and LiteLLM ({@code litellm_provider}).
 */
public final class Providers {

    /** Each with the name that prices should bear first. */
    private static final List<List<String>> NAMES =
            List.of(
                    List.of("openai", "text-completion-openai"),
                    List.of("anthropic"),
                    List.of(
                            "google",
                            "gemini",
                            "google ai",
                            "google ai studio",
                            "google gemini",
                            "google genai",
                            "google generative ai",
                            "gcp gemini",
                            "gcp genai"),
                    List.of(
                            "vertex_ai",
                            "vertex",
                            "google vertex",
                            "google vertex ai",
                            "gcp vertex ai",
                            "gcp vertex agent",
                            "anthropic vertex",
                            "google anthropic vertex",
                            "google vertex anthropic",
                            "vertex anthropic"),
                    List.of(
                            "azure",
                            "azure openai",
                            "azure ai openai",
                            "az ai openai",
                            "azure text"),
                    List.of("azure_ai", "azure ai inference", "az ai inference", "azure foundry"),
                    List.of(
                            "bedrock",
                            "bedrock converse",
                            "bedrock runtime",
                            "aws",
                            "aws bedrock",
                            "amazon bedrock",
                            "anthropic bedrock",
                            "bedrock anthropic"),
                    List.of("xai"),
                    List.of("mistral", "mistral ai"),
                    List.of("cohere", "cohere chat"),
                    List.of("moonshot", "moonshot ai"),
                    List.of("zai"),
                    List.of("together_ai", "together"),
                    List.of("fireworks_ai", "fireworks", "fireworks ai embedding models"),
                    List.of("watsonx", "watsonx ai", "ibm", "ibm watsonx", "ibm watsonx ai"),
                    List.of("perplexity", "perplexity ai"),
                    List.of("ollama", "ollama chat"),
                    List.of("nvidia_nim", "nvidia", "nvidia ai endpoints"),
                    List.of("voyage", "voyage ai"),
                    List.of("ai21", "ai21 labs"),
                    List.of("dashscope", "alibaba", "alibaba cloud"),
                    List.of("snowflake", "snowflake cortex"),
                    List.of("cloudflare", "workers ai", "cloudflare workers ai"),
                    List.of("oci", "oci genai", "oci generative ai"),
                    List.of("novita", "novita ai"),
                    List.of("lambda_ai", "lambda"),
                    List.of("jina_ai", "jina"),
                    List.of("stability", "stability ai"),
                    List.of("codestral", "text completion codestral"),
                    List.of("inception", "text completion inception"),
                    List.of("litellm", "litellm proxy"),
                    List.of("vercel_ai_gateway", "vercel", "gateway"));

    private static final String VERTEX_OF_MAKER = "vertex_ai-";

    private static final Map<String, String> BY_NAME = new HashMap<>();

    static {
        NAMES.forEach(names -> names.forEach(name -> BY_NAME.put(folded(name), names.getFirst())));
    }

    /**
     * Those that pass calls on to the provider that the model's name begins with, at its price. <a
     * href="https://openrouter.ai/docs/faq">OpenRouter</a>: "passes through the pricing of the
     * underlying providers". {@code unknown} is what Tekton calls a provider that it cannot tell,
     * and {@code _OTHER} what OpenTelemetry does.
     */
    private static final Set<String> GATEWAYS =
            Set.of("openrouter", "litellm", "vercel_ai_gateway", "unknown", "_other");

    /**
     * Clouds that serve other makers' models at prices of their own. Where a model's name begins
     * with one, it says who served the call, whoever made the model.
     */
    private static final Set<String> CLOUDS = Set.of("azure", "azure_ai", "bedrock", "vertex_ai");

    /**
     * Two doors of one house, through which the same models cost the same, and of which telemetry
     * often knows only one: Google's client libraries speak to both of Google's.
     */
    private static final Map<String, String> OTHER_DOORS =
            Map.of(
                    "google", "vertex_ai",
                    "vertex_ai", "google",
                    "azure_ai", "azure",
                    "azure", "azure_ai");

    /** Behind the dot of {@code ai.model.provider}. */
    private static final Set<String> DOORS =
            Set.of("chat", "completion", "responses", "messages", "embedding");

    private Providers() {}

    /** The name that prices of this provider should bear, in lower case. */
    public static String canonical(String provider) {
        String plain = provider.toLowerCase(Locale.ROOT);
        // LiteLLM's names of Vertex AI say which maker's models: vertex_ai-anthropic_models.
        return plain.startsWith(VERTEX_OF_MAKER)
                ? "vertex_ai"
                : BY_NAME.getOrDefault(folded(plain), plain);
    }

    /**
     * The canonical name of the provider that telemetry means: of the whole name, else of the
     * longest part before a dot that is known ({@code vertex.anthropic.messages}), else the name
     * without the AI SDK's word for the door ({@code groq.chat}), in lower case.
     */
    public static String named(String provider) {
        String name = provider.toLowerCase(Locale.ROOT);
        for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
            String known = BY_NAME.get(folded(name.substring(0, end)));
            if (known != null) {
                return known;
            }
        }
        int dot = name.lastIndexOf('.');
        return canonical(
                dot > 0 && DOORS.contains(name.substring(dot + 1)) ? name.substring(0, dot) : name);
    }

    /**
     * The providers whose prices usage of this one may have, by canonical name, the likeliest
     * first: itself, then what stands before a dot ({@code openai.responses}, {@code
     * anthropic.messages}), then another door of the same house.
     */
    public static List<String> serving(String provider) {
        List<String> serving = new ArrayList<>();
        String name = provider.toLowerCase(Locale.ROOT);
        while (true) {
            serving.add(canonical(name));
            int dot = name.lastIndexOf('.');
            if (BY_NAME.containsKey(folded(name)) || dot <= 0) {
                break;
            }
            name = name.substring(0, dot);
        }
        String other = OTHER_DOORS.get(serving.getLast());
        if (other != null) {
            serving.add(other);
        }
        return serving;
    }

    /**
     * What the doors of one house have in common, so that what one of them has says something of
     * the other: the canonical name of the first.
     */
    public static String house(String provider) {
        String canonical = canonical(provider);
        String other = OTHER_DOORS.getOrDefault(canonical, canonical);
        return canonical.compareTo(other) < 0 ? canonical : other;
    }

    /**
     * True when a model's name that begins with {@code prefix} and a slash is that prefix's model,
     * for usage of that provider. Not so where a host merely keeps the maker's name: Groq's {@code
     * openai/gpt-oss-20b} costs what Groq says.
     */
    public static boolean servedBy(String prefix, String provider) {
        String server = canonical(prefix);
        return CLOUDS.contains(server) || mayBeRatedBy(provider, prefix);
    }

    /**
     * True when usage of a provider may be rated by prices that are listed under that name. What a
     * model's own name says of a cloud that served it is left aside.
     */
    public static boolean mayBeRatedBy(String provider, String listed) {
        String server = folded(canonical(listed));
        return serving(provider).stream()
                .anyMatch(named -> server.equals(folded(named)) || GATEWAYS.contains(named));
    }

    /** A name without what separates its words. */
    public static String folded(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '.' && c != '-' && c != '_' && c != ' ') {
                folded.append(c);
            }
        }
        return folded.isEmpty() ? name : folded.toString();
    }
}
