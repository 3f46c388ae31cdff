package tekton.budget.metering.topology;

import tekton.budget.event.DeadLetter;
import tekton.budget.metering.streams.AgeCounts;
import tekton.budget.metering.streams.OpenCounts;
import tekton.budget.metering.topology.MeteringCounters.Outcome;
import tekton.budget.metering.usage.UsageOutcome;

/** What one task of stage one has counted in its open transaction. Of one stream thread. */
final class OpenUsage {

    private final OpenCounts<Outcome> outcomes;
    private final OpenCounts<DeadLetter.Reason> deadLetters;
    private final AgeCounts.Open age;

    OpenUsage(MeteringCounters counters) {
        outcomes = new OpenCounts<>(counters, Outcome.class);
        deadLetters = new OpenCounts<>(counters.deadLetters(), DeadLetter.Reason.class);
        age = new AgeCounts.Open(counters.usageAges());
    }

    /** Notes that a record was read before. */
    void skipped() {
        outcomes.add(Outcome.SKIPPED);
    }

    /** Notes what became of a record. */
    void add(UsageOutcome outcome) {
        switch (outcome) {
            case UsageOutcome.New counted -> {
                outcomes.add(Outcome.COUNTED);
                age.read(counted.origin().appendTimeMs());
                if (counted.charge().unpriced()) {
                    outcomes.add(Outcome.UNPRICED);
                }
                if (counted.charge().estimated()) {
                    outcomes.add(Outcome.ESTIMATED);
                }
            }
            case UsageOutcome.Duplicate() -> outcomes.add(Outcome.DUPLICATE);
            case UsageOutcome.Misrouted _ -> outcomes.add(Outcome.STRAY);
            case UsageOutcome.Unusable(DeadLetter.Reason reason, String _) ->
                    deadLetters.add(reason);
        }
    }

    void committed(long nowMs) {
        outcomes.committed();
        deadLetters.committed();
        age.committed(nowMs);
    }
}
