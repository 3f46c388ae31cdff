package tekton.budget.adapter.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.Fixtures;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.Mutations;

import tools.jackson.databind.JsonNode;

import java.util.List;

/** Bodies of LiteLLM's callback, and bad ones. */
class LiteLlmLogsTest {

    private static final String TABLE = "/litellm/fixtures.json";

    private static final String CALL =
            "{\"id\": \"%s\", \"call_type\": \"acompletion\", \"prompt_tokens\": 1, \"messages\":"
                    + " \"%s\", \"response\": {\"choices\": \"%s\"}}";

    @Test
    void shouldReadWhatLiteLlmPosts() throws Exception {
        for (JsonNode row : Fixtures.table(TABLE)) {
            Fixtures.check(row, LiteLlmLogs.read(Fixtures.body(row), Fixtures.attribution(row)));
        }
    }

    @Test
    void shouldLetTheEndpointsContextWinOverATraceId() throws Exception {
        Adapted adapted =
                LiteLlmLogs.read(
                        Fixtures.utf8(
                                """
                                {"id": "1", "trace_id": "t", "prompt_tokens": 1,
                                 "metadata": {"user_api_key_alias": "key", "user_api_key_team_alias": "alias"}}\
                                """),
                        Fixtures.ATTRIBUTED);
        JsonNode record = ForeignJson.read(adapted.calls().getFirst().toRecord(Fixtures.NOW));

        assertThat(ForeignJson.text(record, "context_id")).isEqualTo("ctx");
        assertThat(ForeignJson.text(record, "component")).isEqualTo("key");
        assertThat(ForeignJson.text(record, "budget_id")).isEqualTo("alias");
    }

    /** LiteLLM passes on the ids of servers that it takes for OpenAI's. */
    @Test
    void shouldNotNameARecordAfterAnIdThatComesAgain() throws Exception {
        JsonNode record =
                ForeignJson.read(
                        read("""
                        {"id": "chatcmpl-42", "trace_id": "t", "prompt_tokens": 1}\
                        """)
                                .calls()
                                .getFirst()
                                .toRecord(Fixtures.NOW));

        assertThat(record.has("record_id")).isFalse();
        assertThat(record.has("request_id")).isFalse();
        assertThat(ForeignJson.text(record, "metadata", "request_id_raw")).isEqualTo("chatcmpl-42");
    }

    @Test
    void shouldRefuseTheOldPayloadWithAHint() {
        // str() of each value, as _get_v1_logging_payload makes them.
        String old =
                """
                [{"id": "chatcmpl-1", "call_type": "acompletion", "cache_hit": "False",
                  "startTime": "2026-11-26 13:00:00.123456", "endTime": "2026-11-26 13:00:01.5",
                  "model": "gpt-4o", "user": "", "modelParameters": "{}", "messages": "[]",
                  "response": "ModelResponse(id='chatcmpl-1')",
                  "usage": "Usage(completion_tokens=20, prompt_tokens=10)", "metadata": "{}",
                  "cost": "0.1"}]\
                """;
        assertThatThrownBy(() -> read(old))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage(
                        "record 0: usage: Python text, of litellm.generic_api_use_v1 (expected: a"
                                + " StandardLoggingPayload; set generic_api_use_v1 to false)");
    }

    @Test
    void shouldRefuseWhatIsNotLiteLlms() {
        assertThatThrownBy(() -> read(""))
                .hasMessage("body: empty (expected: a JSON object or an array of them)");
        assertThatThrownBy(() -> read("hello")).hasMessageContaining("body: not JSON");
        assertThatThrownBy(() -> read("{\"foo\": 1}"))
                .hasMessageContaining("StandardLoggingPayload");
        assertThatThrownBy(() -> read("[" + "null,".repeat(10_000) + "null]"))
                .hasMessage("body: too long an array (expected: at most 10000 elements)");
        assertThatThrownBy(() -> read("null\n".repeat(10_001)))
                .hasMessage("body: too many lines (expected: at most 10000)");
    }

    @Test
    void shouldPassOverPromptsAndAnswersOfMegabytes() throws Exception {
        String text = "prompt \\\"{[".repeat(600_000);
        Adapted adapted =
                read(
                        "["
                                + CALL.formatted("1", text, text)
                                + ","
                                + CALL.formatted("2", "", "")
                                + "]");

        assertThat(adapted.calls()).hasSize(2);
        assertThat(adapted.rejected()).isEmpty();
        assertThat(adapted.calls().getFirst().toRecord(Fixtures.NOW)).hasSizeLessThan(600);
    }

    @Test
    void shouldTakeTimesOfAnySize() throws Exception {
        for (String time : List.of("1e999999999", "1e-999999999", "-5", "0", "1e11", "Infinity")) {
            JsonNode record =
                    ForeignJson.read(
                            read("{\"id\": \"1\", \"prompt_tokens\": 1, \"endTime\": " + time + "}")
                                    .calls()
                                    .getFirst()
                                    .toRecord(Fixtures.NOW));
            assertThat(record.has("timestamp")).as(time).isFalse();
            assertThat(ForeignJson.text(record, "metadata", "time_raw")).isEqualTo(time);
        }
    }

    @Test
    void shouldGiveBackAResultOrOneExceptionWhateverComes() throws Exception {
        Mutations mutations = new Mutations(4);
        int read = 0;
        for (int round = 0; round < 300; round++) {
            for (JsonNode row : Fixtures.table(TABLE)) {
                try {
                    Adapted adapted =
                            LiteLlmLogs.read(
                                    mutations.of(Fixtures.body(row)), Fixtures.attribution(row));
                    for (ForeignCall call : adapted.calls()) {
                        ForeignJson.read(call.toRecord(Fixtures.NOW));
                        read++;
                    }
                } catch (ForeignFormatException expected) {
                    assertThat(expected.getMessage()).contains(": ");
                }
            }
        }
        assertThat(read).isPositive();
    }

    private static Adapted read(String body) throws ForeignFormatException {
        return LiteLlmLogs.read(Fixtures.utf8(body), Attribution.NONE);
    }
}
