package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The ids of log records, and their bound. */
class OtlpLogsTest {

    private static final String CODEX =
            """
            {"timeUnixNano": "%d", "attributes": [
              {"key": "event.name", "value": {"stringValue": "codex.sse_event"}},
              {"key": "event.kind", "value": {"stringValue": "response.completed"}},
              {"key": "input_token_count", "value": {"stringValue": "5"}}]}
            """;

    @Test
    void shouldGiveTheSameRecordTheSameIdAndAnotherAnother() throws Exception {
        List<String> ids = ids(read(CODEX.formatted(1_000_000_001L) + ',' + CODEX.formatted(2)));

        assertThat(ids).doesNotHaveDuplicates().hasSize(2);
        assertThat(ids(read(CODEX.formatted(2)))).containsExactly(ids.getLast());
    }

    /** Codex with a model of Ollama's, which numbers its answers. */
    @Test
    void shouldNotTakeAnIdThatComesAgainForARecords() throws Exception {
        String one =
                CODEX.formatted(1_000_000_001L)
                        .replace(
                                "\"attributes\": [",
                                """
                                "attributes": [
                                  {"key": "response.id", "value": {"stringValue": "resp_123456"}},\
                                """);
        Adapted both = read(one + ',' + one.replace("1000000001", "2000000001"));

        assertThat(ids(both)).hasSize(2).doesNotHaveDuplicates().doesNotContain("otel:resp_123456");
        assertThat(ForeignJson.text(OtlpFixture.records(both).getFirst(), "request_id"))
                .isEqualTo("resp_123456");
    }

    @Test
    void shouldGiveClaudeCodesEventAndSpanOneId() throws Exception {
        assertThat(ids(OtlpFixture.of("claude-code-logs").adapt(true, new SpanMemory())))
                .isEqualTo(ids(OtlpFixture.of("claude-code-traces").adapt(true, new SpanMemory())));
    }

    @Test
    void shouldKnowClaudeCodesEventByItsShortNameInItsOwnScopeOnly() throws Exception {
        String event =
                """
                {"attributes": [
                  {"key": "event.name", "value": {"stringValue": "api_request"}},
                  {"key": "input_tokens", "value": {"intValue": 5}}]}
                """;

        assertThat(read(event).calls()).isEmpty();
        assertThat(read(event, "com.anthropic.claude_code.events").calls()).hasSize(1);
    }

    @Test
    void shouldRejectMoreCallsThanItTakes() throws Exception {
        StringBuilder records = new StringBuilder();
        for (int i = 0; i < OtlpTraces.CALLS_MAX + 1; i++) {
            records.append(i == 0 ? "" : ",").append(CODEX.formatted(i + 1));
        }
        Adapted adapted = read(records.toString());

        assertThat(adapted.calls()).hasSize(OtlpTraces.CALLS_MAX);
        assertThat(adapted.rejected())
                .extracting(Adapted.Rejection::sentence)
                .containsExactly("logRecords: more than 10000 calls in one request: send fewer");
    }

    @Test
    void shouldCountPositionsOfWhatItCannotRead() throws Exception {
        Adapted adapted = read("7," + CODEX.formatted(1));

        assertThat(adapted.rejected())
                .containsExactly(
                        new Adapted.Rejection(0, "logRecords: expected an object in the array"));
        assertThat(adapted.calls()).extracting(ForeignCall::position).containsExactly(1);
    }

    private static Adapted read(String records) throws ForeignFormatException {
        return read(records, "s");
    }

    private static Adapted read(String records, String scope) throws ForeignFormatException {
        String body =
                "{\"resourceLogs\":[{\"scopeLogs\":[{\"scope\":{\"name\":\"%s\"},\"logRecords\":[%s]}]}]}"
                        .formatted(scope, records);
        return OtlpLogs.read(
                body.getBytes(StandardCharsets.UTF_8), true, OtlpMapping.DEFAULT, Attribution.NONE);
    }

    private static List<String> ids(Adapted adapted) throws ForeignFormatException {
        return OtlpFixture.records(adapted).stream()
                .map(record -> ForeignJson.text(record, "record_id"))
                .toList();
    }
}
