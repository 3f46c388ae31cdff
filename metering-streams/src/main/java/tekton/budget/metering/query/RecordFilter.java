package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.UsageReported;
import tekton.budget.value.Tier;

/**
 * Which records are wanted. Null means any; names are compared exactly.
 *
 * @param fromMs the earliest event time, epoch milliseconds
 * @param untilMs the first event time that is too late
 */
public record RecordFilter(
        @Nullable String contextId,
        @Nullable String allocationId,
        @Nullable String budgetId,
        @Nullable String component,
        @Nullable String provider,
        @Nullable String model,
        @Nullable String taskType,
        @Nullable Tier tier,
        @Nullable String userId,
        @Nullable Long fromMs,
        @Nullable Long untilMs) {

    /** Every record. */
    public static final RecordFilter ANY =
            new RecordFilter(null, null, null, null, null, null, null, null, null, null, null);

    /** The records of one context. */
    public static RecordFilter ofContext(String contextId) {
        return new RecordFilter(
                contextId, null, null, null, null, null, null, null, null, null, null);
    }

    /**
     * True for a record that is wanted.
     *
     * @param timestampMs its event time, epoch milliseconds
     */
    public boolean takes(UsageReported usage, long timestampMs) {
        return is(contextId, usage.contextId())
                && is(allocationId, usage.allocationId())
                && is(budgetId, usage.budgetId())
                && is(component, usage.component())
                && is(provider, usage.provider())
                && is(model, usage.model())
                && is(taskType, usage.taskType())
                && (tier == null || tier == usage.tier())
                && is(userId, usage.userId())
                && (fromMs == null || timestampMs >= fromMs)
                && (untilMs == null || timestampMs < untilMs);
    }

    private static boolean is(@Nullable String wanted, @Nullable String value) {
        return wanted == null || wanted.equals(value);
    }
}
