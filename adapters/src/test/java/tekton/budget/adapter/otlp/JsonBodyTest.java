package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/** Requests in JSON that no SDK sends. */
class JsonBodyTest {

    private static final String SPAN =
            """
            {"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "00000000000000%s",
             "attributes": [
               {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
               {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}},
               {"key": "gen_ai.usage.output_tokens", "value": %s}]}
            """;
    private static final String NO_VALUE = "{}";

    @Test
    void shouldTakeANumberBeyondEveryTypeAsAbsent() throws Exception {
        for (String number :
                List.of(
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "1e400",
                        "-1e400",
                        "9".repeat(400),
                        "-" + "9".repeat(400))) {
            for (String type : List.of("doubleValue", "intValue")) {
                String value = "{\"%s\": %s}".formatted(type, number);
                Adapted adapted = read(SPAN.formatted("01", value));

                assertThat(adapted.calls()).as(value).hasSize(1);
                if (type.equals("doubleValue")) {
                    assertThat(ForeignJson.count(record(adapted), "output_tokens"))
                            .as(value)
                            .isZero();
                }
            }
        }
    }

    @Test
    void shouldCountPositionsOfWhatItCannotRead() throws Exception {
        Adapted adapted =
                read(
                        String.join(
                                ",",
                                "7",
                                SPAN.formatted("01", NO_VALUE),
                                "null",
                                SPAN.formatted("02", NO_VALUE)));

        assertThat(adapted.rejected())
                .containsExactly(
                        new Adapted.Rejection(0, "spans: expected an object in the array"),
                        new Adapted.Rejection(2, "spans: expected an object in the array"));
        assertThat(adapted.calls()).extracting(ForeignCall::position).containsExactly(1, 3);
        assertThat(adapted.ignored()).isZero();
    }

    @Test
    void shouldRememberRejectionsOnceThatItDoesNotExplain() throws Exception {
        List<Adapted.Rejection> rejected = read(ones(1_000)).rejected();

        assertThat(rejected).hasSize(1_000);
        assertThat(rejected.get(99).position()).isEqualTo(99);
        assertThat(rejected.subList(100, 1_000)).allSatisfy(JsonBodyTest::shouldBeTheShared);
    }

    private static void shouldBeTheShared(Adapted.Rejection rejection) {
        assertThat(rejection).isSameAs(OtlpRejections.UNEXPLAINED);
    }

    @Test
    void shouldRefuseMorePartsThanItCanRemember() {
        assertThatThrownBy(() -> read(ones(1_000_000)))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("body: more than 1000000 spans, resources and scopes");
        assertThatThrownBy(() -> read("{\"resourceSpans\": [%s]}", ones(1_000_001)))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("body: more than 1000000 spans, resources and scopes");
        assertThatThrownBy(
                        () ->
                                read(
                                        "{\"resourceSpans\": [{\"scopeSpans\": [%s]}]}",
                                        ones(1_000_000)))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessage("body: more than 1000000 spans, resources and scopes");
    }

    private static String ones(int count) {
        return String.join(",", Collections.nCopies(count, "1"));
    }

    private static Adapted read(String spans) throws ForeignFormatException {
        return read("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [%s]}]}]}", spans);
    }

    private static Adapted read(String around, String inner) throws ForeignFormatException {
        return OtlpTraces.read(
                around.replace("%s", inner).getBytes(StandardCharsets.UTF_8),
                true,
                OtlpMapping.DEFAULT,
                Attribution.NONE,
                new SpanMemory(),
                OtlpFixture.NOW);
    }

    private static JsonNode record(Adapted adapted) throws ForeignFormatException {
        return OtlpFixture.records(adapted).getFirst();
    }
}
