package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.access.Caller;
import tekton.budget.api.http.IdempotencyKey;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.JsonFields;
import tekton.budget.ledger.LedgerRequest.Repeat;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.value.RecordIds;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * One HTTP request to change something.
 *
 * @param fields what its body says
 * @param key its idempotency key, if it has one
 * @param nowMs when it came
 * @param onlyBudget the budget it has to be about; null for any
 */
record Incoming(JsonFields fields, @Nullable String key, long nowMs, @Nullable String onlyBudget) {

    /**
     * Fields that Tekton's clients send and that change nothing, by kind: Apollo's expectation, and
     * whole objects as they were read, with some of their fields changed.
     */
    private static final Map<String, Set<String>> UNUSED =
            Map.of(
                    "allocate",
                    Set.of("expected_tokens_used"),
                    "update_budget",
                    Set.of(
                            "budget_id",
                            "policies",
                            "zone",
                            "created_at",
                            "updated_at",
                            "creation_time",
                            "status",
                            "data"),
                    "update_policy",
                    Set.of(
                            "id",
                            "policy_id",
                            "budget_id",
                            "period",
                            "tier",
                            "provider",
                            "component",
                            "task_type",
                            "start_date",
                            "end_date",
                            "created_at",
                            "updated_at",
                            "metadata",
                            "status",
                            "data"));

    /**
     * The request with its body, one JSON object.
     *
     * @throws ProblemException 413, 415 or 422 if it has none
     */
    static Incoming withBody(HttpServletRequest http, long nowMs) throws IOException {
        return new Incoming(
                JsonBodies.read(http), IdempotencyKey.of(http), nowMs, Caller.budgetOf(http));
    }

    /** The request alone; a body that comes with it is not looked at. */
    static Incoming withoutBody(HttpServletRequest http, long nowMs) {
        return new Incoming(
                JsonFields.none(), IdempotencyKey.of(http), nowMs, Caller.budgetOf(http));
    }

    /** One of several requests that this one stands for, with a key of its own. */
    Incoming part(int index) {
        return new Incoming(fields, key == null ? null : key + '#' + index, nowMs, onlyBudget);
    }

    /**
     * The head of what the ledger is asked for; after every field has been read.
     *
     * @param subjectId what it is about, from the path
     * @throws ProblemException 400 or 422 if a field was wrong, 403 if the caller may not deal with
     *     that budget
     */
    RequestHead head(String kind, String budgetId, @Nullable String subjectId) {
        fields.refuseUnknown(UNUSED.getOrDefault(kind, Set.of()));
        JsonBodies.check(fields);
        Caller.confine(onlyBudget, budgetId);
        Repeat repeat =
                key == null
                        ? null
                        : new Repeat(key, RequestDigest.of(kind, subjectId, fields.taken()));
        return new RequestHead(RecordIds.uuidV7(nowMs), budgetId, repeat);
    }
}
