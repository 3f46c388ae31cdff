package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.problem.Problem;
import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.wire.Bodies;
import tekton.budget.api.wire.IdempotencyKey;
import tekton.budget.ledger.LedgerRequest.Head;
import tekton.budget.ledger.LedgerRequest.Repeat;
import tekton.budget.serde.JsonFields;
import tekton.budget.value.RecordIds;
import tekton.budget.value.UsageBounds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/**
 * One HTTP request to change something.
 *
 * @param fields what its body says
 * @param key its idempotency key, if it has one
 * @param nowMs when it came
 */
record Incoming(JsonFields fields, @Nullable String key, long nowMs) {

    private static final Duration BODY_PATIENCE = Duration.ofSeconds(20);

    private static final byte[] NO_FIELDS = "{}".getBytes(StandardCharsets.UTF_8);

    /**
     * The request with its body, one JSON object.
     *
     * @throws ProblemException 413, 415 or 422 if it has none
     */
    static Incoming withBody(HttpServletRequest http, long nowMs) throws IOException {
        Bodies.mediaType(http, Set.of(Bodies.JSON));
        String key = IdempotencyKey.of(http);
        return new Incoming(
                fieldsOf(Bodies.read(http, UsageBounds.RECORD_BYTES_MAX, BODY_PATIENCE)),
                key,
                nowMs);
    }

    /** The request alone; a body that comes with it is not looked at. */
    static Incoming withoutBody(HttpServletRequest http, long nowMs) {
        return new Incoming(fieldsOf(NO_FIELDS), IdempotencyKey.of(http), nowMs);
    }

    /**
     * The head of what the ledger is asked for; after every field has been read.
     *
     * @param subjectId what it is about, from the path
     * @throws ProblemException 400 or 422 if a field was wrong
     */
    Head head(String kind, String budgetId, @Nullable String subjectId) {
        if (!fields.problems().isEmpty()) {
            throw new ProblemException(Problem.ofFields(fields.problems()));
        }
        Repeat repeat =
                key == null
                        ? null
                        : new Repeat(key, RequestDigest.of(kind, subjectId, fields.taken()));
        return new Head(RecordIds.uuidV7(nowMs), budgetId, repeat);
    }

    private static JsonFields fieldsOf(byte[] body) {
        try {
            return JsonFields.read(body);
        } catch (JsonFields.UnreadableException e) {
            throw new ProblemException(Problem.unreadable("body: " + e.getMessage()));
        }
    }
}
