package tekton.budget.metering.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Refusal.RefusalCode;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What became of the requests and deltas that the ledger in this process read.
 *
 * @param decisions requests decided in the asker's favour
 * @param refusals refused requests, by code
 * @param ended how allocations ended
 * @param tokensGranted tokens of granted allocations
 * @param tokensReturned tokens that ended allocations have returned to their budgets
 * @param skipped requests that were read again after offsets were lost
 * @param deadLetters records sent to the dead letters
 * @param age how old what came in was when it was decided or booked
 * @param openAllocations how many allocations are open, by partition that is decided about here
 */
public record LedgerMetrics(
        Map<LedgerMetrics.Decision, Counter> decisions,
        Map<RefusalCode, Counter> refusals,
        Map<AllocationState, Counter> ended,
        Counter tokensGranted,
        Counter tokensReturned,
        Counter skipped,
        Map<Reason, Counter> deadLetters,
        Timer age,
        Map<Integer, Long> openAllocations) {

    /** The ledger's decisions but refusals, which have a code. */
    public enum Decision {
        BUDGET_DEFINED,
        POLICY_DEFINED,
        GRANTED,
        RELEASED,
        /** Made again, and the first decision stands. */
        REPEATED
    }

    static LedgerMetrics of(Registration registration) {
        Map<AllocationState, Counter> ended = new EnumMap<>(AllocationState.class);
        for (AllocationState state : AllocationState.values()) {
            if (state != AllocationState.OPEN) {
                ended.put(
                        state,
                        registration.counter(
                                "budget.allocations.ended",
                                "Allocations that have ended",
                                "state",
                                state.wireName()));
            }
        }
        return new LedgerMetrics(
                registration.counters(
                        Decision.class,
                        decision ->
                                registration.counter(
                                        "budget.decisions",
                                        "Requests that the ledger has decided in the asker's"
                                                + " favour, committed",
                                        "outcome",
                                        decision.name().toLowerCase(Locale.ROOT))),
                registration.counters(
                        RefusalCode.class,
                        code ->
                                registration.counter(
                                        "budget.refusals",
                                        "Requests that the ledger has refused, committed",
                                        "code",
                                        code.wireName())),
                ended,
                registration.counter(
                        "budget.allocation.tokens.granted", "Tokens of granted allocations"),
                registration.counter(
                        "budget.allocation.tokens.returned",
                        "Tokens that ended allocations have returned to their budgets"),
                registration.skipped("ledger"),
                registration.deadLetters("ledger"),
                registration.age("ledger"),
                new ConcurrentHashMap<>());
    }

    /** How many allocations are open in all partitions that are decided about here. */
    public long open() {
        return openAllocations.values().stream().mapToLong(Long::longValue).sum();
    }
}
