package tekton.budget.adapter.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.Fixtures;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Answers as providers send them, and the records that they are: {@code answers.json}. */
class ProviderAnswersTest {

    private static final long NOW = 1_795_700_000_000L;
    private static final Attribution CALLER =
            new Attribution("ctx", "comp", null, null, null, null);

    @TestFactory
    Stream<DynamicTest> shouldReadAnswers() throws Exception {
        return fixtures().stream()
                .map(
                        fixture ->
                                DynamicTest.dynamicTest(
                                        fixture.get("name").stringValue(),
                                        () -> shouldRead(fixture)));
    }

    private static void shouldRead(JsonNode fixture) throws ForeignFormatException {
        Adapted adapted = read(fixture, body(fixture));

        List<JsonNode> records = new ArrayList<>();
        for (ForeignCall call : adapted.calls()) {
            records.add(told(call));
        }
        assertThat(records).containsExactlyElementsOf(fixture.get("records").values());
        assertThat(adapted.ignored()).isEqualTo(ForeignJson.count(fixture, "ignored"));
        List<String> rejected = new ArrayList<>();
        ForeignJson.at(fixture, "rejected").forEach(said -> rejected.add(said.stringValue()));
        assertThat(adapted.rejected()).extracting(Adapted.Rejection::sentence).isEqualTo(rejected);
    }

    /** Shapes tell what tokens mean; a provider's name only where there is no total. */
    @TestFactory
    Stream<DynamicTest> shouldCountTheSameIfNobodyNamesTheProvider() throws Exception {
        return fixtures().stream()
                .filter(fixture -> !fixture.get("format").stringValue().equals("response"))
                .map(
                        fixture ->
                                DynamicTest.dynamicTest(
                                        fixture.get("name").stringValue(),
                                        () ->
                                                assertThat(counts(ProviderFormat.DETECT, fixture))
                                                        .isEqualTo(
                                                                counts(format(fixture), fixture))));
    }

    private static List<JsonNode> counts(ProviderFormat format, JsonNode fixture)
            throws ForeignFormatException {
        List<JsonNode> counts = new ArrayList<>();
        for (ForeignCall call : read(format, fixture, body(fixture)).calls()) {
            ObjectNode told = told(call);
            told.remove(List.of("provider", "record_id", "metadata"));
            counts.add(told);
        }
        return counts;
    }

    @Test
    void shouldKeepTheUsageAsItWas() throws Exception {
        JsonNode record =
                record(
                        answers(
                                        """
                                        data: {"type":"message_start","message":{"id":"msg_1",\
                                        "usage":{"input_tokens":4,"output_tokens":1,\
                                        "cache_creation":{"ephemeral_1h_input_tokens":0}}}}

                                        data: {"type":"message_delta","usage":\
                                        {"output_tokens":9,"input_tokens":null}}
                                        """)
                                .getFirst());

        assertThat(record.get("metadata").get("usage"))
                .isEqualTo(
                        json(
                                """
                                {"input_tokens": 4, "output_tokens": 9,
                                 "cache_creation": {"ephemeral_1h_input_tokens": 0}}\
                                """));
    }

    @Test
    void shouldTakeNumbersThatAreNoneAsAbsent() throws Exception {
        String chat =
                "{\"id\": \"chatcmpl-1\", \"object\": \"chat.completion\", \"created\": %s,"
                    + " \"choices\": [], \"usage\": {\"prompt_tokens\": 4, \"completion_tokens\":"
                    + " %s}}";
        for (String number : List.of("NaN", "Infinity", "-Infinity", "1e400")) {
            JsonNode record = record(answers(chat.formatted(number, "9")).getFirst());
            assertThat(ForeignJson.count(record, "output_tokens")).as(number).isEqualTo(9);
            assertThatThrownBy(
                            () ->
                                    answers(
                                            "{\"timestamp\": %s, \"response\": %s}"
                                                    .formatted(number, chat.formatted("1", "9"))))
                    .isInstanceOf(ForeignFormatException.class)
                    .hasMessageStartingWith("timestamp: ");
        }
        for (String number : List.of("NaN", "Infinity", "-Infinity")) {
            JsonNode record = record(answers(chat.formatted("1", number)).getFirst());
            assertThat(ForeignJson.count(record, "output_tokens")).as(number).isZero();
            JsonNode kept = ForeignJson.at(record, "metadata", "usage", "completion_tokens");
            assertThat(kept).isEqualTo(json('"' + number + '"'));
        }
    }

