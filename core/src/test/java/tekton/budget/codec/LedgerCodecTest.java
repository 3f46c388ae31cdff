package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.RefusedAllocation;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;

import java.math.BigDecimal;
import java.util.List;

/** Formats that are expensive to change, as they are. */
class LedgerCodecTest {

    private static final Scope SCOPE =
            new Scope(Tier.REMOTE_HEAVYWEIGHT, "anthropic", "my-component", null);

    private static final LedgerRequest.RequestHead HEAD =
            new LedgerRequest.RequestHead(
                    "0199-req", "default", new LedgerRequest.Repeat("my-key", "00ff"));

    @Test
    void shouldKeepTheFormOfARequest() {
        LedgerRequest request =
                new LedgerRequest.Allocate(
                        HEAD,
                        "default.0199",
                        "my-context",
                        SCOPE,
                        "claude-3-opus-20240229",
                        5,
                        1_000,
                        new HoldPrice("v1", 75_000_000, Money.parse("0.06"), null, null, null),
                        null,
                        new Metadata("{\"a\":[1]}"),
                        null,
                        null);

        assertThat(text(LedgerCodec.write(request)))
                .isEqualTo(
                        "{\"kind\":\"allocate\",\"schema\":1,\"head\":{\"request_id\":\"0199-req\","
                            + "\"budget_id\":\"default\",\"repeat\":{\"key\":\"my-key\","
                            + "\"fingerprint\":\"00ff\"}},\"allocation_id\":\"default.0199\","
                            + "\"context_id\":\"my-context\",\"scope\":{\"tier\":"
                            + "\"remote_heavyweight\",\"provider\":\"anthropic\",\"component\":"
                            + "\"my-component\"},\"model\":\"claude-3-opus-20240229\",\"priority\":5,"
                            + "\"tokens\":1000,\"price\":{\"version\":\"v1\",\"rate_pico\":75000000,"
                            + "\"estimate\":0.06},\"metadata\":{\"a\":[1]}}");
        assertThat(LedgerCodec.readRequest(LedgerCodec.write(request))).isEqualTo(request);
    }

    @Test
    void shouldKeepTheFormOfARequestThatLeavesItsModelOpen() {
        LedgerRequest request =
                new LedgerRequest.Allocate(
                        HEAD,
                        "default.0199",
                        "my-context",
                        Scope.ANY,
                        null,
                        5,
                        1_000,
                        new HoldPrice(
                                HoldPrice.NO_VERSION,
                                75_000_000,
                                Money.ZERO,
                                5_000_000_000L,
                                List.of(
                                        new HoldPrice.HoldPart(Tier.LOCAL_MIDWEIGHT, "a", 7, null),
                                        new HoldPrice.HoldPart(null, null, 8, 9L)),
                                List.of(new HoldPrice.LongContextPrice(200_000, 6, 7))),
                        null,
                        Metadata.NONE,
                        ServiceTier.BATCH,
                        20L);

        assertThat(text(LedgerCodec.write(request)))
                .isEqualTo(
                        "{\"kind\":\"allocate\",\"schema\":1,\"head\":{\"request_id\":\"0199-req\","
                            + "\"budget_id\":\"default\",\"repeat\":{\"key\":\"my-key\","
                            + "\"fingerprint\":\"00ff\"}},\"allocation_id\":\"default.0199\","
                            + "\"context_id\":\"my-context\",\"scope\":{},\"priority\":5,"
                            + "\"tokens\":1000,\"price\":{\"version\":\"\",\"rate_pico\":75000000,\"estimate\":0,"
                            + "\"request_pico\":5000000000,\"parts\":[{\"tier\":"
                            + "\"local_midweight\",\"provider\":\"a\",\"rate_pico\":7},"
                            + "{\"rate_pico\":8,\"request_pico\":9}],\"long_context\":["
                            + "{\"above_input_tokens\":200000,\"input_pico\":6,"
                            + "\"rate_pico\":7}]},\"metadata\":{},"
                            + "\"service_tier\":\"batch\",\"max_requests\":20}");
        assertThat(LedgerCodec.readRequest(LedgerCodec.write(request))).isEqualTo(request);
    }

