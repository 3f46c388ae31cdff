package tekton.budget.alerting.rule;

import tekton.budget.codec.JsonBytes;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.Notice;

import java.time.Duration;
import java.time.Instant;

/**
 * What is said of usage records: of unpriced models once a day, of a service tier without a rate
 * once for each model, of dead letters each.
 */
final class RecordRules {

    private static final long MINUTES_A_DAY = Duration.ofDays(1).toMinutes();

    private RecordRules() {}

    static EventBuilder noticed(Input.Noticed fact) {
        Notice notice = fact.notice();
        long day = Math.floorDiv(notice.hour().value(), MINUTES_A_DAY);
        JsonBytes details =
                EventBuilder.newDetails()
                        .property("subject", notice.subject())
                        .property("hour", Instant.ofEpochMilli(notice.hour().startMs()).toString());
        return switch (notice.kind()) {
            case UNPRICED_USAGE ->
                    new EventBuilder(
                            EventIds.of("unpriced", notice.budgetId(), notice.subject(), day),
                            BudgetEvent.Type.MODEL_UNPRICED,
                            Severity.WARNING,
                            notice.budgetId(),
                            null,
                            "No price for " + notice.subject(),
                            "Budget %s used %s, whose price is not known: the tokens count, their cost does not."
                                    .formatted(notice.budgetId(), notice.subject()),
                            details,
                            fact.atMs(),
                            true);
            case ESTIMATED_USAGE ->
                    new EventBuilder(
                            EventIds.of("estimated", notice.subject()),
                            BudgetEvent.Type.TIER_ESTIMATED,
                            Severity.WARNING,
                            null,
                            null,
                            "No rate for " + notice.subject(),
                            "%s was used, and no price list has a rate of that service tier: it is charged at the standard rates, which is an estimate."
                                    .formatted(notice.subject()),
                            details,
                            fact.atMs(),
                            true);
            case CELLS_FOLDED ->
                    new EventBuilder(
                            EventIds.of("folded", notice.budgetId(), day),
                            BudgetEvent.Type.CELLS_FOLDED,
                            Severity.WARNING,
                            notice.budgetId(),
                            null,
                            "Too many different kinds of usage in budget " + notice.budgetId(),
                            "Budget %s has more kinds of usage in an hour than are kept apart; further ones are summed under \"other\"."
                                    .formatted(notice.budgetId()),
                            details,
                            fact.atMs(),
                            true);
        };
    }

    static EventBuilder deadLettered(Input.DeadLettered fact) {
        boolean conflict = fact.reason() == DeadLetter.Reason.CONFLICT;
        return new EventBuilder(
                EventIds.of("dead letter", fact.topic(), fact.partition(), fact.offset()),
                conflict ? BudgetEvent.Type.RECORD_CONFLICT : BudgetEvent.Type.DEAD_LETTER,
                conflict ? Severity.WARNING : Severity.ERROR,
                null,
                null,
                conflict ? "A record id was used twice" : "A record could not be counted",
                "%s (%s-%d at %d)."
                        .formatted(fact.message(), fact.topic(), fact.partition(), fact.offset()),
                EventBuilder.newDetails()
                        .property("reason", fact.reason().wireName())
                        .property("topic", fact.topic())
                        .property("partition", fact.partition())
                        .property("offset", fact.offset()),
                fact.atMs(),
                true);
    }
}
