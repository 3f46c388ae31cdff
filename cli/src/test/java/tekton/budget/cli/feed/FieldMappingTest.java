package tekton.budget.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.JsonTree;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

class FieldMappingTest {

    private static final Map<String, String> FALLBACKS =
            Map.of("context_id", "import-f", "component", "import");

    private static FieldMapping mapping(
            ImportFormat format, Map<String, String> map, Map<String, String> set) {
        return new FieldMapping(format, map, set, FALLBACKS);
    }

    private static JsonTree record(FieldMapping mapping, String row) throws UnfitLineException {
        return mapping.record(JsonTree.parse(row), "id-1", Duration.ofDays(1));
    }

    @Test
    void shouldTakeFieldsByTheirNamesAndByTheMap() throws Exception {
        FieldMapping mapping =
                mapping(
                        ImportFormat.BUDGET,
                        Map.of("input_tokens", "prompt", "user_id", "who.name"),
                        Map.of("provider", "openai"));

        assertThat(
                        record(
                                        mapping,
                                        "{\"model\":\"m\",\"prompt\":\"12\",\"output_tokens\":3.0,"
                                                + "\"who\":{\"name\":\"ann\"},\"provider\":\"x\","
                                                + "\"timestamp\":\"2026-11-01 00:00:00\"}")
                                .toString())
                .isEqualTo(
                        "{\"context_id\":\"import-f\",\"component\":\"import\",\"provider\":\"openai\","
                            + "\"model\":\"m\",\"user_id\":\"ann\",\"input_tokens\":12,"
                            + "\"output_tokens\":3,\"record_id\":\"id-1\","
                            + "\"timestamp\":\"2026-11-02T00:00:00Z\"}");
    }

    /** The next process keeps a map in another order, and goes on with the import of this one. */
    @Test
    void shouldDescribeTheSameOptionsAlikeInWhateverOrder() {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("context_id", "c");
        one.put("component", "a");
        Map<String, String> other = new LinkedHashMap<>();
        other.put("component", "a");
        other.put("context_id", "c");

        assertThat(new FieldMapping(ImportFormat.BUDGET, one, one, one).describe())
                .isEqualTo(new FieldMapping(ImportFormat.BUDGET, other, other, other).describe());
    }

    @Test
    void shouldReadRowsOfLiteLlm() throws Exception {
        FieldMapping mapping = mapping(ImportFormat.LITELLM, Map.of(), Map.of());
        String row =
                "{\"request_id\":\"r-1\",\"model\":\"anthropic/claude-3-opus\",\"prompt_tokens\":\"100\","
                    + "\"completion_tokens\":\"5\",\"startTime\":\"2026-11-01T00:00:00.5\","
                    + "\"user\":\"u\",\"end_user\":\"\",\"team_id\":\"team-a\",\"session_id\":\"s\","
                    + "\"metadata\":\"{\\\"user_api_key_alias\\\":\\\"shop\\\","
                    + "\\\"additional_usage_values\\\":{\\\"cache_read_input_tokens\\\":40}}\"}";

        assertThat(record(mapping, row).toString())
                .isEqualTo(
                        "{\"record_id\":\"r-1\",\"request_id\":\"r-1\",\"context_id\":\"s\",\"component\":\"shop\","
                            + "\"model\":\"claude-3-opus\",\"user_id\":\"u\",\"budget_id\":\"team-a\","
                            + "\"input_tokens\":100,\"output_tokens\":5,\"cached_input_tokens\":40,"
                            + "\"timestamp\":\"2026-11-02T00:00:00.500Z\",\"provider\":\"anthropic\"}");
        assertThat(mapping.skips(JsonTree.parse("{\"cache_hit\":\"True\"}"))).isTrue();
        assertThat(mapping.skips(JsonTree.parse("{\"cache_hit\":\"None\"}"))).isFalse();
        assertThat(mapping.skips(JsonTree.parse("{\"status\":\"failure\",\"total_tokens\":0}")))
                .isTrue();
        assertThat(mapping.skips(JsonTree.parse("{\"status\":\"failure\",\"total_tokens\":9}")))
                .isFalse();
    }

