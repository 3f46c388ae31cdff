package tekton.budget.metering.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import tekton.budget.event.DeadLetter.Reason;

import java.util.Map;

/**
 * What became of the usage that this process read.
 *
 * @param counted records added to the totals
 * @param unpriced those of them whose price is not known
 * @param estimated those of them that are charged as standard, nobody having a rate of their
 *     service tier
 * @param duplicates records whose id had been counted with the same content
 * @param misrouted records sent on to the partition of their context
 * @param skipped records, deltas excepted, that were read again after offsets were lost
 * @param deadLetters records sent to the dead letters
 * @param contextsAge how old usage was when it was in its context's total
 * @param budgetsAge how old what stage one has told was when stage two had added it
 */
public record UsageMetrics(
        Counter counted,
        Counter unpriced,
        Counter estimated,
        Counter duplicates,
        Counter misrouted,
        Counter skipped,
        Map<Reason, Counter> deadLetters,
        Timer contextsAge,
        Timer budgetsAge) {

    static UsageMetrics of(Registration registration) {
        return new UsageMetrics(
                registration.counter(
                        "budget.usage.counted", "Usage records added to the totals, committed"),
                registration.counter(
                        "budget.usage.unpriced", "Counted usage records without a known price"),
                registration.counter(
                        "budget.usage.estimated",
                        "Counted usage records whose service tier has no rate, charged as"
                                + " standard"),
                registration.counter(
                        "budget.usage.duplicates",
                        "Usage records whose id had been counted with the same content"),
                registration.counter(
                        "budget.usage.strays",
                        "Usage records moved to the partition of their context"),
                registration.skipped("metering"),
                registration.deadLetters("metering"),
                registration.age("contexts"),
                registration.age("budgets"));
    }
}
