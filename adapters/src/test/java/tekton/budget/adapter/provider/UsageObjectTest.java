package tekton.budget.adapter.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Usage objects that stand alone, as in a record of Budget's own. */
class UsageObjectTest {

    private static final Set<String> COUNTS =
            Set.of(
                    "input_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "cache_write_1h_tokens",
                    "audio_input_tokens",
                    "image_input_tokens",
                    "output_tokens",
                    "reasoning_tokens",
                    "audio_output_tokens",
                    "image_output_tokens");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
                    # Pairs consistent with the providers' rules, made up.
                    openai | {"prompt_tokens":1200,"prompt_tokens_details":{"cached_tokens":800,"cache_write_tokens":300},"completion_tokens":90,"completion_tokens_details":{"reasoning_tokens":40},"total_tokens":1290} | {"input_tokens":1200,"cached_input_tokens":800,"cache_write_tokens":300,"output_tokens":90,"reasoning_tokens":40}
                    anthropic | {"input_tokens":7,"cache_read_input_tokens":4000,"cache_creation_input_tokens":600,"cache_creation":{"ephemeral_5m_input_tokens":350,"ephemeral_1h_input_tokens":250},"output_tokens":120,"output_tokens_details":{"thinking_tokens":30}} | {"input_tokens":4607,"cached_input_tokens":4000,"cache_write_tokens":600,"cache_write_1h_tokens":250,"output_tokens":120,"reasoning_tokens":30}
                    google | {"promptTokenCount":500,"cachedContentTokenCount":200,"toolUsePromptTokenCount":60,"candidatesTokenCount":80,"thoughtsTokenCount":45,"totalTokenCount":685,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":100}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":40}]} | {"input_tokens":560,"cached_input_tokens":200,"audio_input_tokens":60,"output_tokens":125,"reasoning_tokens":45}
                    xai | {"prompt_tokens":1000,"completion_tokens":50,"completion_tokens_details":{"reasoning_tokens":300},"total_tokens":1350} | {"input_tokens":1000,"output_tokens":350,"reasoning_tokens":300}
                    bedrock | {"inputTokens":12,"cacheReadInputTokens":900,"cacheWriteInputTokens":88,"outputTokens":40,"totalTokens":1040} | {"input_tokens":1000,"cached_input_tokens":900,"cache_write_tokens":88,"output_tokens":40}
                    # The same without anybody's name: shapes and sums tell.
                    - | {"input_tokens":7,"cache_read_input_tokens":4000,"cache_creation_input_tokens":null,"cache_creation":{"ephemeral_5m_input_tokens":350,"ephemeral_1h_input_tokens":250},"output_tokens":120} | {"input_tokens":4607,"cached_input_tokens":4000,"cache_write_tokens":600,"cache_write_1h_tokens":250,"output_tokens":120}
                    - | {"prompt_tokens":1000,"completion_tokens":50,"completion_tokens_details":{"reasoning_tokens":300},"total_tokens":1350} | {"input_tokens":1000,"output_tokens":350,"reasoning_tokens":300}
                    # Anthropic's words with an inclusive total: Qianfan before June 2026 (cloud.baidu.com/doc/qianfan).
                    - | {"input_tokens":4007,"cache_read_input_tokens":4000,"output_tokens":10,"total_tokens":4017} | {"input_tokens":4007,"cached_input_tokens":4000,"output_tokens":10}
                    # OpenAI's Responses, LangChain's usage_metadata: the same word for the whole input.
                    - | {"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":5,"total_tokens":105} | {"input_tokens":100,"cached_input_tokens":60,"output_tokens":5}
                    - | {"input_tokens":100,"input_token_details":{"cache_read":60,"cache_creation":10},"output_tokens":50,"output_token_details":{"reasoning":20},"total_tokens":150} | {"input_tokens":100,"cached_input_tokens":60,"cache_write_tokens":10,"output_tokens":50,"reasoning_tokens":20}
                    # The objects of SDKs for JavaScript: @mistralai/mistralai 2.7.0, which leaves what it does not know as it is; @openrouter/sdk; cohere-ai 8.1.0.
                    mistral | {"promptTokens":1200,"completionTokens":90,"totalTokens":1290,"prompt_tokens_details":{"cached_tokens":800},"completion_tokens_details":{"reasoning_tokens":40}} | {"input_tokens":1200,"cached_input_tokens":800,"output_tokens":90,"reasoning_tokens":40}
                    openrouter | {"promptTokens":1200,"promptTokensDetails":{"cachedTokens":800,"cacheWriteTokens":300},"completionTokens":90,"completionTokensDetails":{"reasoningTokens":40},"totalTokens":1290} | {"input_tokens":1200,"cached_input_tokens":800,"cache_write_tokens":300,"output_tokens":90,"reasoning_tokens":40}
                    cohere | {"billedUnits":{"inputTokens":17,"outputTokens":12},"tokens":{"inputTokens":215,"outputTokens":12},"cachedTokens":5} | {"input_tokens":17,"cached_input_tokens":5,"output_tokens":12}
                    # Vercel's AI SDK writes Bedrock's words and counts the cache inside.
                    - | {"inputTokens":100,"outputTokens":50,"totalTokens":150,"cachedInputTokens":60,"reasoningTokens":20} | {"input_tokens":100,"cached_input_tokens":60,"output_tokens":50,"reasoning_tokens":20}
                    # Voyage's embeddings have a total alone.
                    - | {"total_tokens":9} | {"input_tokens":9}
                    # Images without details of the output.
                    - | {"input_tokens":60,"input_tokens_details":{"image_tokens":40,"text_tokens":20},"output_tokens":400,"total_tokens":460} | {"input_tokens":60,"image_input_tokens":40,"output_tokens":400,"image_output_tokens":400}
                    # Live API of Gemini.
                    - | {"promptTokenCount":50,"responseTokenCount":20,"totalTokenCount":70,"responseTokensDetails":[{"modality":"AUDIO","tokenCount":18}]} | {"input_tokens":50,"output_tokens":20,"audio_output_tokens":18}
                    # Cached audio in both: cut.
                    - | {"prompt_tokens":100,"prompt_tokens_details":{"cached_tokens":60,"audio_tokens":70},"completion_tokens":0,"total_tokens":100} | {"input_tokens":100,"cached_input_tokens":60,"audio_input_tokens":40}
                    # Beyond every bound, and no number of the sort.
                    - | {"prompt_tokens":1e999999999,"completion_tokens":-5,"total_tokens":"x"} | {"input_tokens":1000000000}
                    """)
    void shouldCountInBudgetsClasses(String provider, String usage, String counts)
            throws ForeignFormatException {
        JsonNode record =
                ProviderAnswersTest.record(
                        ProviderAnswers.ofUsageObject(json(usage), provider, null));
        ObjectNode told = (ObjectNode) record.deepCopy();
        told.retain(COUNTS);
        told.removeIf(count -> count.longValue() == 0);

        assertThat(told).isEqualTo(json(counts));
        assertThat(record.get("metadata").get("usage")).isEqualTo(json(usage));
    }

    @Test
    void shouldTellTheTierAndWhatMayChangeThePrice() throws Exception {
        JsonNode record =
                ProviderAnswersTest.record(
                        ProviderAnswers.ofUsageObject(
                                json(
                                        """
                                        {"input_tokens": 3, "output_tokens": 1, "speed": "fast",
                                         "service_tier": "priority"}\
                                        """),
                                "anthropic",
                                "claude-opus-5"));

        assertThat(ForeignJson.text(record, "service_tier")).isEqualTo("priority");
        assertThat(ForeignJson.text(record, "metadata", "speed")).isEqualTo("fast");
        assertThat(ForeignJson.text(record, "provider")).isEqualTo("anthropic");
        assertThat(ForeignJson.text(record, "model")).isEqualTo("claude-opus-5");
    }

    @Test
    void shouldSayThatPassesAreNotCounted() throws Exception {
        JsonNode record =
                ProviderAnswersTest.record(
                        ProviderAnswers.ofUsageObject(
                                json(
                                        """
                                        {"input_tokens": 3, "output_tokens": 1, "iterations": [
                                          {"type": "compaction", "input_tokens": 9,
                                           "output_tokens": 2},
                                          {"type": "message", "input_tokens": 3,
                                           "output_tokens": 1}]}\
                                        """),
                                "anthropic",
                                null));

        assertThat(ForeignJson.count(record, "input_tokens")).isEqualTo(3);
        assertThat(record.get("metadata").get("iterations_not_counted").booleanValue()).isTrue();
    }

    @Test
    void shouldRefuseWhatHasNoCounts() {
        assertThatThrownBy(() -> ProviderAnswers.ofUsageObject(json("{\"a\":1}"), null, null))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("usage: {\"a\":1}: expected a provider's object with counts of tokens");
        assertThatThrownBy(() -> ProviderAnswers.ofUsageObject(json("[7]"), null, null))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("usage: [7]: expected a provider's object with counts of tokens");
    }

    /** The same tokens in every provider's words, drawn by their rules. */
    @Test
    void shouldSumToWhatWasBilled() throws Exception {
        Random random = new Random(20_261_129);
        for (int i = 0; i < 2_000; i++) {
            int text = 1 + random.nextInt(1_000);
            int read = random.nextInt(3) * random.nextInt(5_000);
            int written = random.nextInt(3) * random.nextInt(900);
            int out = 1 + random.nextInt(500);
            int thought = random.nextInt(2) * random.nextInt(2_000);
            int in = text + read + written;
            String chat =
                    """
                    {"prompt_tokens": %d, "completion_tokens": %d, "total_tokens": %d,
                     "prompt_tokens_details": {"cached_tokens": %d, "cache_write_tokens": %d},
                     "completion_tokens_details": {"reasoning_tokens": %d}}\
                    """;
            int all = in + out + thought;

            assertBilled("openai", chat.formatted(in, out + thought, all, read, written, thought))
                    .isEqualTo(List.of(in, read, written, out + thought, thought));
            assertBilled("xai", chat.formatted(in, out, all, read, written, thought))
                    .isEqualTo(List.of(in, read, written, out + thought, thought));
            assertBilled(
                            "anthropic",
                            """
                            {"input_tokens": %d, "cache_read_input_tokens": %d,
                             "cache_creation_input_tokens": %d, "output_tokens": %d,
                             "output_tokens_details": {"thinking_tokens": %d}}\
                            """
                                    .formatted(text, read, written, out + thought, thought))
                    .isEqualTo(List.of(in, read, written, out + thought, thought));
            assertBilled(
                            "bedrock",
                            """
                            {"inputTokens": %d, "cacheReadInputTokens": %d,
                             "cacheWriteInputTokens": %d, "outputTokens": %d, "totalTokens": %d}\
                            """
                                    .formatted(text, read, written, out + thought, all))
                    .isEqualTo(List.of(in, read, written, out + thought, 0));
            String google =
                    """
                    {"promptTokenCount": %d, "toolUsePromptTokenCount": %d,
                     "cachedContentTokenCount": %d, "candidatesTokenCount": %d,
                     "thoughtsTokenCount": %d, "totalTokenCount": %d}\
                    """;
            assertBilled("google", google.formatted(text + read, written, read, out, thought, all))
                    .isEqualTo(List.of(in, read, 0, out + thought, thought));
            assertBilled(
                            "google",
                            google.formatted(
                                    text + read, written, read, out + thought, thought, all))
                    .isEqualTo(List.of(in, read, 0, out + thought, thought));
        }
    }

    /** Every class that has a price, in the words of those who tell it. */
    @Test
    void shouldSumEveryClassToWhatWasBilled() throws Exception {
        Random random = new Random(17);
        for (int i = 0; i < 2_000; i++) {
            int text = 1 + random.nextInt(1_000);
            int read = random.nextInt(3) * random.nextInt(5_000);
            int written = random.nextInt(2) * random.nextInt(900);
            int written1h = random.nextInt(2) * random.nextInt(900);
            int audio = random.nextInt(2) * random.nextInt(400);
            int audioRead = Math.min(read, random.nextInt(2) * random.nextInt(400));
            int image = random.nextInt(2) * random.nextInt(400);
            int out = 1 + random.nextInt(500);
            int thought = random.nextInt(2) * random.nextInt(2_000);
            int audioOut = random.nextInt(2) * random.nextInt(300);
            int in = text + read + audio + image;
            int writes = written + written1h;

            assertClasses(
                            "openai",
                            """
                            {"prompt_tokens": %d, "completion_tokens": %d, "total_tokens": %d,
                             "prompt_tokens_details": {"cached_tokens": %d, "cache_write_tokens": %d,
                              "audio_tokens": %d, "image_tokens": %d, "text_tokens": %d},
                             "completion_tokens_details": {"reasoning_tokens": %d, "audio_tokens": %d,
                              "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 1}}\
                            """
                                    .formatted(
                                            in + written,
                                            out + thought + audioOut,
                                            in + written + out + thought + audioOut,
                                            read,
                                            written,
                                            audio,
                                            image,
                                            text,
                                            thought,
                                            audioOut))
                    .isEqualTo(
                            List.of(
                                    in + written,
                                    read,
                                    written,
                                    0,
                                    audio,
                                    image,
                                    out + thought + audioOut,
                                    thought,
                                    audioOut));
            assertClasses(
                            "anthropic",
                            """
                            {"input_tokens": %d, "cache_read_input_tokens": %d,
                             "cache_creation_input_tokens": %d, "output_tokens": %d,
                             "cache_creation": {"ephemeral_5m_input_tokens": %d,
                              "ephemeral_1h_input_tokens": %d}}\
                            """
                                    .formatted(text, read, writes, out, written, written1h))
                    .isEqualTo(
                            List.of(
                                    text + read + writes,
                                    read,
                                    writes,
                                    written1h,
                                    0,
                                    0,
                                    out,
                                    0,
                                    0));
            assertClasses(
                            "bedrock",
                            """
                            {"inputTokens": %d, "cacheReadInputTokens": %d, "outputTokens": %d,
                             "cacheWriteInputTokens": %d, "totalTokens": %d, "cacheDetails": [
                              {"ttl": "5m", "inputTokens": %d}, {"ttl": "1h", "inputTokens": %d}]}\
                            """
                                    .formatted(
                                            text,
                                            read,
                                            out,
                                            writes,
                                            text + read + writes + out,
                                            written,
                                            written1h))
                    .isEqualTo(
                            List.of(
                                    text + read + writes,
                                    read,
                                    writes,
                                    written1h,
                                    0,
                                    0,
                                    out,
                                    0,
                                    0));
            assertClasses(
                            "google",
                            """
                            {"promptTokenCount": %d, "cachedContentTokenCount": %d,
                             "candidatesTokenCount": %d, "thoughtsTokenCount": %d,
                             "totalTokenCount": %d,
                             "promptTokensDetails": [{"modality": "TEXT", "tokenCount": %d},
                              {"modality": "AUDIO", "tokenCount": %d},
                              {"modality": "IMAGE", "tokenCount": %d}],
                             "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": %d}],
                             "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": %d}]}\
                            """
                                    .formatted(
                                            in,
                                            read,
                                            out + audioOut,
                                            thought,
                                            in + out + audioOut + thought,
                                            text + read - audioRead,
                                            audio + audioRead,
                                            image,
                                            audioRead,
                                            audioOut))
                    .isEqualTo(
                            List.of(
                                    in,
                                    read,
                                    0,
                                    0,
                                    audio,
                                    image,
                                    out + audioOut + thought,
                                    thought,
                                    audioOut));
        }
    }

    private static ListAssert<Integer> assertClasses(String provider, String usage)
            throws ForeignFormatException {
        return assertFields(
                provider,
                usage,
                "input_tokens",
                "cached_input_tokens",
                "cache_write_tokens",
                "cache_write_1h_tokens",
                "audio_input_tokens",
                "image_input_tokens",
                "output_tokens",
                "reasoning_tokens",
                "audio_output_tokens");
    }

    private static ListAssert<Integer> assertBilled(String provider, String usage)
            throws ForeignFormatException {
        return assertFields(
                provider,
                usage,
                "input_tokens",
                "cached_input_tokens",
                "cache_write_tokens",
                "output_tokens",
                "reasoning_tokens");
    }

    private static ListAssert<Integer> assertFields(String provider, String usage, String... names)
            throws ForeignFormatException {
        JsonNode record =
                ProviderAnswersTest.record(
                        ProviderAnswers.ofUsageObject(json(usage), provider, null));
        return assertThat(Stream.of(names).map(name -> record.path(name).intValue(0)).toList())
                .as("%s %s", provider, usage);
    }

    private static JsonNode json(String text) throws ForeignFormatException {
        return ForeignJson.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