    /** What LiteLLM 1.8x writes of an answer of Anthropic, and its whole usage once more. */
    @Test
    void shouldReadThePartsOfLiteLlmsUsage() throws Exception {
        String usage =
                """
                "prompt_tokens_details":{"audio_tokens":null,"cached_tokens":66360,\
                "text_tokens":null,"image_tokens":null,"cache_creation_tokens":32435,\
                "cache_creation_token_details":{"ephemeral_5m_input_tokens":435,\
                "ephemeral_1h_input_tokens":32000}},\
                "completion_tokens_details":{"reasoning_tokens":120,"audio_tokens":null},\
                "cache_creation_input_tokens":32435,"cache_read_input_tokens":66360\
                """;
        String added = "\"usage_object\":null,\"additional_usage_values\":{%s}".formatted(usage);
        String whole =
                "\"additional_usage_values\":{},\"usage_object\":{\"prompt_tokens\":98805,%s}"
                        .formatted(usage);

        for (String metadata : List.of(added, whole)) {
            assertThat(liteLlm("98805", "500", metadata))
                    .containsEntry("input_tokens", "98805")
                    .containsEntry("cached_input_tokens", "66360")
                    .containsEntry("cache_write_tokens", "32435")
                    .containsEntry("cache_write_1h_tokens", "32000")
                    .containsEntry("reasoning_tokens", "120");
        }
        // Of versions that leave the cache out of the prompt.
        assertThat(liteLlm("10", "500", added)).containsEntry("input_tokens", "98805");
        // Of OpenAI, which names no cache of its own.
        assertThat(
                        liteLlm(
                                "2000",
                                "5",
                                "\"additional_usage_values\":{\"prompt_tokens_details\":"
                                    + "{\"cached_tokens\":1920},\"completion_tokens_details\":null}"))
                .containsEntry("cached_input_tokens", "1920")
                .doesNotContainKey("cache_write_tokens");
    }

    private static Map<String, String> liteLlm(String prompt, String completion, String metadata)
            throws UnfitLineException {
        JsonTree row =
                JsonTree.parse(
                        """
                        {"request_id":"r-1","model":"claude-opus-4-1","custom_llm_provider":"anthropic",\
                        "call_type":"acompletion","prompt_tokens":%s,"completion_tokens":%s,\
                        "startTime":"2026-11-01T00:00:00Z","status":"success","cache_hit":"None",\
                        "metadata":{"user_api_key_alias":"shop","status":"success",%s}}\
                        """
                                .formatted(prompt, completion, metadata));
        Map<String, String> fields = new HashMap<>();
        mapping(ImportFormat.LITELLM, Map.of(), Map.of())
                .record(row, "id", Duration.ZERO)
                .fields()
                .forEach((name, value) -> fields.put(name, value.text()));
        return fields;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m\",\"input_tokens\":\"1.5\",\"output_tokens\":1}|input_tokens:"
                        + " \"1.5\" (expected: an integer",
                "{\"model\":\"m\",\"input_tokens\":-1,\"output_tokens\":1}|input_tokens: \"-1\""
                        + " (expected",
                "{\"model\":\"m\",\"input_tokens\":1}|output_tokens: missing",
                "{\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":1,\"timestamp\":\"yesterday\"}|timestamp:"
                    + " \"yesterday\" (expected: ISO",
                "{\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":1,\"metadata\":\"{\"}|metadata:"
                    + " \"{\" (expected"
            })
    void shouldSayWhatIsWrong(String row, String message) {
        FieldMapping mapping = mapping(ImportFormat.BUDGET, Map.of(), Map.of("provider", "openai"));

        assertThatThrownBy(() -> record(mapping, row)).hasMessageStartingWith(message);
    }

    @Test
    void shouldNameTheColumnsThatAreThereAndTheOneThatIsNot() {
        FieldMapping mapping = mapping(ImportFormat.AZURE_TRACE, Map.of(), Map.of());

        assertThat(mapping.missing(Set.of("TIMESTAMP", "ContextTokens", "GeneratedTokens")))
                .isNull();
        assertThat(mapping.missing(Set.of("TIMESTAMP", "ContextTokens")))
                .hasMessageContaining("output_tokens: no column gives it")
                .hasMessageContaining("GeneratedTokens");
        assertThatThrownBy(() -> mapping(ImportFormat.BUDGET, Map.of("tokens", "a"), Map.of()))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("--map: \"tokens\" (expected: a field:");
    }

    @ParameterizedTest
    @CsvSource({
        "2023-11-16 18:17:03.9799600, 2023-11-16T18:17:03.979960Z",
        "2023-11-16T18:17:03+02:00, 2023-11-16T16:17:03Z",
        "2023-11-16 18:17:03+00, 2023-11-16T18:17:03Z",
        "1700000000, 2023-11-14T22:13:20Z",
        "1700000000.5, 2023-11-14T22:13:20.500Z",
        "1700000000123, 2023-11-14T22:13:20.123Z"
    })
    void shouldReadTimesAsFilesWriteThem(String text, String time) {
        assertThat(LineTimes.read(text)).hasToString(time);
    }

    @Test
    void shouldRefuseOtherTimes() {
        assertThatThrownBy(() -> LineTimes.read("16.11.2023"))
                .isInstanceOf(DateTimeException.class);
    }
}
