package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceRefusal;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.QuotedPrice;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.event.Rates;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The bytes of the poller's topics. They are frozen: who alerts reads them. */
class PollerCodecTest {

    private static final Instant AT = Instant.parse("2026-09-01T12:00:00.5Z");

    private static final PricePublished PRICE =
            new PricePublished(
                    "openai",
                    "a/b",
                    Instant.parse("2026-12-01T00:00:00Z"),
                    PricePublished.OPERATOR,
                    Rates.of(1_000_000, 2_500_000),
                    true);

    private static final String PRICE_JSON =
            "{\"schema\":1,\"provider\":\"openai\",\"model\":\"a/b\","
                    + "\"effective_from\":\"2026-12-01T00:00:00Z\",\"source\":\"operator\","
                    + "\"verified\":true,\"rates\":{\"input\":0.000001,\"output\":0.0000025}}";

    @Test
    void shouldKeepTheFormOfRequests() {
        frozen(
                new PriceRequest.Update("r"),
                "{\"kind\":\"update\",\"schema\":1,\"request_id\":\"r\"}");
        frozen(
                new PriceRequest.ReleasePrice("r", "q"),
                "{\"kind\":\"release\",\"schema\":1,\"request_id\":\"r\",\"quarantine_id\":\"q\"}");
        frozen(
                new PriceRequest.Reject("r", "q"),
                "{\"kind\":\"reject\",\"schema\":1,\"request_id\":\"r\",\"quarantine_id\":\"q\"}");
        frozen(
                new PriceRequest.SetPrice("r", PRICE),
                "{\"kind\":\"set_price\",\"schema\":1,\"request_id\":\"r\",\"price\":"
                        + PRICE_JSON
                        + "}");
        frozen(
                new PriceRequest.EndPrice("r", "openai", "a/b"),
                "{\"kind\":\"end_price\",\"schema\":1,\"request_id\":\"r\","
                        + "\"provider\":\"openai\",\"model\":\"a/b\"}");
    }

    @Test
    void shouldKeepTheFormOfStatuses() {
        frozen(
                new Quarantined(
                        "q",
                        "openai",
                        "a/b",
                        "litellm",
                        List.of(new PriceFault(PriceFault.FaultCode.CHANGED_TOO_MUCH, "m")),
                        "{\"input\":1}",
                        PRICE,
                        "v",
                        AT,
                        QuarantineState.HELD,
                        null),
                "quarantine/q",
                "{\"kind\":\"quarantined\",\"schema\":1,\"id\":\"q\",\"provider\":\"openai\","
                        + "\"model\":\"a/b\",\"source\":\"litellm\",\"faults\":"
                        + "[{\"code\":\"changed_too_much\",\"message\":\"m\"}],"
                        + "\"raw\":\"{\\\"input\\\":1}\",\"proposed\":"
                        + PRICE_JSON
                        + ",\"in_force\":\"v\",\"found_at\":\"2026-09-01T12:00:00.500Z\","
                        + "\"state\":\"held\"}");
        frozen(
                new Disagreement(
                        "d",
                        "openai",
                        "a/b",
                        new QuotedPrice("litellm", 1, 2),
                        new QuotedPrice("openrouter", 3, 4),
                        AT),
                "disagreement/d",
                "{\"kind\":\"disagreement\",\"schema\":1,\"id\":\"d\",\"provider\":\"openai\","
                    + "\"model\":\"a/b\",\"published\":{\"source\":\"litellm\","
                    + "\"input_pico\":1,\"output_pico\":2},\"other\":{\"source\":\"openrouter\","
                    + "\"input_pico\":3,\"output_pico\":4},"
                    + "\"found_at\":\"2026-09-01T12:00:00.500Z\"}");
        frozen(
                new SourceState(
                        "litellm",
                        "https://x",
                        "away",
                        AT,
                        null,
                        1,
                        2,
                        3,
                        new TreeMap<>(Map.of("c", 4))),
                "source/litellm",
                "{\"kind\":\"source\",\"schema\":1,\"source\":\"litellm\","
                        + "\"location\":\"https://x\",\"failure\":\"away\","
                        + "\"asked_at\":\"2026-09-01T12:00:00.500Z\",\"models\":1,"
                        + "\"quarantined\":2,\"unread\":3,\"unsupported_classes\":{\"c\":4}}");
        frozen(
                PriceReply.refused("r", PriceRefusal.FILE_DECIDES, "m", AT),
                "reply/r",
                "{\"kind\":\"reply\",\"schema\":1,\"request_id\":\"r\",\"outcome\":\"refused\","
                        + "\"refusal\":\"file_decides\",\"message\":\"m\",\"sources\":[],"
                        + "\"published\":0,\"at\":\"2026-09-01T12:00:00.500Z\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"kind\":\"nothing\",\"request_id\":\"r\"}",
                "{\"kind\":\"update\"}",
                "{\"kind\":\"set_price\",\"request_id\":\"r\",\"price\":{}}",
                "{\"kind\":\"set_price\",\"request_id\":\"r\"}",
            })
    void shouldRefuseWhatIsNoRequest(String json) {
        assertThatThrownBy(() -> PollerCodec.readRequest(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseAReplyThatIsRefusedWithoutAReason() {
        assertThatThrownBy(
                        () ->
                                new PriceReply(
                                        "r",
                                        PriceOutcome.REFUSED,
                                        null,
                                        "m",
                                        List.of(),
                                        null,
                                        0,
                                        AT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void frozen(PriceRequest request, String json) {
        assertThat(PollerCodec.write(request)).asString(StandardCharsets.UTF_8).isEqualTo(json);
        assertThat(PollerCodec.readRequest(json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(request);
    }

    private static void frozen(PriceStatus status, String key, String json) {
        assertThat(status.key()).isEqualTo(key);
        assertThat(PollerCodec.write(status)).asString(StandardCharsets.UTF_8).isEqualTo(json);
        assertThat(PollerCodec.readStatus(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(status);
    }
}
