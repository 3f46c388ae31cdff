package tekton.budget.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of telemetry, as records bear them. */
class ProvidersTest {

    @ParameterizedTest
    @CsvSource({
        "aws.bedrock, bedrock",
        "azure.ai.openai, azure",
        "az.ai.openai, azure",
        "azure.ai.inference, azure_ai",
        "gcp.gemini, google",
        "gcp.gen_ai, google",
        "gcp.vertex_ai, vertex_ai",
        "gcp.vertex.agent, vertex_ai",
        "x_ai, xai",
        "mistral_ai, mistral",
        "moonshot_ai, moonshot",
        "ibm.watsonx.ai, watsonx",
        "OpenAI, openai",
        "openai.responses, openai",
        "anthropic.messages, anthropic",
        "google.generative-ai, google",
        "google.vertex.chat, vertex_ai",
        "vertex.anthropic.messages, vertex_ai",
        "amazon-bedrock, bedrock",
        "groq.chat, groq",
        "deepseek, deepseek",
        "api.example.com, api.example.com",
        ".chat, .chat",
        "'', ''",
    })
    void shouldNameTheProviderThatTelemetryMeans(String telemetry, String named) {
        assertThat(Providers.named(telemetry)).isEqualTo(named);
    }
}
