package tekton.budget.api.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.mcp.TektonCalls.TektonRequest;
import tekton.budget.testbroker.Patience;

import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** No number of a caller's becomes another one on its way to the API, which judges it. */
class TektonCallsTest {

    private static final String ANSWER =
            "{\"allowed\":false,\"reason\":\"r\",\"blocking\":[],\"warnings\":[],\"items\":[]}";

    private final OwnApi own = new OwnApi(null);
    private FakeOwnApi api;

    @BeforeEach
    void start() throws Exception {
        api = new FakeOwnApi(ANSWER);
    }

    @AfterEach
    void stop() {
        own.close();
        api.close();
    }

    private ObjectNode run(TektonTool tool, String fields) throws Exception {
        return tool.run(
                new TektonRequest("x", "1", fields(fields)),
                new ApiSession(own, api.caller("x", Patience.LIMIT)));
    }

    private static ObjectNode fields(String json) {
        return (ObjectNode)
                Objects.requireNonNull(McpJson.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "4294967297, 4294967297",
        "4294967296, 4294967296",
        "1e50, 1e50",
        "-5, -5",
        "1.5, 1.5",
        "7, 7",
        "0, 1"
    })
    void shouldCheckTheTokensThatWereSent(String sent, BigDecimal passed) throws Exception {
        run(TektonTool.CHECK_BUDGET, "{\"input_tokens\":%s}".formatted(sent));

        assertThat(api.sent.getFirst().get("tokens_allocated").decimalValue())
                .isEqualByComparingTo(passed);
    }

    @Test
    void shouldLeaveACountThatIsNoNumberToTheApi() throws Exception {
        run(TektonTool.CHECK_BUDGET, "{\"input_tokens\":\"5000\",\"input_text\":\"x\"}");

        assertThat(api.sent.getFirst().get("tokens_allocated").stringValue()).isEqualTo("5000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "1e50", "0.5", "-1", "\"5000\""})
    void shouldAllocateTheAmountThatWasSent(String sent) throws Exception {
        String fields = "{\"amount\":%s}".formatted(sent);

        run(TektonTool.ALLOCATE_BUDGET, fields);

        assertThat(api.sent.getFirst().get("tokens_allocated"))
                .isEqualTo(fields(fields).get("amount"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"amount\":0}", "{\"amount\":null}"})
    void shouldLeaveTheAmountToTheApiWithoutOne(String fields) throws Exception {
        run(TektonTool.ALLOCATE_BUDGET, fields);

        assertThat(api.sent.getFirst().has("tokens_allocated")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "100, 500", "900000000, 1000000000"})
    void shouldRouteByFiveTimesTheInput(String tokens, long size) throws Exception {
        run(
                TektonTool.ROUTE_WITH_BUDGET_AWARENESS,
                "{\"input_tokens\":%s,\"default_provider\":\"p\",\"default_model\":\"m\"}"
                        .formatted(tokens));

        assertThat(api.sent.get(1).get("context_size").longValue()).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-5, -5", "9000, 9000"})
    void shouldRecommendForTheSizeThatWasSent(String sent, int passed) throws Exception {
        run(TektonTool.GET_MODEL_RECOMMENDATIONS, "{\"context_size\":%s}".formatted(sent));

        assertThat(api.sent.getFirst().get("context_size").intValue()).isEqualTo(passed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967297", "1E+50", "1.5", "\"9000\""})
    void shouldRefuseASizeThatIsNoInt(String sent) {
        assertThatThrownBy(
                        () ->
                                run(
                                        TektonTool.GET_MODEL_RECOMMENDATIONS,
                                        "{\"context_size\":%s}".formatted(sent)))
                .isInstanceOf(ToolRefusedException.class)
                .hasMessage(
                        "context_size: %s (expected: an integer of at most 2147483647)."
                                .formatted(sent));
        assertThat(api.sent).isEmpty();
    }
}
