package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;

import java.time.Duration;
import java.util.Objects;

/**
 * One limit over one period and one scope of a budget. Zero is a limit like any other; absent means
 * none.
 *
 * @param policyId its id: the budget's id, a dot and a name unique in the budget
 * @param budgetId its budget
 * @param type what it does
 * @param period over what it holds
 * @param scope to what it applies; period and scope together are unique in a budget
 * @param tokenLimit the most tokens, at least 0
 * @param costLimit the most money
 * @param warningPpm from which part of the limit on it warns, in millionths, 1 to 1,000,000
 * @param actionPpm from which part on it is urgent, in millionths, at least {@code warningPpm}
 * @param enabled false counts on, and does nothing
 * @param metadata the client's own
 * @param createdAtMs epoch milliseconds of ledger time
 * @param updatedAtMs epoch milliseconds of ledger time
 * @param provisional how it came here, when the request that made it named no budget; null when it
 *     named this one
 * @param moved what was moved from here to another budget; null when nothing was, or something has
 *     changed since
 */
public record Policy(
        String policyId,
        String budgetId,
        PolicyType type,
        Period period,
        Scope scope,
        @Nullable Long tokenLimit,
        @Nullable Money costLimit,
        int warningPpm,
        int actionPpm,
        boolean enabled,
        Metadata metadata,
        long createdAtMs,
        long updatedAtMs,
        @Nullable Provisional provisional,
        @Nullable Moved moved) {

    /**
     * For how long after it was made a provisional policy may be moved, and after it was moved a
     * repeat is known for one: 10 minutes of ledger time. A program that means another budget says
     * so with its next request.
     */
    public static final long MOVABLE_MS = Duration.ofMinutes(10).toMillis();

    /** A whole limit in millionths. */
    public static final int PPM = 1_000_000;

    /** The warning threshold of a policy that names none: 80 %. */
    public static final int WARNING_PPM_DEFAULT = 800_000;

    /** The action threshold of a policy that names none: 95 %. */
    public static final int ACTION_PPM_DEFAULT = 950_000;

    /**
     * Made by a request that named no budget. Such a request may be followed by one that says which
     * budget it meant.
     *
     * @param requestId the request
     * @param atMs when it was decided, epoch milliseconds
     * @param replaced the policy that was there before, or null
     */
    public record Provisional(String requestId, long atMs, @Nullable Policy replaced) {

        /** True for as long as it may be moved. */
        public boolean isMovable(long nowMs) {
            return nowMs - atMs < MOVABLE_MS;
        }
    }

    /**
     * A provisional policy that was moved to another budget.
     *
     * @param atMs when, epoch milliseconds
     * @param policy what it was
     * @param vacated whether nothing was there before it, so that nothing is there now
     */
    public record Moved(long atMs, Policy policy, boolean vacated) {

        /** True for as long as a repeat of the move is known for one. */
        public boolean isRecent(long nowMs) {
            return nowMs - atMs < MOVABLE_MS;
        }
    }

    /** A policy of a budget that was named. */
    public Policy(
            String policyId,
            String budgetId,
            PolicyType type,
            Period period,
            Scope scope,
            @Nullable Long tokenLimit,
            @Nullable Money costLimit,
            int warningPpm,
            int actionPpm,
            boolean enabled,
            Metadata metadata,
            long createdAtMs,
            long updatedAtMs) {
        this(
                policyId,
                budgetId,
                type,
                period,
                scope,
                tokenLimit,
                costLimit,
                warningPpm,
                actionPpm,
                enabled,
                metadata,
                createdAtMs,
                updatedAtMs,
                null,
                null);
    }

    /** True when it stands only to remember what was moved from here: nobody is shown it. */
    public boolean isVacant() {
        return moved != null && moved.vacated();
    }

    /** The same as if its budget had been named, with no memory of what was moved. */
    public Policy settled() {
        return with(enabled, updatedAtMs, null, null);
    }

    /** The same with another state. */
    public Policy with(
            boolean isEnabled,
            long changedAtMs,
            @Nullable Provisional madeBy,
            @Nullable Moved movedFromHere) {
        return new Policy(
                policyId,
                budgetId,
                type,
                period,
                scope,
                tokenLimit,
                costLimit,
                warningPpm,
                actionPpm,
                isEnabled,
                metadata,
                createdAtMs,
                changedAtMs,
                madeBy,
                movedFromHere);
    }

    /** True when it does the same, in whichever budget. */
    public boolean doesTheSameAs(Policy other) {
        return type == other.type
                && period == other.period
                && scope.equals(other.scope)
                && Objects.equals(tokenLimit, other.tokenLimit)
                && Objects.equals(costLimit, other.costLimit)
                && warningPpm == other.warningPpm
                && actionPpm == other.actionPpm
                && enabled == other.enabled
                && metadata.equals(other.metadata);
    }

    /** What another budget gets when this is attached to it. */
    public Policy attachable(long nowMs) {
        boolean waits = provisional != null && provisional.isMovable(nowMs);
        return !waits && moved != null && moved.isRecent(nowMs) ? moved.policy() : settled();
    }

    /** True when it is enabled and refuses what does not fit. */
    public boolean isEnforced() {
        return enabled && type == PolicyType.HARD_LIMIT;
    }
}
