package tekton.budget.metering.topology;

import tekton.budget.event.DeadLetter;
import tekton.budget.metering.metrics.OpenAge;
import tekton.budget.metering.metrics.OpenCounts;
import tekton.budget.metering.metrics.UsageMetrics;
import tekton.budget.metering.usage.UsageOutcome;

/** What one task of stage one has counted in its open transaction. Of one stream thread. */
final class OpenUsage {

    private final UsageMetrics metrics;
    private final OpenCounts counts = new OpenCounts();
    private final OpenAge age;

    OpenUsage(UsageMetrics metrics) {
        this.metrics = metrics;
        age = new OpenAge(metrics.contextsAge());
    }

    /** Notes that a record was read before. */
    void skipped() {
        counts.add(metrics.skipped());
    }

    /** Notes what became of a record. */
    void add(UsageOutcome outcome) {
        switch (outcome) {
            case UsageOutcome.New counted -> {
                counts.add(metrics.counted());
                age.read(counted.origin().appendTimeMs());
                if (counted.charge().unpriced()) {
                    counts.add(metrics.unpriced());
                }
                if (counted.charge().estimated()) {
                    counts.add(metrics.estimated());
                }
            }
            case UsageOutcome.Duplicate() -> counts.add(metrics.duplicates());
            case UsageOutcome.Misrouted _ -> counts.add(metrics.misrouted());
            case UsageOutcome.Unusable(DeadLetter.Reason reason, String _) ->
                    counts.add(metrics.deadLetters(), reason);
        }
    }

    void committed(long nowMs) {
        counts.committed();
        age.committed(nowMs);
    }
}
