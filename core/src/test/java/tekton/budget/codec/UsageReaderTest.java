package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.event.Fingerprint;
import tekton.budget.event.UsageReported;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.nio.charset.StandardCharsets;
import java.util.List;

class UsageReaderTest {

    private static final String REQUIRED =
            "\"record_id\":\"r\",\"context_id\":\"c\",\"component\":\"x\",\"provider\":\"p\","
                    + "\"model\":\"m\",\"input_tokens\":10,\"output_tokens\":5";

    @Test
    void shouldReadSnakeCaseAndCamelCaseAlike() {
        UsageReported snake = accepted("{" + REQUIRED + ",\"task_type\":\"t\"}");
        UsageReported camel =
                accepted(
                        "{\"recordId\":\"r\",\"contextId\":\"c\",\"component\":\"x\","
                                + "\"provider\":\"p\",\"model\":\"m\",\"inputTokens\":10,"
                                + "\"outputTokens\":5,\"taskType\":\"t\",\"unknown\":{\"a\":[1]}}");

        assertThat(camel).isEqualTo(snake);
        assertThat(snake.tokens()).isEqualTo(TokenCounts.of(10, 5));
    }

    @Test
    void shouldNormaliseExclusiveTokens() {
        UsageReported usage =
                accepted(
                        "{"
                                + REQUIRED
                                + ",\"token_style\":\"EXCLUSIVE\",\"cached_input_tokens\":100,"
                                + "\"cache_write_tokens\":7}");

        assertThat(usage.tokens()).isEqualTo(new TokenCounts(117, 5, 100, 7, 0));
    }

    @Test
    void shouldReadDetailsAndServiceTier() {
        UsageReported usage =
                accepted(
                        "{"
                                + REQUIRED
                                + ",\"cacheWrite1hTokens\":3,\"cache_write_tokens\":4,"
                                + "\"audio_input_tokens\":2,\"imageInputTokens\":4,"
                                + "\"audioOutputTokens\":1,\"image_output_tokens\":4,"
                                + "\"service_tier\":\"Flex\"}");

        assertThat(usage.tokens()).isEqualTo(new TokenCounts(10, 5, 0, 4, 0));
        assertThat(usage.details()).isEqualTo(new TokenDetails(3, 2, 1, 4, 4));
        assertThat(usage.serviceTier()).isEqualTo(ServiceTier.FLEX);
    }

    @Test
    void shouldTakeTheStandardServiceTierAsAbsent() {
        UsageReported absent = accepted("{" + REQUIRED + "}");

        assertThat(accepted("{" + REQUIRED + ",\"service_tier\":\"standard\"}")).isEqualTo(absent);
        assertThat(accepted("{" + REQUIRED + ",\"service_tier\":\"default\"}")).isEqualTo(absent);
        assertThat(accepted("{" + REQUIRED + ",\"service_tier\":\"\"}")).isEqualTo(absent);
    }

    @Test
    void shouldTakeNullAndEmptyTextAsAbsent() {
        UsageReported usage =
                accepted(
                        "{"
                                + REQUIRED
                                + ",\"tier\":null,\"budget_id\":\"\",\"metadata\":null,"
                                + "\"timestamp\":null,\"user_id\":\"\"}");

        assertThat(usage.sentTier()).isNull();
        assertThat(usage.budgetId()).isEqualTo("default");
        assertThat(usage.userId()).isNull();
        assertThat(usage.tier()).isEqualTo(Tier.REMOTE_HEAVYWEIGHT);
    }

    @Test
    void shouldCountTheLastOfARepeatedField() {
        UsageReported usage =
                accepted("{\"input_tokens\":-1," + REQUIRED + ",\"input_tokens\":99}");

        assertThat(usage.tokens().input()).isEqualTo(99);
    }

