package tekton.budget.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;

/** What is made to fit. */
class ForeignCallTest {

    private static final long NOW = 1_795_700_000_000L;

    @Test
    void shouldShortenNamesHashLongIdsAndKeepTheWhole() throws Exception {
        JsonNode json =
                record(
                        new ForeignCall()
                                .recordId("r".repeat(257))
                                .component("c".repeat(127) + "\uD83D\uDE00")
                                .model("m\n1")
                                .userId("u"));

        assertThat(ForeignJson.text(json, "record_id")).matches("[0-9a-f]{64}");
        assertThat(ForeignJson.text(json, "component")).isEqualTo("c".repeat(127));
        assertThat(ForeignJson.text(json, "metadata", "whole_component")).hasSize(129);
        assertThat(ForeignJson.text(json, "model")).isEqualTo("m_1");
        assertThat(ForeignJson.text(json, "user_id")).isEqualTo("u");
        assertThat(json.has("context_id")).isFalse();
    }

    /** A record without an id of its own takes that of the request. */
    @Test
    void shouldOnlyNoteARequestsIdThatComesAgainWhereItWouldNameTheRecord() throws Exception {
        JsonNode named = record(new ForeignCall().recordId("r").requestId("chatcmpl-998"));
        JsonNode nameless = record(new ForeignCall().requestId("chatcmpl-998"));
        JsonNode own = record(new ForeignCall().requestId("chatcmpl-B9MBs8"));

        assertThat(ForeignJson.text(named, "request_id")).isEqualTo("chatcmpl-998");
        assertThat(named.has("metadata")).isFalse();
        assertThat(nameless.has("request_id")).isFalse();
        assertThat(ForeignJson.text(nameless, "metadata", "request_id_raw"))
                .isEqualTo("chatcmpl-998");
        assertThat(ForeignJson.text(own, "request_id")).isEqualTo("chatcmpl-B9MBs8");
    }

    @Test
    void shouldTakeAWrongClockForNowAndKeepAWrongTime() throws Exception {
        assertThat(
                        ForeignJson.text(
                                record(new ForeignCall().timestampMs(NOW + 60_000)), "timestamp"))
                .isEqualTo("2026-11-26T13:33:20Z");
        assertThat(
                        ForeignJson.text(
                                record(new ForeignCall().timestampMs(NOW + 3_600_000)),
                                "timestamp"))
                .isEqualTo("2026-11-26T14:33:20Z");
        assertThat(record(new ForeignCall().timestampMs(0L)).has("timestamp")).isFalse();
    }

    @Test
    void shouldKeepTheRawUsageWhileItFits() throws Exception {
        JsonNode small = ForeignJson.read(utf8("{\"prompt_tokens\": 3}"));
        JsonNode large = ForeignJson.read(utf8("{\"a\": \"" + "x".repeat(13_000) + "\"}"));
        JsonNode deep = ForeignJson.read(utf8("[[[[[[[[]]]]]]]]"));

        assertThat(record(new ForeignCall().rawUsage(small)).get("metadata").get("usage"))
                .isEqualTo(small);
        assertThat(record(new ForeignCall().rawUsage(large)).has("metadata")).isFalse();
        assertThat(record(new ForeignCall().rawUsage(deep)).has("metadata")).isFalse();
    }

    @Test
    void shouldKnowTiersAndKeepWhatItDoesNotKnow() throws Exception {
        assertThat(ForeignJson.text(record(new ForeignCall().serviceTier("flex")), "service_tier"))
                .isEqualTo("flex");
        JsonNode unknown = record(new ForeignCall().serviceTier("scale"));
        assertThat(unknown.has("service_tier")).isFalse();
        assertThat(ForeignJson.text(unknown, "metadata", "service_tier_raw")).isEqualTo("scale");
    }

    @Test
    void shouldGiveOnlyWhatACallDoesNotSay() throws Exception {
        Attribution from = new Attribution("ctx", "comp", "team", "user", "task", "a.1");
        JsonNode json = record(new ForeignCall().component("own").complete(from));

        assertThat(ForeignJson.text(json, "component")).isEqualTo("own");
        assertThat(ForeignJson.text(json, "context_id")).isEqualTo("ctx");
        assertThat(ForeignJson.text(json, "budget_id")).isEqualTo("team");
        assertThat(ForeignJson.text(json, "user_id")).isEqualTo("user");
        assertThat(ForeignJson.text(json, "task_type")).isEqualTo("task");
        assertThat(ForeignJson.text(json, "allocation_id")).isEqualTo("a.1");
    }

    @Test
    void shouldReadIntegersInTexts() throws Exception {
        JsonNode json =
                ForeignJson.read(utf8("{\"a\": \"12\", \"b\": 3.0, \"c\": \"x\", \"d\": null}"));

        assertThat(ForeignJson.countOrNull(json, "a")).isEqualTo(12);
        assertThat(ForeignJson.countOrNull(json, "b")).isEqualTo(3);
        assertThat(ForeignJson.countOrNull(json, "c")).isNull();
        assertThat(ForeignJson.countOrNull(json, "d")).isNull();
        assertThat(ForeignJson.count(json, "e", "f")).isZero();
    }

    @Test
    void shouldRefuseANumberBeyondEveryType() {
        assertThatThrownBy(() -> ForeignJson.read(utf8("[1e9999999999]")))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessageContaining("1e9999999999");
    }

    @Test
    void shouldNameABudgetAfterATeam() throws Exception {
        JsonNode json = record(new ForeignCall().budgetNamed("acme.com"));

        assertThat(ForeignJson.text(json, "budget_id")).isEqualTo("acme_com");
        assertThat(ForeignJson.text(json, "metadata", "whole_budget_id")).isEqualTo("acme.com");
        assertThat(record(new ForeignCall().budgetNamed("acme")).has("metadata")).isFalse();
    }

    private static JsonNode record(ForeignCall call) throws ForeignFormatException {
        return ForeignJson.read(call.toRecord(NOW));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
