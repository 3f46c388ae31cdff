package tekton.budget.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tekton.budget.bench.load.SpanSample;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

class HostileSourceTest {

    private static final String DOCUMENT =
            """
            {"servers": [{"url": "/api"}, {"url": "/api/v1"}],
             "paths": {
              "/usage/record": {"post": {"requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Usage"}}}}}},
              "/totals/{dimension}": {"get": {"parameters": [
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}]}},
              "/shutdown": {"servers": [{"url": "/"}], "post": {}}},
             "components": {"schemas": {"Usage": {"type": "object",
               "required": ["context_id", "record_id", "input_tokens"],
               "properties": {"context_id": {"type": "string"}, "record_id": {"type": "string"},
                 "input_tokens": {"type": "integer", "minimum": 0, "maximum": 10}}}}}}
            """;

    private final ApiDocument document = ApiDocument.of(DOCUMENT.getBytes(UTF_8));
    private final byte[] spans = SpanSample.request();
    private final HostileSource source = new HostileSource(document, "the-key", spans);

    @Test
    void shouldNeverAskForTheEnd() {
        assertThat(document.operations())
                .extracting(operation -> operation.method() + ' ' + operation.path())
                .containsExactlyInAnyOrder(
                        "POST /api/usage/record",
                        "POST /api/v1/usage/record",
                        "GET /api/totals/{dimension}",
                        "GET /api/v1/totals/{dimension}");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TOPIC")
    void shouldMakeTheSameRequestOfTheSameNumberAndOthersOfOthers(HostileFamily family) {
        Set<String> different = new HashSet<>();
        for (long number = 0; number < 200; number++) {
            String once = text(source.of(family, new Dice(7, number)));

            assertThat(text(source.of(family, new Dice(7, number)))).isEqualTo(once);
            different.add(once);
        }
        assertThat(different).hasSizeGreaterThan(40);
        assertThat(text(source.of(family, new Dice(8, 1))))
                .isNotEqualTo(text(source.of(family, new Dice(7, 1))));
    }

    @Test
    void shouldFillInWhatTheSchemaAllowsAndMarkIt() {
        List<JsonNode> bodies =
                LongStream.range(0, 100)
                        .mapToObj(number -> source.of(HostileFamily.VALID, new Dice(1, number)))
                        .map(request -> text(request))
                        .filter(text -> text.startsWith("POST"))
                        .map(text -> text.substring(text.indexOf("\r\n\r\n") + 4))
                        .<JsonNode>map(body -> JsonMapper.shared().readTree(body))
                        .toList();

        assertThat(bodies)
                .isNotEmpty()
                .allMatch(body -> body.path("context_id").asString().startsWith("hc-"))
                .allMatch(body -> body.path("input_tokens").asLong() <= 10);
    }

    @Test
    void shouldMakeOfGoodValuesBadOnesOfManyKinds() {
        JsonNode good =
                JsonMapper.shared()
                        .readTree(
                                "{\"record_id\":\"r\",\"input_tokens\":1,\"metadata\":{\"a\":[1]}}");
        int unreadable = 0;
        int others = 0;
        for (long number = 0; number < 500; number++) {
            byte[] bytes = new JsonMutator(new Dice(3, number)).mutated(good);
            try {
                others += JsonMapper.shared().readTree(bytes).equals(good) ? 0 : 1;
            } catch (JacksonException e) {
                unreadable++;
            }
        }
        assertThat(unreadable).isBetween(50, 400);
        assertThat(others).isBetween(50, 400);
        assertThat(good.toString()).contains("\"input_tokens\":1");
    }

    @Test
    void shouldMakeFramesOfZstdThatAnExpanderWouldBelieve() {
        byte[] bomb = CompressedRequests.zstdBomb(64 * 1024 * 1024);

        assertThat(bomb).startsWith(0x28, 0xb5, 0x2f, 0xfd).hasSize(6 + 4 * 512);
        // The last block says so: bit 0 of its header, and its type is repeat.
        assertThat(bomb[bomb.length - 4] & 7).isEqualTo(3);
        assertThat(bomb[6] & 7).isEqualTo(2);
        assertThat(CompressedRequests.zstdRaw("x".getBytes(UTF_8))).hasSize(6 + 3 + 1);
    }

    private static String text(HostileRequest request) {
        StringBuilder text = new StringBuilder();
        request.parts().forEach(part -> text.append(new String(part, ISO_8859_1)));
        return text.toString();
    }
}