    @Test
    void shouldSayWhatItExpected() {
        assertThatThrownBy(() -> answers("  \n "))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("body: empty: expected a provider's answer");
        assertThatThrownBy(() -> answers("data: [DONE]\n\n"))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("body: empty: expected a provider's answer");
        assertThatThrownBy(() -> answers("[3]"))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("element 0: body: 3: expected a provider's answer as a JSON object");
        assertThatThrownBy(() -> answers("{\"a\":1,\"response\":{\"response\":{\"usage\":{}}}}"))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessageStartingWith("body: an object with \"response\": expected a provider's");
        assertThatThrownBy(() -> answers("{\"id\":\"chatcmpl-A1\",\"choices\":["))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessageStartingWith("body: not JSON: ");
    }

    @Test
    void shouldBoundCallsAndWhatItDoesNotUnderstand() throws Exception {
        String line = "{\"object\":\"response\",\"usage\":{\"input_tokens\":1}}\n";

        assertThat(answers(line.repeat(10_000))).hasSize(10_000);
        assertThatThrownBy(() -> answers(line.repeat(10_001)))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("body: more than 10000 calls: expected at most so many in one body");
        assertThatThrownBy(() -> answers(line + "{}\n".repeat(1_001)))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessageStartingWith(
                        "body: more than 1000 lines are no answers of a provider; the first: line"
                                + " 2: body: an object with nothing");
    }

    @Test
    void shouldKnowProvidersByTheirNames() {
        assertThat(ProviderFormat.parse("gemini")).contains(ProviderFormat.GOOGLE);
        assertThat(ProviderFormat.parse("vertex_ai")).contains(ProviderFormat.VERTEX_AI);
        assertThat(ProviderFormat.parse("Azure-OpenAI")).contains(ProviderFormat.AZURE);
        assertThat(ProviderFormat.parse("aws.bedrock")).contains(ProviderFormat.BEDROCK);
        assertThat(ProviderFormat.parse("x-ai")).contains(ProviderFormat.XAI);
        assertThat(ProviderFormat.parse("response")).contains(ProviderFormat.DETECT);
        assertThat(ProviderFormat.parse("record")).isEmpty();
        assertThat(ProviderFormat.parse("")).isEmpty();
    }

    static List<JsonNode> fixtures() throws IOException, ForeignFormatException {
        try (var in = ProviderAnswersTest.class.getResourceAsStream("answers.json")) {
            return List.copyOf(ForeignJson.read(in.readAllBytes()).values());
        }
    }

    /** A body: lines of text, or JSON. */
    static byte[] body(JsonNode fixture) {
        JsonNode body = fixture.get("body");
        if (!body.isArray() || !body.get(0).isString()) {
            return utf8(body.toString());
        }
        List<String> lines = new ArrayList<>();
        body.forEach(line -> lines.add(line.stringValue()));
        return utf8(String.join("\n", lines));
    }

    static Adapted read(JsonNode fixture, byte[] body) throws ForeignFormatException {
        return read(format(fixture), fixture, body);
    }

    private static ProviderFormat format(JsonNode fixture) {
        return ProviderFormat.parse(fixture.get("format").stringValue()).orElseThrow();
    }

    private static Adapted read(ProviderFormat format, JsonNode fixture, byte[] body)
            throws ForeignFormatException {
        String mediaType = ForeignJson.text(fixture, "mediaType");
        return ProviderAnswers.read(
                format,
                body,
                mediaType == null ? "" : mediaType,
                name -> ForeignJson.text(fixture, "headers", name),
                CALLER);
    }

    static JsonNode record(ForeignCall call) throws ForeignFormatException {
        Fixtures.checkFields(call);
        return ForeignJson.read(call.toRecord(NOW));
    }

    /** A record without its zeros, the raw usage, and what the caller's headers said. */
    private static ObjectNode told(ForeignCall call) throws ForeignFormatException {
        ObjectNode record = (ObjectNode) record(call);
        record.removeIf(value -> value.isNumber() && value.longValue() == 0);
        if (record.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("usage");
            if (metadata.isEmpty()) {
                record.remove("metadata");
            }
        }
        record.removeIf(value -> value.isString() && value.stringValue().equals("ctx"));
        record.removeIf(value -> value.isString() && value.stringValue().equals("comp"));
        return record;
    }

    private static List<ForeignCall> answers(String body) throws ForeignFormatException {
        return ProviderAnswers.read(ProviderFormat.DETECT, utf8(body), "", name -> null, CALLER)
                .calls();
    }

    private static JsonNode json(String text) throws ForeignFormatException {
        return ForeignJson.read(utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
