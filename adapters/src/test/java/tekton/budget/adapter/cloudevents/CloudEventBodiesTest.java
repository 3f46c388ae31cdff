package tekton.budget.adapter.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.Fixtures;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.Mutations;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Events of real senders, and of bad ones. */
class CloudEventBodiesTest {

    private static final String TABLE = "/cloudevents/fixtures.json";

    @Test
    void shouldReadWhatRealSendersWrite() throws Exception {
        for (JsonNode row : Fixtures.table(TABLE)) {
            Fixtures.check(row, read(row, Fixtures.body(row)));
        }
    }

    @Test
    void shouldPassBudgetsOwnRecord() throws Exception {
        Adapted adapted =
                structured(
                        """
                        {"specversion": "1.0", "type": "com.tekton.budget.usage.v1", "id": "7",
                         "source": "rhetor", "subject": "chat-8", "time": "2026-11-26T13:00:00Z",
                         "data": {"provider": "openai", "model": "gpt-4o", "inputTokens": 12,
                          "output_tokens": 3.0, "token_style": "exclusive", "own": true}}\
                        """);

        assertThat(adapted.rejected()).isEmpty();
        assertThat(text(adapted))
                .isEqualTo(
                        """
                        {"provider":"openai","model":"gpt-4o","inputTokens":12,"output_tokens":3.0,\
                        "token_style":"exclusive","own":true,"record_id":"rhetor|7",\
                        "context_id":"chat-8","component":"rhetor","timestamp":"2026-11-26T13:00:00Z"}\
                        """);
    }

    @Test
    void shouldRefuseDataThatIsTooLargeAndOnlyThat() throws Exception {
        String large = "{\"tokens\": 1, \"model\": \"" + "x".repeat(140_000) + "\"}";
        Adapted adapted =
                structured("[" + prompt("1", large) + "," + prompt("2", "{\"tokens\": 2}") + "]");

        assertThat(adapted.calls()).hasSize(1);
        assertThat(adapted.rejected())
                .extracting(Adapted.Rejection::sentence)
                .containsExactly(
                        "event 0: data: absent, unreadable or too large (expected: a JSON object of"
                                + " at most 131072 bytes)");
        Adapted ignored =
                structured("{\"type\": \"other\", \"data\": \"" + "x".repeat(200_000) + "\"}");
        assertThat(ignored).isEqualTo(new Adapted(List.of(), 1, List.of()));
    }

    /** LiteLLM names an event after the answer; a sender's own ids are its own affair. */
    @Test
    void shouldNotNameARecordAfterAnAnswersIdThatComesAgain() throws Exception {
        JsonNode answered =
                record(
                        structured(
                                """
                                {"specversion": "1.0", "type": "litellm_tokens",
                                 "id": "chatcmpl-42", "source": "litellm-proxy", "subject": "u-7",
                                 "data": {"model": "llama3.2", "prompt_tokens": 3}}\
                                """));
        JsonNode own = record(structured(prompt("chatcmpl-42", "{\"tokens\": 2}")));

        assertThat(answered.has("record_id")).isFalse();
        assertThat(answered.has("request_id")).isFalse();
        assertThat(ForeignJson.text(answered, "metadata", "request_id_raw"))
                .isEqualTo("chatcmpl-42");
        assertThat(ForeignJson.text(own, "record_id")).isEqualTo("s|chatcmpl-42");
    }

    @Test
    void shouldNumberEventsAsTheyWereSent() throws Exception {
        Adapted adapted =
                structured(
                        "[{\"type\": \"other\"}, 7, "
                                + prompt("1", "{\"tokens\": 2}")
                                + ", "
                                + prompt("2", "3")
                                + "]");

        assertThat(adapted.calls()).extracting(ForeignCall::position).containsExactly(2);
        assertThat(adapted.rejected())
                .extracting(Adapted.Rejection::position)
                .containsExactly(1, 3);
    }

    @Test
    void shouldRefuseWhatIsNoCloudEventAtAll() {
        byte[] body = Fixtures.utf8(prompt("1", "{}"));
        assertThatThrownBy(() -> read(body, "text/plain", Map.of()))
                .hasMessage(
                        "Content-Type: \"text/plain\" (expected: application/cloudevents+json,"
                                + " application/cloudevents-batch+json, application/json, or any"
                                + " other with headers ce-id, ce-source, ce-specversion, ce-type)");
        assertThatThrownBy(() -> read(body, "application/cloudevents+avro", Map.of()))
                .hasMessageContaining("\"application/cloudevents+avro\"");
        assertThatThrownBy(() -> structured("[" + prompt("1", "{}") + ","))
                .hasMessageContaining("not JSON");
        assertThatThrownBy(() -> structured("")).hasMessageContaining("body: empty");
        assertThatThrownBy(() -> structured("[" + "{},".repeat(10_000) + "{}]"))
                .hasMessage("body: too long an array (expected: at most 10000 elements)");
        assertThatThrownBy(
                        () -> read(body, "text/plain", Map.of("ce-id", "%ff", "ce-type", "prompt")))
                .hasMessage("ce-id: \"ÿ\" (expected: UTF-8)");
    }

