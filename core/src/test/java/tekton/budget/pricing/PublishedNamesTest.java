package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;

import java.time.Instant;
import java.util.stream.Stream;

/**
 * The names that telemetry conventions, frameworks and providers themselves publish, each list
 * whole, against prices as lists write them.
 */
class PublishedNamesTest {

    private static final PriceBook BOOK =
            PriceBook.of(
                    Stream.of(
                                    "openai/gpt-4.1",
                                    "openai/ft:gpt-4.1-2025-04-14",
                                    "openai/ft:gpt-3.5-turbo",
                                    "anthropic/claude-sonnet-4-5-20250929",
                                    "google/gemini-2.5-flash",
                                    "google/gemini-flash-latest",
                                    "vertex_ai/gemini-2.5-flash",
                                    "vertex_ai/claude-sonnet-4-5@20250929",
                                    "vertex_ai/text-bison@001",
                                    "azure/gpt-4.1",
                                    "azure_ai/mistral-large",
                                    "bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
                                    "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
                                    "bedrock/anthropic.claude-sonnet-4-6",
                                    "bedrock/amazon.titan-embed-text-v1",
                                    "bedrock/amazon.titan-embed-text-v2:0",
                                    "bedrock/amazon.nova-pro-v1:0",
                                    "bedrock/us-gov-west-1/amazon.nova-pro-v1:0",
                                    "azure/mistral-large-2402",
                                    "watsonx/ibm/granite-3-8b-instruct",
                                    "mistral/mistral-large-2411",
                                    "cohere/command-r",
                                    "perplexity/sonar",
                                    "xai/grok-4",
                                    "deepseek/deepseek-chat",
                                    "groq/llama-3.1-8b-instant",
                                    "moonshot/kimi-k2",
                                    "together_ai/meta-llama/Llama-3-8b",
                                    "fireworks_ai/accounts/fireworks/models/llama-v3p1-8b",
                                    "ollama/llama3",
                                    "nvidia_nim/llama3",
                                    "cerebras/llama3.1-8b",
                                    "deepinfra/llama3",
                                    "openrouter/openai/gpt-4.1",
                                    "github_copilot/gpt-4.1",
                                    "databricks/dbrx")
                            .map(PublishedNamesTest::price)
                            .toList());

