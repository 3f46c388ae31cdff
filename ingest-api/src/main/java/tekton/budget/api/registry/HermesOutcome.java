package tekton.budget.api.registry;

import org.jspecify.annotations.Nullable;

/**
 * How a call went.
 *
 * @param result what it means
 * @param why one phrase for the log, without anything that Hermes sent but a status
 * @param componentId what Hermes calls the entry; null when it did not say
 * @param token what Hermes wants to see again; null when it gave nothing
 */
record HermesOutcome(
        CallResult result, String why, @Nullable String componentId, @Nullable String token) {

    /** What an outcome means. */
    enum CallResult {
        ACCEPTED,
        /** 404 or 405. */
        NO_SUCH_PATH,
        /** 401 or 403, or the word that it knows no such entry. */
        NOT_KNOWN,
        /** 422. */
        MISSHAPEN,
        /** No answer, or none that makes sense. */
        FAILED
    }

    static HermesOutcome accepted() {
        return new HermesOutcome(CallResult.ACCEPTED, "accepted", null, null);
    }

    static HermesOutcome of(CallResult result, String why) {
        return new HermesOutcome(result, why, null, null);
    }

    /** The token is a secret. */
    @Override
    public String toString() {
        return result + ": " + why;
    }
}
