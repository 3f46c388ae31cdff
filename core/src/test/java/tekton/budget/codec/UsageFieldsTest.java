package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.value.ServiceTier;

import java.util.Map;
import java.util.TreeMap;

/** A record given field by field is judged like the same one in JSON. */
class UsageFieldsTest {

    private static final ClientGaps GAPS =
            new ClientGaps() {
                @Override
                public String recordId(@Nullable String requestId) {
                    return "made of " + requestId;
                }

                @Override
                public String contextId(String allocationId) {
                    return "that of " + allocationId;
                }
            };

    @Test
    void shouldReadWhatJsonSays() {
        Parsed fields =
                UsageReader.fromFields(
                        record -> {
                            required(record, Map.of());
                            record.tokens("cached_input_tokens", 4);
                            record.text("request_id", "q");
                            record.text("user_id", null);
                            record.text("task_type", "");
                            record.serviceTier(ServiceTier.FLEX);
                            record.timestampMs(1_795_700_000_123L);
                            record.metadata("{\"a\": [1, \"ü\"]}");
                        },
                        GAPS);

        assertThat(fields)
                .isInstanceOf(Parsed.Accepted.class)
                .isEqualTo(
                        json(
                                "{\"context_id\":\"c\",\"component\":\"x\",\"provider\":\"p\","
                                    + "\"model\":\"m\",\"input_tokens\":10,\"output_tokens\":5,"
                                    + "\"cached_input_tokens\":4,\"request_id\":\"q\","
                                    + "\"service_tier\":\"flex\",\"metadata\":{\"a\":[1,\"ü\"]},"
                                    + "\"timestamp\":\"2026-11-26T13:33:20.123Z\"}"));
    }

    @Test
    void shouldRefuseWhatIsRefusedInJson() {
        Map<String, String> wrong = new TreeMap<>();
        wrong.put("component", "x".repeat(129));
        wrong.put("model", "a\u0000b");
        wrong.put("provider", "");
        wrong.put("budget_id", "with.dot");
        wrong.put("allocation_id", "none");
        String json =
                "{\"context_id\":\"c\",\"component\":\""
                        + "x".repeat(129)
                        + "\",\"model\":\"a\\u0000b\",\"provider\":\"\",\"budget_id\":\"with.dot\","
                        + "\"allocation_id\":\"none\",\"input_tokens\":1000000001,"
                        + "\"output_tokens\":-1}";

        assertThat(
                        UsageReader.fromFields(
                                record -> {
                                    required(record, wrong);
                                    record.tokens("input_tokens", 1_000_000_001);
                                    record.tokens("output_tokens", -1);
                                },
                                GAPS))
                .isInstanceOf(Parsed.Refused.class)
                .isEqualTo(json(json));
        assertThat(UsageReader.fromFields(record -> {}, GAPS)).isEqualTo(json("{}"));
        assertThat(
                        UsageReader.fromFields(
                                record -> {
                                    required(record, Map.of());
                                    record.tokens("reasoning_tokens", 6);
                                },
                                GAPS))
                .isInstanceOf(Parsed.Refused.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UsageReader.fromFields(r -> r.tokens("inputTokens", 1), GAPS));
    }

    private static void required(UsageFields record, Map<String, String> instead) {
        Map<String, String> texts =
                new TreeMap<>(
                        Map.of("context_id", "c", "component", "x", "provider", "p", "model", "m"));
        texts.putAll(instead);
        texts.forEach(record::text);
        record.tokens("input_tokens", 10);
        record.tokens("output_tokens", 5);
    }

    private static Parsed json(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return UsageReader.fromClient(bytes, 0, bytes.length, GAPS);
    }
}
