package tekton.budget.api.usage;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.http.UsageRecordJson;
import tekton.budget.codec.JsonBytes;

/** What is answered to a single record, whichever way it came in. */
final class RecordAnswers {

    private RecordAnswers() {}

    /** The body for a record that Kafka has. */
    static JsonBytes json(Judgement.AcceptedUsage accepted) {
        JsonBytes json = new JsonBytes(1_024).open('{');
        UsageRecordJson.properties(
                json, accepted.usage(), accepted.charge(), accepted.timestampMs());
        return json.property("retry_safe", accepted.retrySafe()).close('}');
    }

    /** For want of room in the producer. */
    static Problem noRoom() {
        return Problem.retryLater(
                ProblemType.TOO_MANY_REQUESTS,
                "nothing was written: more usage is in flight to Kafka than the bound allows",
                UsageServlet.RETRY_AFTER);
    }

    /** Kafka may have the record or not. */
    static Problem unknownOutcome(Judgement.AcceptedUsage accepted) {
        String advice =
                accepted.retrySafe()
                        ? "repeat it with the same ids"
                        : "a repeat with record_id %s counts once"
                                .formatted(accepted.usage().recordId());
        return UsageServlet.unavailable(
                "the record is not known to be durable: Kafka did not acknowledge it in time; "
                        + advice);
    }
}
