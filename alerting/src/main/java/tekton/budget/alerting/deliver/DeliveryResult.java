package tekton.budget.alerting.deliver;

import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param verdict what to do now
 * @param status the HTTP status; null when there was no answer
 * @param message what happened, in one sentence
 */
record DeliveryResult(NextStep verdict, @Nullable Integer status, String message) {

    /** What to do now. */
    enum NextStep {
        /** Nothing: it was taken. */
        TAKEN,
        /** Try again later. */
        AGAIN,
        /** Deliver nothing to that channel any more. */
        GONE
    }

    private static final int HTTP_GONE = 410;

    /** Any 2xx is taken; a redirect is not followed, so it is a failure like others. */
    static DeliveryResult of(int status) {
        String message = "answered " + status;
        if (status == HTTP_GONE) {
            return new DeliveryResult(NextStep.GONE, status, message);
        }
        return new DeliveryResult(
                status >= 200 && status < 300 ? NextStep.TAKEN : NextStep.AGAIN, status, message);
    }
}