    /**
     * {@code gen_ai.provider.name}: every value of
     * opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai, then those of {@code
     * gen_ai.system} that it replaced.
     */
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4.1, openai/gpt-4.1",
        "gcp.gen_ai, gemini-2.5-flash, google/gemini-2.5-flash",
        "gcp.vertex_ai, gemini-2.5-flash, vertex_ai/gemini-2.5-flash",
        "gcp.gemini, gemini-2.5-flash, google/gemini-2.5-flash",
        "anthropic, claude-sonnet-4-5, anthropic/claude-sonnet-4-5-20250929",
        "cohere, command-r, cohere/command-r",
        "azure.ai.inference, mistral-large, azure_ai/mistral-large",
        "azure.ai.openai, gpt-4.1, azure/gpt-4.1",
        "ibm.watsonx.ai, ibm/granite-3-8b-instruct, watsonx/ibm/granite-3-8b-instruct",
        "aws.bedrock, anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        "perplexity, sonar, perplexity/sonar",
        "x_ai, grok-4, xai/grok-4",
        "deepseek, deepseek-chat, deepseek/deepseek-chat",
        "groq, llama-3.1-8b-instant, groq/llama-3.1-8b-instant",
        "mistral_ai, mistral-large-2411, mistral/mistral-large-2411",
        "moonshot_ai, kimi-k2, moonshot/kimi-k2",
        "az.ai.openai, gpt-4.1, azure/gpt-4.1",
        "az.ai.inference, mistral-large, azure_ai/mistral-large",
        "vertex_ai, gemini-2.5-flash, vertex_ai/gemini-2.5-flash",
        "gemini, gemini-2.5-flash, google/gemini-2.5-flash",
        "xai, grok-4, xai/grok-4",
        "_OTHER, openai/gpt-4.1, openai/gpt-4.1",
    })
    void shouldKnowOpenTelemetrysProviders(String provider, String model, String found) {
        assertFound(provider, model, found);
    }

    /** {@code llm.provider} and {@code llm.system} of OpenInference. */
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4.1, openai/gpt-4.1",
        "anthropic, claude-sonnet-4-5, anthropic/claude-sonnet-4-5-20250929",
        "cohere, command-r, cohere/command-r",
        "mistralai, mistral-large-2411, mistral/mistral-large-2411",
        "azure, gpt-4.1, azure/gpt-4.1",
        "google, gemini-2.5-flash, google/gemini-2.5-flash",
        "aws, amazon.nova-pro-v1:0, bedrock/amazon.nova-pro-v1:0",
        "xai, grok-4, xai/grok-4",
        "deepseek, deepseek-chat, deepseek/deepseek-chat",
        "vertexai, gemini-2.5-flash, vertex_ai/gemini-2.5-flash",
        "groq, llama-3.1-8b-instant, groq/llama-3.1-8b-instant",
        "together, meta-llama/Llama-3-8b, together_ai/meta-llama/Llama-3-8b",
        "ollama, llama3, ollama/llama3",
    })
    void shouldKnowOpenInferencesProviders(String provider, String model, String found) {
        assertFound(provider, model, found);
    }

    /** {@code ai.model.provider} of Vercel's AI SDK. */
    @ParameterizedTest
    @CsvSource({
        "openai.chat, gpt-4.1, openai/gpt-4.1",
        "openai.responses, gpt-4.1, openai/gpt-4.1",
        "openai.completion, gpt-4.1, openai/gpt-4.1",
        "azure-openai.chat, gpt-4.1, azure/gpt-4.1",
        "azure.chat, gpt-4.1, azure/gpt-4.1",
        "azure.responses, gpt-4.1, azure/gpt-4.1",
        "anthropic.messages, claude-sonnet-4-5, anthropic/claude-sonnet-4-5-20250929",
        "google.generative-ai, gemini-2.5-flash, google/gemini-2.5-flash",
        "google.vertex.chat, gemini-2.5-flash, vertex_ai/gemini-2.5-flash",
        "vertex.anthropic.messages, claude-sonnet-4-5@20250929,"
                + " vertex_ai/claude-sonnet-4-5@20250929",
        "amazon-bedrock, amazon.nova-pro-v1:0, bedrock/amazon.nova-pro-v1:0",
        "bedrock.anthropic.messages, anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        "mistral.chat, mistral-large-2411, mistral/mistral-large-2411",
        "cohere.chat, command-r, cohere/command-r",
        "xai.chat, grok-4, xai/grok-4",
        "groq.chat, llama-3.1-8b-instant, groq/llama-3.1-8b-instant",
        "deepseek.chat, deepseek-chat, deepseek/deepseek-chat",
        "togetherai.chat, meta-llama/Llama-3-8b, together_ai/meta-llama/Llama-3-8b",
        "fireworks.chat, accounts/fireworks/models/llama-v3p1-8b,"
                + " fireworks_ai/accounts/fireworks/models/llama-v3p1-8b",
        "cerebras.chat, llama3.1-8b, cerebras/llama3.1-8b",
        "deepinfra.chat, llama3, deepinfra/llama3",
        "perplexity, sonar, perplexity/sonar",
        "gateway, openai/gpt-4.1, openai/gpt-4.1",
    })
    void shouldKnowTheAiSdksProviders(String provider, String model, String found) {
        assertFound(provider, model, found);
    }

    /** {@code ls_provider} and {@code init_chat_model} of LangChain. */
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4.1, openai/gpt-4.1",
        "anthropic, claude-sonnet-4-5, anthropic/claude-sonnet-4-5-20250929",
        "azure, gpt-4.1, azure/gpt-4.1",
        "azure_openai, gpt-4.1, azure/gpt-4.1",
        "azure_ai, mistral-large, azure_ai/mistral-large",
        "google_vertexai, gemini-2.5-flash, vertex_ai/gemini-2.5-flash",
        "google_genai, gemini-2.5-flash, google/gemini-2.5-flash",
        "google_anthropic_vertex, claude-sonnet-4-5@20250929,"
                + " vertex_ai/claude-sonnet-4-5@20250929",
        "anthropic_bedrock, anthropic.claude-sonnet-4-6, bedrock/anthropic.claude-sonnet-4-6",
        "amazon_bedrock, amazon.nova-pro-v1:0, bedrock/amazon.nova-pro-v1:0",
        "bedrock, amazon.nova-pro-v1:0, bedrock/amazon.nova-pro-v1:0",
        "bedrock_converse, amazon.nova-pro-v1:0, bedrock/amazon.nova-pro-v1:0",
        "cohere, command-r, cohere/command-r",
        "fireworks, accounts/fireworks/models/llama-v3p1-8b,"
                + " fireworks_ai/accounts/fireworks/models/llama-v3p1-8b",
        "together, meta-llama/Llama-3-8b, together_ai/meta-llama/Llama-3-8b",
        "mistralai, mistral-large-2411, mistral/mistral-large-2411",
        "mistral, mistral-large-2411, mistral/mistral-large-2411",
        "groq, llama-3.1-8b-instant, groq/llama-3.1-8b-instant",
        "ollama, llama3, ollama/llama3",
        "deepseek, deepseek-chat, deepseek/deepseek-chat",
        "ibm, ibm/granite-3-8b-instruct, watsonx/ibm/granite-3-8b-instruct",
        "nvidia, llama3, nvidia_nim/llama3",
        "xai, grok-4, xai/grok-4",
        "openrouter, openai/gpt-4.1, openrouter/openai/gpt-4.1",
        "perplexity, sonar, perplexity/sonar",
        "databricks, dbrx, databricks/dbrx",
    })
    void shouldKnowLangChainsProviders(String provider, String model, String found) {
        assertFound(provider, model, found);
    }

    /** What separates the words of a name says nothing, of providers that no table has either. */
    @ParameterizedTest
    @CsvSource({
        "GitHub-Copilot, gpt-4.1, github_copilot/gpt-4.1",
        "github.copilot, gpt-4.1, github_copilot/gpt-4.1",
        "Vertex-AI, gemini_2.5_flash, vertex_ai/gemini-2.5-flash",
        "openai, gpt-4-1, openai/gpt-4.1",
        "openai, gpt_4_1, openai/gpt-4.1",
        "Azure OpenAI, GPT-4.1, azure/gpt-4.1",
    })
    void shouldNotCareForSeparators(String provider, String model, String found) {
        assertFound(provider, model, found);
    }

    @ParameterizedTest
    @CsvSource({
        // Google's resource names.
        "google, models/gemini-2.5-flash, google/gemini-2.5-flash",
        "google, publishers/google/models/gemini-2.5-flash, google/gemini-2.5-flash",
        "gcp.vertex_ai,"
                + " projects/p-1/locations/us-central1/publishers/google/models/gemini-2.5-flash,"
                + " vertex_ai/gemini-2.5-flash",
        "gcp.vertex_ai,"
            + " //aiplatform.googleapis.com/projects/p/locations/eu/publishers/anthropic/models/claude-sonnet-4-5@20250929,"
            + " vertex_ai/claude-sonnet-4-5@20250929",
        "gcp.gemini, https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash,"
                + " google/gemini-2.5-flash",
        // One door of Google's house knows the other's models.
        "google_genai, claude-sonnet-4-5@20250929, vertex_ai/claude-sonnet-4-5@20250929",
        "google, text-bison-001, vertex_ai/text-bison@001",
        "azure.ai.inference, gpt-4.1, azure/gpt-4.1",
        // Latest.
        "google, gemini-flash-latest, google/gemini-flash-latest",
        "google, models/gemini-flash-latest, google/gemini-flash-latest",
        "anthropic, claude-sonnet-4-5-latest, anthropic/claude-sonnet-4-5-20250929",
        "anthropic, claude-sonnet-4.5, anthropic/claude-sonnet-4-5-20250929",
        // Fine-tuned models, with organisation, suffix and id.
        "openai, ft:gpt-4.1-2025-04-14:acme::AbC123, openai/ft:gpt-4.1-2025-04-14",
        "openai, ft:gpt-4.1-2025-04-14:acme:support:AbC123, openai/ft:gpt-4.1-2025-04-14",
        "openai, ft:gpt-4.1-2025-04-14:acme::AbC123:ckpt-step-90, openai/ft:gpt-4.1-2025-04-14",
        "openai, ft:gpt-4.1:acme::AbC123, openai/ft:gpt-4.1-2025-04-14",
        "openai, ft:gpt-3.5-turbo-0125:acme::AbC123, openai/ft:gpt-3.5-turbo",
        // Bedrock.
        "bedrock, converse/anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock, converse/us.anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock, bedrock/converse/eu-west-1/anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock, invoke/anthropic.claude-sonnet-4-6, bedrock/anthropic.claude-sonnet-4-6",
        "bedrock, anthropic.claude-sonnet-4-6-v1:0, bedrock/anthropic.claude-sonnet-4-6",
        "bedrock, anthropic.claude-haiku-4-5-20251001-v1,"
                + " bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock, anthropic.claude-haiku-4-5-20251001,"
                + " bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock, global.anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock, apac.amazon.nova-pro-v1:0, bedrock/amazon.nova-pro-v1:0",
        "bedrock, bedrock/us-gov-west-1/amazon.nova-pro-v1:0,"
                + " bedrock/us-gov-west-1/amazon.nova-pro-v1:0",
        "bedrock, converse/us-gov-west-1/amazon.nova-pro-v1:0,"
                + " bedrock/us-gov-west-1/amazon.nova-pro-v1:0",
        "bedrock, us-east-1/amazon.nova-pro-v1:0, bedrock/amazon.nova-pro-v1:0",
        "azure_ai, mistral-large-2402, azure/mistral-large-2402",
        "azure_ai, mistral-large-2407, azure_ai/mistral-large",
        "bedrock, amazon.nova-pro-v1:0:24k, bedrock/amazon.nova-pro-v1:0",
        "aws.bedrock, arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0,"
                + " bedrock/amazon.nova-pro-v1:0",
        "aws.bedrock,"
            + " arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0,"
            + " bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock, amazon.titan-embed-text-v2:0, bedrock/amazon.titan-embed-text-v2:0",
        "bedrock, amazon.titan-embed-text-v1:2, bedrock/amazon.titan-embed-text-v1",
        // A name that only Bedrock gives, whoever telemetry takes for the provider.
        "anthropic, us.anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "unknown, bedrock/converse/us.anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
    })
    void shouldReadNamesAsProvidersGiveThem(String provider, String model, String found) {
        assertFound(provider, model, found);
    }

    @ParameterizedTest
    @CsvSource({
        "bedrock, amazon.titan-embed-text-v3:0",
        "aws.bedrock,"
                + " arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3",
        "gcp.vertex_ai, projects/p/locations/eu/endpoints/123456",
        "google, tunedModels/my-model",
        "openai, ft:gpt-5:acme::AbC123",
        "openai, ft:",
        "openai, models/",
        "acme.openai, gpt-4.1",
        "groq.openai, gpt-4.1",
        "., gpt-4.1",
        "..., gpt-4.1",
        "-, -",
    })
    void shouldNotGuess(String provider, String model) {
        assertThat(BOOK.match(provider, model, 0)).isEmpty();
    }

    private static void assertFound(String provider, String model, String found) {
        assertThat(BOOK.match(provider, model, 0))
                .hasValueSatisfying(
                        match ->
                                assertThat(match.price().provider() + '/' + match.price().model())
                                        .isEqualTo(found));
    }

    private static PricePublished price(String name) {
        int slash = name.indexOf('/');
        return new PricePublished(
                name.substring(0, slash),
                name.substring(slash + 1),
                Instant.EPOCH,
                "test",
                Rates.of(1, 2),
                true);
    }
}
