package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * What the API has answered.
 *
 * @param status its HTTP status
 * @param body the answer, or the problem
 * @param position where what was written stands; null for nothing written
 * @param replayed whether it is the answer of an earlier request with the same idempotency key
 * @param retryAfter when to try again, in seconds; null for no advice
 */
record OwnAnswer(
        int status,
        JsonNode body,
        @Nullable String position,
        boolean replayed,
        @Nullable String retryAfter) {

    boolean done() {
        return status / 100 == 2;
    }

    /** Whether the problem is of that code. */
    boolean is(String code) {
        return body.path("code").asString("").equals(code);
    }
}