    @Test
    void shouldJudgeBinaryDataOnlyOfTypesThatCount() throws Exception {
        Map<String, String> headers =
                Map.of("ce-id", "1", "ce-source", "s", "ce-specversion", "1.0");
        byte[] png = {(byte) 0x89, 'P', 'N', 'G'};
        Adapted other = read(png, "image/png", with(headers, "ce-type", "picture"));
        assertThat(other.ignored()).isEqualTo(1);
        assertThat(other.rejected()).isEmpty();
        for (String type : new String[] {"image/png", "application/json"}) {
            assertThat(read(png, type, with(headers, "ce-type", "prompt")).rejected())
                    .extracting(Adapted.Rejection::sentence)
                    .containsExactly(
                            "event 0: data: absent, unreadable or too large (expected: a JSON"
                                    + " object of at most 131072 bytes)");
        }
        // Structured wins: its own type says that the body is the event.
        assertThat(
                        read(
                                        Fixtures.utf8("{\"type\": \"other\"}"),
                                        "application/cloudevents+json",
                                        with(headers, "ce-type", "prompt"))
                                .ignored())
                .isEqualTo(1);
    }

    @Test
    void shouldReadKafkaRecords() throws Exception {
        String data =
                "{\"tokens\": 3, \"model\": \"m\", \"provider\": \"p\", \"type\": \"output\"}";
        Map<String, String> structured =
                Map.of("content-type", "application/cloudevents+json; charset=UTF-8");
        Map<String, String> binary =
                Map.of(
                        "content-type", "application/json",
                        "ce_specversion", "1.0",
                        "ce_type", "prompt",
                        "ce_id", "e%201",
                        "ce_source", "é");

        assertThat(id(kafka(prompt("1", data), structured))).isEqualTo("s|1");
        assertThat(id(kafka(data, binary))).isEqualTo("é|e%201");
        assertThat(id(kafka(prompt("1", data), Map.of()))).isEqualTo("s|1");
        assertThat(
                        kafka(
                                        "[%s, {\"type\": \"other\"}]".formatted(prompt("1", data)),
                                        Map.of(
                                                "content-type",
                                                "application/cloudevents-batch+json"))
                                .ignored())
                .isEqualTo(1);
        assertThatThrownBy(
                        () ->
                                kafka(
                                        prompt("1", data),
                                        Map.of("content-type", "application/cloudevents+avro")))
                .hasMessage(
                        "content-type: \"application/cloudevents+avro\" (expected:"
                                + " application/cloudevents+json,"
                                + " application/cloudevents-batch+json, application/json, or any"
                                + " other with headers ce_id, ce_source, ce_specversion, ce_type)");
        assertThat(kafka(null, binary).rejected()).hasSize(1);
        assertThatThrownBy(() -> kafka(null, Map.of())).hasMessageContaining("body: empty");
        assertThatThrownBy(
                        () ->
                                CloudEventBodies.readKafka(
                                        null,
                                        name -> new byte[] {(byte) 0xFF},
                                        EventMapping.DEFAULT,
                                        Attribution.NONE))
                .hasMessage("content-type: \"ÿ\" (expected: UTF-8)");
    }

    @Test
    void shouldGiveBackAResultOrOneExceptionWhateverComes() throws Exception {
        Mutations mutations = new Mutations(17);
        int read = 0;
        for (int round = 0; round < 300; round++) {
            for (JsonNode row : Fixtures.table(TABLE)) {
                try {
                    for (ForeignCall call : read(row, mutations.of(Fixtures.body(row))).calls()) {
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

    private static Adapted read(JsonNode row, byte[] body) throws ForeignFormatException {
        return CloudEventBodies.read(
                body,
                ForeignJson.text(row, "content_type"),
                name -> ForeignJson.text(row, "headers", name),
                EventMapping.DEFAULT,
                Fixtures.attribution(row));
    }

    private static Adapted read(byte[] body, String contentType, Map<String, String> headers)
            throws ForeignFormatException {
        return CloudEventBodies.read(
                body, contentType, headers::get, EventMapping.DEFAULT, Attribution.NONE);
    }

    private static Adapted structured(String body) throws ForeignFormatException {
        return read(Fixtures.utf8(body), "application/cloudevents+json", Map.of());
    }

    private static Adapted kafka(@Nullable String value, Map<String, String> headers)
            throws ForeignFormatException {
        Function<String, byte @Nullable []> lookup =
                name -> headers.containsKey(name) ? Fixtures.utf8(headers.get(name)) : null;
        return CloudEventBodies.readKafka(
                value == null ? null : Fixtures.utf8(value),
                lookup,
                EventMapping.DEFAULT,
                Attribution.NONE);
    }

    private static Map<String, String> with(
            Map<String, String> headers, String name, String value) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(name, value);
        return all;
    }

    private static JsonNode record(Adapted adapted) throws ForeignFormatException {
        return ForeignJson.read(adapted.calls().getFirst().toRecord(Fixtures.NOW));
    }

    private static String prompt(String id, String data) {
        return "{\"specversion\": \"1.0\", \"type\": \"prompt\", \"source\": \"s\", \"id\": \"%s\", \"data\": %s}"
                .formatted(id, data);
    }

    private static String text(Adapted adapted) {
        return new String(
                adapted.calls().getFirst().toRecord(Fixtures.NOW), StandardCharsets.UTF_8);
    }

    private static @Nullable String id(Adapted adapted) throws ForeignFormatException {
        return ForeignJson.text(ForeignJson.read(Fixtures.utf8(text(adapted))), "record_id");
    }
}
