package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.poller.feed.ModelKey;

import java.time.Instant;

/** Prices that cannot be right. */
final class Quarantine {

    private Quarantine() {}

    /** What is held of figures that make no price: nobody can release it. */
    static Quarantined of(
            String source, Faulty faulty, @Nullable PricePublished latest, Instant now) {
        ModelKey model = faulty.model();
        return new Quarantined(
                FindingIds.ofRaw(source, model, faulty.raw()),
                model.provider(),
                model.model(),
                source,
                faulty.faults(),
                faulty.raw(),
                null,
                latest == null ? null : latest.versionId(),
                now,
                QuarantineState.HELD,
                null);
    }
}