    @Test
    void shouldKeepTheFormOfADecision() {
        LedgerEvent refused =
                new LedgerEvent.RequestRefused(
                        "0199-req",
                        "default",
                        new Refusal(
                                Refusal.RefusalCode.INSUFFICIENT_BUDGET,
                                "tokens: 2 (expected: at most 1)",
                                List.of(
                                        new Standing(
                                                "default.hard",
                                                PolicyType.HARD_LIMIT,
                                                Period.DAILY,
                                                Scope.ANY,
                                                0L,
                                                86_400_000L,
                                                Measure.TOKENS,
                                                Level.EXCEEDED,
                                                BigDecimal.valueOf(10),
                                                BigDecimal.valueOf(8),
                                                BigDecimal.ONE,
                                                BigDecimal.TWO))),
                        1_700_000_000_000L);

        assertThat(text(LedgerCodec.write(refused)))
                .isEqualTo(
                        "{\"kind\":\"refused\",\"schema\":1,\"request_id\":\"0199-req\","
                            + "\"budget_id\":\"default\",\"refusal\":{\"code\":\"insufficient_budget\",\"message\":\"tokens:"
                            + " 2 (expected: at most 1)\",\"blocking\":[{\"policy_id\":"
                            + "\"default.hard\",\"type\":\"hard_limit\",\"period\":\"daily\","
                            + "\"scope\":{},\"window_start_ms\":0,\"window_end_ms\":86400000,"
                            + "\"measure\":\"tokens\",\"level\":\"exceeded\",\"limit\":10,\"used\":8,"
                            + "\"reserved\":1,\"asked\":2}]},\"at_ms\":1700000000000}");
        assertThat(LedgerCodec.readEvent(LedgerCodec.write(refused))).isEqualTo(refused);
    }

    @Test
    void shouldKeepTheFormOfARefusedAllocation() {
        LedgerEvent refused =
                new LedgerEvent.RequestRefused(
                                "r",
                                "b",
                                new Refusal(Refusal.RefusalCode.TOO_MANY, "full", List.of()),
                                1L)
                        .of(
                                new RefusedAllocation(
                                        "ctx", new Scope(null, "p", "c", "chat"), "m", 7));

        assertThat(text(LedgerCodec.write(refused)))
                .isEqualTo(
                        "{\"kind\":\"refused\",\"schema\":1,\"request_id\":\"r\",\"budget_id\":\"b\","
                            + "\"refusal\":{\"code\":\"too_many\",\"message\":\"full\",\"blocking\":[]},"
                            + "\"at_ms\":1,\"asked\":{\"context_id\":\"ctx\",\"scope\":{\"provider\":\"p\","
                            + "\"component\":\"c\",\"task_type\":\"chat\"},\"model\":\"m\",\"tokens\":7}}");
        assertThat(LedgerCodec.readEvent(LedgerCodec.write(refused))).isEqualTo(refused);
    }

    @Test
    void shouldReadBackWhatIsNested() {
        var allocation =
                new Allocation(
                        "default.0199",
                        "default",
                        "my-context",
                        SCOPE,
                        null,
                        10,
                        5,
                        null,
                        1,
                        2,
                        Money.parse("0.000000000001"),
                        Allocation.AllocationState.EXHAUSTED,
                        1,
                        2,
                        3,
                        true,
                        false,
                        Metadata.NONE,
                        ServiceTier.BATCH,
                        new Allocation.RequestCount(3, 1));
        LedgerEvent repeated =
                new LedgerEvent.RequestRepeated(
                        "r2",
                        new LedgerEvent.AllocationGranted(
                                "r1", allocation, List.of(), List.of(), 4),
                        5);
        var policy =
                new Policy(
                        "default.p",
                        "default",
                        PolicyType.SOFT_LIMIT,
                        Period.PER_SESSION,
                        SCOPE,
                        0L,
                        Money.parse("12.5"),
                        800_000,
                        950_000,
                        true,
                        Metadata.NONE,
                        1,
                        2);

        assertThat(LedgerCodec.readEvent(LedgerCodec.write(repeated))).isEqualTo(repeated);
        assertThat(LedgerCodec.readRow(LedgerCodec.writeRow(policy), Policy.class))
                .isEqualTo(policy);
    }

