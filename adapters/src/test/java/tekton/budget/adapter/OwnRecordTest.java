package tekton.budget.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;

/** A record of Budget's inside a foreign format. */
class OwnRecordTest {

    @Test
    void shouldPassFieldsAsTheyAreAndFillWhatIsMissing() throws Exception {
        assertThat(
                        record(
                                """
                                {"contextId":"own","component":"","user_id":null,"input_tokens":"1","x":[1.50,1e2],\
                                "model":"\\ud800é"}\
                                """))
                .isEqualTo(
                        """
                        {"contextId":"own","component":"","user_id":null,"input_tokens":"1","x":[1.50,1E+2],\
                        "model":"\\uD800\\u00E9","record_id":"s|1","component":"comp","task_type":"task",\
                        "budget_id":"team","allocation_id":"team.1","timestamp":"2026-11-26T13:33:20Z",\
                        "user_id":"user"}\
                        """);
        assertThat(record("{}"))
                .startsWith(
                        "{\"record_id\":\"s|1\",\"context_id\":\"ctx\",\"component\":\"comp\",");
    }

    @Test
    void shouldLeaveContextAndBudgetToAnAllocation() throws Exception {
        assertThat(record("{\"allocationId\":\"b.1\",\"user_id\":\"u\"}"))
                .isEqualTo(
                        """
                        {"allocationId":"b.1","user_id":"u","record_id":"s|1","component":"comp",\
                        "task_type":"task","timestamp":"2026-11-26T13:33:20Z"}\
                        """);
    }

    private static String record(String json) throws ForeignFormatException {
        ForeignCall call =
                ForeignCall.ofRecord((ObjectNode) ForeignJson.read(Fixtures.utf8(json)))
                        .recordId("s|1")
                        .timestampMs(Fixtures.NOW)
                        .complete(Fixtures.ATTRIBUTED);
        return new String(call.toRecord(Fixtures.NOW), StandardCharsets.UTF_8);
    }
}