    @Test
    void shouldKeepMetadataDigitByDigit() {
        UsageReported usage =
                accepted(
                        "{"
                                + REQUIRED
                                + ",\"metadata\":{ \"a\" : [ 1.50, 1e3, {} , [] , null, true ],"
                                + " \"b\\n\":\"\\u00e9\\ud800\" }}");

        assertThat(usage.metadata())
                .isEqualTo("{\"a\":[1.50,1e3,{},[],null,true],\"b\\n\":\"é\\ud800\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"input_tokens\":-1|input_tokens|BOUND",
                "\"input_tokens\":1000000001|input_tokens|BOUND",
                "\"input_tokens\":99999999999999999999999999|input_tokens|BOUND",
                "\"input_tokens\":1.9|input_tokens|SHAPE",
                "\"input_tokens\":1e99999999|input_tokens|BOUND",
                "\"input_tokens\":1e-400|input_tokens|SHAPE",
                "\"input_tokens\":-1.0|input_tokens|BOUND",
                "\"input_tokens\":1000000001.0|input_tokens|BOUND",
                "\"input_tokens\":true|input_tokens|SHAPE",
                "\"schema\":1.5|schema|RULE",
                "\"input_tokens\":\"5\"|input_tokens|SHAPE",
                "\"output_tokens\":null|output_tokens|MISSING",
                "\"context_id\":\"\"|context_id|MISSING",
                "\"context_id\":7|context_id|SHAPE",
                "\"component\":\"a\\u0000b\"|component|SHAPE",
                "\"model\":\"\\ud800\"|model|SHAPE",
                "\"tier\":\"huge\"|tier|RULE",
                "\"cached_input_tokens\":11|cached_input_tokens|RULE",
                "\"reasoning_tokens\":6|reasoning_tokens|RULE",
                "\"cache_write_1h_tokens\":1|cache_write_1h_tokens|RULE",
                "\"audio_input_tokens\":11|audio_input_tokens|RULE",
                "\"cached_input_tokens\":9,\"image_input_tokens\":2|image_input_tokens|RULE",
                "\"audio_output_tokens\":6|audio_output_tokens|RULE",
                "\"reasoning_tokens\":5,\"image_output_tokens\":1|image_output_tokens|RULE",
                "\"image_input_tokens\":-1|image_input_tokens|BOUND",
                "\"service_tier\":\"express\"|service_tier|RULE",
                "\"service_tier\":3|service_tier|SHAPE",
                "\"budget_id\":\"a.b\"|budget_id|RULE",
                "\"allocation_id\":\"nodot\"|allocation_id|RULE",
                "\"timestamp\":\"yesterday\"|timestamp|SHAPE",
                "\"timestamp\":\"2026-02-30T00:00:00Z\"|timestamp|SHAPE",
                "\"timestamp\":1764000000|timestamp|SHAPE",
                "\"metadata\":[1]|metadata|SHAPE",
                "\"token_style\":\"odd\"|token_style|RULE",
                "\"schema\":2|schema|RULE",
            })
    void shouldRefuseNamingTheField(String field, String name, FieldProblem.ProblemKind kind) {
        Parsed parsed = topic("{" + REQUIRED + "," + field + "}");

        assertThat(parsed).isInstanceOf(Parsed.Refused.class);
        assertThat(((Parsed.Refused) parsed).problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.field()).isEqualTo(name);
                            assertThat(problem.kind()).isEqualTo(kind);
                            assertThat(problem.message()).startsWith(name + ": ");
                        });
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "100.0, 100", "1e2, 100", "1E+2, 100", "1.5e1, 15", "-0.0, 0"})
    void shouldTakeWholeNumbersHoweverTheyAreWritten(String written, long tokens) {
        String json = "{" + REQUIRED + ",\"input_tokens\":%s,\"schema\":1.0}";

        UsageReported usage = accepted(json.formatted(written));

        assertThat(usage.tokens()).isEqualTo(TokenCounts.of(tokens, 5));
        UsageReported plain = accepted(json.formatted(tokens));
        assertThat(new Fingerprint().of(usage)).isEqualTo(new Fingerprint().of(plain));
        assertThat(UsageWriter.write(usage)).isEqualTo(UsageWriter.write(plain));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "input_tokens|\"100\"|\"100\"",
                "input_tokens|100.5|100.5",
                "input_tokens|1e400|1e400",
                "input_tokens|true|true",
                "input_tokens|[1]|a JSON array",
                "provider|7|7",
                "tier|\"7\"|\"7\"",
                "service_tier|\"a\\\"b\"|\"a\\\"b\"",
                "model|\"a\\u0000b\"|\"a\\u0000b\"",
                "timestamp|\"1\"|\"1\"",
                "timestamp|1|1",
                "metadata|\"{}\"|\"{}\"",
                "schema|\"1\"|\"1\"",
            })
    void shouldShowTheValueAsJson(String field, String json, String shown) {
        Parsed parsed = topic("{" + REQUIRED + ",\"" + field + "\":" + json + "}");

        assertThat(((Parsed.Refused) parsed).problems())
                .singleElement()
                .satisfies(
                        problem ->
                                assertThat(problem.message())
                                        .startsWith(field + ": " + shown + " (expected: "));
    }

    @Test
    void shouldRefuseABudgetThatContradictsItsAllocation() {
        Parsed parsed = topic("{" + REQUIRED + ",\"budget_id\":\"a\",\"allocation_id\":\"b.1\"}");

        assertThat(((Parsed.Refused) parsed).problems())
                .extracting(FieldProblem::field)
                .containsExactly("budget_id");
        assertThat(accepted("{" + REQUIRED + ",\"allocation_id\":\"b.1\"}").budgetId())
                .isEqualTo("b");
    }

    @Test
    void shouldNameEveryMissingField() {
        Parsed parsed = topic("{}");

        assertThat(((Parsed.Refused) parsed).problems())
                .extracting(FieldProblem::field)
                .containsExactlyInAnyOrder(
                        "record_id",
                        "context_id",
                        "component",
                        "provider",
                        "model",
                        "input_tokens",
                        "output_tokens");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldBoundLengthsExactly(int beyond) {
        Class<? extends Parsed> expected =
                beyond == 0 ? Parsed.Accepted.class : Parsed.Refused.class;
        String filler = "f".repeat(16_384 - "{\"a\":\"\"}".length() + beyond);

        assertThat(with("user_id", "\"" + "i".repeat(256 + beyond) + "\"")).isInstanceOf(expected);
        assertThat(with("task_type", "\"" + "n".repeat(128 + beyond) + "\""))
                .isInstanceOf(expected);
        assertThat(with("metadata", nested(8 + beyond))).isInstanceOf(expected);
        assertThat(with("metadata", "{\"a\":\"" + filler + "\"}")).isInstanceOf(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "   ", "{", "{\"a\":1}x", "nul", "{\"record_id\":\"\\x\"}", "{} {}"})
    void shouldCallWhatIsNotJsonUnreadable(String text) {
        assertThat(topic(text)).isInstanceOf(Parsed.Unreadable.class);
    }

    @Test
    void shouldCallInvalidUtf8Unreadable() {
        byte[] bytes = ("{" + REQUIRED + ",\"user_id\":\"?\"}").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 3] = (byte) 0xFF;

        assertThat(UsageReader.fromTopic(bytes)).isInstanceOf(Parsed.Unreadable.class);
    }

    @Test
    void shouldLetOneBadRecordOfAnArraySpoilNoOther() throws Exception {
        String array =
                "[{"
                        + REQUIRED
                        + "}, 7, {\"metadata\":"
                        + "[".repeat(5_000)
                        + "]".repeat(5_000)
                        + "}, {"
                        + REQUIRED
                        + ",\"input_tokens\":"
                        + "9".repeat(5_000)
                        + "}, {"
                        + REQUIRED
                        + "}]";
        byte[] bytes = array.getBytes(StandardCharsets.UTF_8);

        List<Parsed> parsed =
                UsageReader.arrayFromClient(
                        bytes, bytes.length, 10, index -> new Gaps("i" + index));

        assertThat(parsed)
                .extracting(p -> p instanceof Parsed.Accepted)
                .containsExactly(true, false, false, false, true);
    }

    @Test
    void shouldIgnoreFromClientsWhatOnlyTheEdgeFillsIn() {
        byte[] bytes =
                ("{"
                                + REQUIRED.replace("\"record_id\":\"r\",", "")
                                + ",\"received_at\":\"2020-01-01T00:00:00Z\","
                                + "\"pricing_version\":\"mine\",\"request_id\":\"q\"}")
                        .getBytes(StandardCharsets.UTF_8);

        Parsed parsed = UsageReader.fromClient(bytes, 0, bytes.length, new Gaps("id-q"));

        assertThat(parsed)
                .isInstanceOfSatisfying(
                        Parsed.Accepted.class,
                        accepted -> {
                            assertThat(accepted.usage().recordId()).isEqualTo("id-q");
                            assertThat(accepted.usage().receivedAtMs()).isNull();
                            assertThat(accepted.usage().pricingVersion()).isNull();
                        });
    }

    @Test
    void shouldAskForTheContextOfAnAllocationWhenNothingElseIsMissing() {
        String named = REQUIRED.replace("\"context_id\":\"c\",", "\"allocation_id\":\"b.1\",");
        assertThat(named).isNotEqualTo(REQUIRED);

        assertThat(fromClient("{" + named + "}"))
                .isInstanceOfSatisfying(
                        Parsed.Accepted.class,
                        accepted ->
                                assertThat(accepted.usage().contextId())
                                        .isEqualTo("context of b.1"));
        assertThat(fromClient("{" + named.replace("b.1", "b.unknown") + "}"))
                .isInstanceOf(Parsed.Refused.class);
        assertThat(UsageReader.fromTopic(("{" + named + "}").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Parsed.Refused.class);
    }

    private static Parsed fromClient(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return UsageReader.fromClient(bytes, 0, bytes.length, new Gaps("r"));
    }

    private record Gaps(String id) implements ClientGaps {
        @Override
        public String recordId(String requestId) {
            return id;
        }

        @Override
        public String contextId(String allocationId) {
            return allocationId.equals("b.1") ? "context of b.1" : null;
        }
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }

    private static Parsed with(String name, String json) {
        return topic("{" + REQUIRED + ",\"" + name + "\":" + json + "}");
    }

    private static UsageReported accepted(String json) {
        Parsed parsed = topic(json);
        assertThat(parsed).isInstanceOf(Parsed.Accepted.class);
        return ((Parsed.Accepted) parsed).usage();
    }

    private static Parsed topic(String json) {
        return UsageReader.fromTopic(json.getBytes(StandardCharsets.UTF_8));
    }
}
