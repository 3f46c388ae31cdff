package tekton.budget.alerting;

import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Metadata;

import java.time.Instant;

/** Budget events for tests. */
public final class Events {

    private Events() {}

    /** An event of that id. */
    public static BudgetEvent event(String eventId) {
        return new BudgetEvent(
                eventId,
                BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED,
                BudgetEvent.Severity.ERROR,
                "team-a",
                "ann",
                "team-a.p1",
                "Daily token limit at 100 %",
                "All is <used> & gone.",
                new Metadata("{\"tokens_used\":100}"),
                Instant.parse("2026-05-01T10:00:00Z"));
    }
}
