package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Policy.Moved;
import tekton.budget.ledger.Policy.Provisional;

/**
 * Policies whose maker named no budget. Tekton's command line makes every policy so, and says with
 * its next request which budget it means: there the policy then is, and here what it has replaced
 * is again.
 */
final class ProvisionalRules {

    /** How many replaced policies are remembered below one another. */
    static final int DEPTH_MAX = 8;

    private ProvisionalRules() {}

    /**
     * A policy as it is when its maker has named no budget.
     *
     * @param same the one that it replaces, or null
     */
    static Policy made(Policy policy, String requestId, @Nullable Policy same, long atMs) {
        return policy.with(
                policy.enabled(),
                policy.updatedAtMs(),
                new Provisional(requestId, atMs, replaced(policy, same, atMs)),
                null);
    }

    /**
     * A policy once it is known which budget was meant.
     *
     * @param madeBy the request that made what is placed; if nothing of it is left, or its time is
     *     over, the policy stays as it is, so that a repeat changes nothing
     * @param meantFor the budget
     */
    static Policy placed(Policy policy, String madeBy, String meantFor, long atMs) {
        Provisional made = policy.provisional();
        if (made == null) {
            return policy;
        }
        if (made.requestId().equals(madeBy)) {
            if (meantFor.equals(policy.budgetId())) {
                return policy.settled();
            }
            return made.isMovable(atMs) ? without(policy, made.replaced(), atMs) : policy;
        }
        Policy below = made.replaced();
        Policy left = below == null ? null : placed(below, madeBy, meantFor, atMs);
        if (left == null || left.equals(below)) {
            return policy;
        }
        // Somebody else's is above it: that stays, and has now replaced what was below.
        return policy.with(
                policy.enabled(),
                policy.updatedAtMs(),
                new Provisional(
                        made.requestId(),
                        made.atMs(),
                        left.isVacant()
                                ? null
                                : left.with(
                                        left.enabled(),
                                        left.updatedAtMs(),
                                        left.provisional(),
                                        null)),
                policy.moved());
    }

    /** True when only what was moved is remembered, and nobody will ask for it any more. */
    static boolean isOver(Policy policy, long atMs) {
        Moved moved = policy.moved();
        return moved != null && moved.vacated() && !moved.isRecent(atMs);
    }

    private static Policy without(Policy policy, @Nullable Policy replaced, long atMs) {
        Policy gone = policy.settled();
        return replaced == null
                ? gone.with(false, atMs, null, new Moved(atMs, gone, true))
                : replaced.with(
                        replaced.enabled(),
                        replaced.updatedAtMs(),
                        replaced.provisional(),
                        new Moved(atMs, gone, false));
    }

    private static @Nullable Policy replaced(Policy policy, @Nullable Policy same, long atMs) {
        if (same == null || same.isVacant()) {
            return null;
        }
        Provisional before = same.provisional();
        if (before == null || !before.isMovable(atMs)) {
            return same.settled();
        }
        // The same once more is a repeat of what was cut off: there is one of it, not two.
        if (policy.doesTheSameAs(same) || depth(same) >= DEPTH_MAX) {
            return before.replaced();
        }
        return same.with(same.enabled(), same.updatedAtMs(), before, null);
    }

    private static int depth(Policy policy) {
        Provisional made = policy.provisional();
        return made == null || made.replaced() == null ? 1 : 1 + depth(made.replaced());
    }
}
