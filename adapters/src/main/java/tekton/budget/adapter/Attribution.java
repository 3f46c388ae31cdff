package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

/**
 * Whom calls belong to that do not say it themselves, from headers or an envelope.
 *
 * @param contextId null if nobody said
 * @param component null if nobody said
 * @param budgetId null if nobody said
 * @param userId null if nobody said
 * @param taskType null if nobody said
 * @param allocationId null if nobody said
 */
public record Attribution(
        @Nullable String contextId,
        @Nullable String component,
        @Nullable String budgetId,
        @Nullable String userId,
        @Nullable String taskType,
        @Nullable String allocationId) {

    /** Nobody said anything. */
    public static final Attribution NONE = new Attribution(null, null, null, null, null, null);
}
