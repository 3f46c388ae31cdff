package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;

import java.time.Duration;
import java.util.Locale;

/**
 * Tokens reserved from a budget.
 *
 * @param allocationId its id: the budget's id, a dot and a UUIDv7
 * @param budgetId its budget
 * @param contextId the context that it was granted to
 * @param scope where its usage will belong, as far as that is known
 * @param model the model that it was asked for
 * @param priority 1 to 10; 10 passes hard limits
 * @param tokens how many were granted, at least 1
 * @param price what holds it in money; null when the price is unknown
 * @param inputTokens the input tokens drawn, over-use included
 * @param outputTokens the output tokens drawn, over-use included
 * @param cost what was drawn cost
 * @param state where it is in its life
 * @param createdAtMs when it was granted, epoch milliseconds of ledger time
 * @param expiresAtMs when it expires
 * @param updatedAtMs when it last changed
 * @param overrode true when it passed a hard limit by its priority
 * @param mismatched true when usage drew it from outside its scope
 * @param metadata the client's own
 * @param serviceTier the only service tier that it is for; null for any
 * @param requests how many requests may draw on it, and do; null for one, and none yet
 */
public record Allocation(
        String allocationId,
        String budgetId,
        String contextId,
        Scope scope,
        @Nullable String model,
        int priority,
        long tokens,
        @Nullable HoldPrice price,
        long inputTokens,
        long outputTokens,
        Money cost,
        AllocationState state,
        long createdAtMs,
        long expiresAtMs,
        long updatedAtMs,
        boolean overrode,
        boolean mismatched,
        Metadata metadata,
        @Nullable ServiceTier serviceTier,
        @Nullable RequestCount requests) {

    /** The life of an allocation that names no end. */
    public static final Duration LIFE_DEFAULT = Duration.ofDays(1);

    /** How many requests may draw on an allocation that says nothing of it. */
    public static final long REQUESTS_DEFAULT = 1;

    /** The most requests that may draw on an allocation. */
    public static final long REQUESTS_MAX = 1_000_000;

    /**
     * The requests of an allocation. Only the fees of so many are held: further ones draw tokens
     * all the same.
     *
     * @param max how many may draw on it, 1 to {@link #REQUESTS_MAX}
     * @param used how many have
     */
    public record RequestCount(long max, long used) {}

    /** The priority that passes hard limits. */
    public static final int PRIORITY_OVERRIDE = 10;

    /** Where an allocation is in its life. All but {@link #OPEN} are the end of it. */
    public enum AllocationState {
        OPEN,
        EXHAUSTED,
        RELEASED,
        EXPIRED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** True when it reserves and can be drawn down. */
    public boolean isOpen() {
        return state == AllocationState.OPEN;
    }

    /** The tokens drawn, over-use included. */
    public long usedTokens() {
        return inputTokens + outputTokens;
    }

    /** The tokens that were not drawn, at least 0. */
    public long undrawnTokens() {
        return Math.max(0, tokens - usedTokens());
    }

    /** How many requests may draw on it. */
    public long requestsMax() {
        return requests == null ? REQUESTS_DEFAULT : requests.max();
    }

    /** How many requests have drawn on it. */
    public long requestsUsed() {
        return requests == null ? 0 : requests.used();
    }

    /** What it keeps reserved, wherever it will be used: nothing once it has ended. */
    public Amount reserved() {
        return reserved(Scope.ANY);
    }

    /** What it keeps reserved under a limit of that scope. */
    public Amount reserved(Scope limit) {
        if (!isOpen()) {
            return Amount.ZERO;
        }
        long left = undrawnTokens();
        long requestsLeft = Math.max(0, requestsMax() - requestsUsed());
        return new Amount(left, price == null ? Money.ZERO : price.of(limit, left, requestsLeft));
    }

    /** True when what was drawn cost more than was held for it; never without a known price. */
    public boolean costsMoreThanHeld() {
        return price != null
                && cost.compareTo(
                                price.of(
                                        Math.min(tokens, usedTokens()),
                                        Math.min(requestsMax(), requestsUsed())))
                        > 0;
    }
}