    @Test
    void shouldSayWhatItCannotRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                LedgerCodec.readRequest(
                                        "{\"schema\":1,\"kind\":\"x\"}".getBytes(UTF_8)))
                .withMessageContaining("LedgerRequest");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                LedgerCodec.readRow(
                                        "{\"tier\":\"cloud\"}".getBytes(UTF_8), Scope.class))
                .withMessageContaining("cloud");
    }

    /** Whoever writes to the topic by hand gets a dead letter, and never stops the ledger. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "7",
                "{}",
                "{\"schema\":1,\"kind\":\"release\"}",
                "{\"schema\":1,\"kind\":\"release\",\"head\":{\"request_id\":\"r\"},\"allocation_id\":\"a\"}",
                "{\"schema\":1,\"kind\":\"release\",\"head\":{\"request_id\":\"r\",\"budget_id\":\"b\"}}",
                "{\"schema\":1,\"kind\":\"release\",\"head\":{\"request_id\":\"r\",\"budget_id\":\"b\","
                    + "\"repeat\":{\"key\":\"k\"}},\"allocation_id\":\"a\"}",
                "{\"schema\":1,\"kind\":\"allocate\",\"head\":{\"request_id\":\"r\",\"budget_id\":\"b\"},"
                    + "\"allocation_id\":\"b.a\",\"context_id\":\"c\",\"scope\":{},"
                    + "\"priority\":5,\"metadata\":{}}",
                "{\"schema\":1,\"kind\":\"put_policy\",\"head\":{\"request_id\":\"r\",\"budget_id\":\"b\"},"
                    + "\"cost_limit\":1e999999999}",
                "{\"schema\":1,\"kind\":\"put_policy\",\"head\":{\"request_id\":\"r\",\"budget_id\":\"b\"},"
                    + "\"cost_limit\":-1}"
            })
    void shouldRefuseARequestThatLacksSomething(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LedgerCodec.readRequest(json.getBytes(UTF_8)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"\\ud800x\"}",
                "{\"n\":1e99999999999}",
                "{\"deep\":{\"list\":[1,true,null,\"\\u0000\"]}}"
            })
    void shouldKeepEveryMetadataThatTheEdgeLetsIn(String metadata) {
        LedgerRequest request = withMetadata(metadata);

        LedgerRequest once = LedgerCodec.readRequest(LedgerCodec.write(request));

        assertThat(once).isEqualTo(request);
        assertThat(LedgerCodec.readRequest(LedgerCodec.write(once))).isEqualTo(once);
    }

    @Test
    void shouldKeepANumberOfAThousandAndOneDigits() {
        LedgerRequest request = withMetadata("{\"n\":" + "1".repeat(1_001) + "}");

        assertThat(LedgerCodec.readRequest(LedgerCodec.write(request))).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"text\""})
    void shouldRefuseMetadataThatIsNoObject(String metadata) {
        byte[] written = LedgerCodec.write(withMetadata(metadata));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LedgerCodec.readRequest(written))
                .withMessageContaining("metadata");
    }

    @Test
    void shouldRefuseMetadataBeyondItsBound() {
        byte[] written = LedgerCodec.write(withMetadata("{\"n\":\"" + "x".repeat(16_384) + "\"}"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LedgerCodec.readRequest(written))
                .withMessageContaining("metadata");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"schema\":2", "\"schema\":\"x\"", "\"other\":1"})
    void shouldRefuseAnotherSchema(String schema) {
        String text =
                new String(LedgerCodec.write(withMetadata("{}")), UTF_8)
                        .replace("\"schema\":1", schema);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LedgerCodec.readRequest(text.getBytes(UTF_8)))
                .withMessageStartingWith("schema: ");
    }

    private static LedgerRequest withMetadata(String json) {
        return new LedgerRequest.UpdateBudget(
                new LedgerRequest.RequestHead("r", "b", null),
                null,
                null,
                null,
                null,
                new Metadata(json));
    }

    /** It becomes the message of a dead letter, which is shown to people. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'schema':1}|not a LedgerRequest: kind: missing, or not what it may be",
                "{'schema':1,'kind':'x'}|not a LedgerRequest: kind: missing, or not what it may be",
                "{'schema':1,'kind':'allocate','head':[]}|not a LedgerRequest: head: missing, or"
                        + " not what it may be",
                "{'schema':1,'kind':'allocate','tokens':{}}|not a LedgerRequest: tokens: missing,"
                        + " or not what it may be",
            })
    void shouldSayWhatIsWrongWithoutNamesOfClasses(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LedgerCodec.readRequest(json.replace('\'', '"').getBytes(UTF_8)))
                .withMessage(message);
    }
}
