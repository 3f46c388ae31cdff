package tekton.budget.metering.topology;

import tekton.budget.event.DeadLetter;
import tekton.budget.metering.streams.AgeCounts;
import tekton.budget.metering.streams.OpenCounts;
import tekton.budget.metering.topology.MeteringCounters.Outcome;

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

    void add(Outcome outcome) {
        outcomes.add(outcome);
    }

    void add(DeadLetter.Reason reason) {
        deadLetters.add(reason);
    }

    /** A record that was appended then, epoch milliseconds, is in its total. */
    void counted(long appendedMs) {
        outcomes.add(Outcome.COUNTED);
        age.read(appendedMs);
    }

    void committed(long nowMs) {
        outcomes.committed();
        deadLetters.committed();
        age.committed(nowMs);
    }
}
