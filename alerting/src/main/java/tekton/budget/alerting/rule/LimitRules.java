package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.ledger.Forecast;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Standing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is said of a policy's windows. A level is said once for one limit in one window; when a
 * window leaps over a level, only the higher one is said. That all is well again, and that a window
 * has ended, is said only of what had reached a threshold.
 */
final class LimitRules {

    private final RuleState memory;
    private final LimitWords words;

    LimitRules(RuleState memory) {
        this.memory = memory;
        words = new LimitWords(memory);
    }

    List<EventBuilder> crossed(LevelCrossed fact) {
        Standing now = fact.standing();
        if (fact.contextId() != null) {
            return inSession(fact, fact.contextId());
        }
        StateRow.LimitRow before =
                memory.get(
                        StateRow.LimitRow.key(now.policyId(), now.measure()),
                        StateRow.LimitRow.class);
        if (before != null && fact.atMs() < before.atMs()) {
            // Read again after a commit whose answer was lost: it was heard when it was the newest.
            return List.of();
        }
        boolean sameWindow =
                before != null
                        && Objects.equals(before.standing().windowStartMs(), now.windowStartMs());
        boolean sameLimit =
                before != null
                        && sameWindow
                        && before.standing().limit().compareTo(now.limit()) == 0;
        Level announced = before != null && sameLimit ? before.announced() : Level.NORMAL;
        StateRow.LimitRow row =
                new StateRow.LimitRow(
                        fact.budgetId(),
                        now,
                        now.level().compareTo(announced) > 0 ? now.level() : announced,
                        before != null && sameLimit ? before.sinceMs() : fact.atMs(),
                        fact.atMs());
        memory.put(row);
        List<EventBuilder> drafts = new ArrayList<>();
        boolean wasAbove = before != null && before.standing().level() != Level.NORMAL;
        if (before != null && wasAbove && !sameWindow) {
            drafts.add(reset(before, fact.atMs()));
        }
        if (now.level() == Level.NORMAL && wasAbove && sameWindow) {
            drafts.add(recovered(row));
        }
        drafts.addAll(standing(row));
        return drafts;
    }

    /**
     * Of a session nothing is remembered: there may be any number of them, and what one has used
     * only grows, so a level is reached once.
     */
    private List<EventBuilder> inSession(LevelCrossed fact, String contextId) {
        Standing now = fact.standing();
        if (now.level() == Level.NORMAL) {
            return List.of();
        }
        StateRow.LimitRow row =
                new StateRow.LimitRow(fact.budgetId(), now, now.level(), fact.atMs(), fact.atMs());
        return List.of(
                new EventBuilder(
                        id("session", row, contextId, now.level().wireName()),
                        type(now),
                        severity(now),
                        fact.budgetId(),
                        now.policyId(),
                        words.reached(row),
                        words.used(row) + " That is context " + contextId + '.',
                        LimitWords.details(now, null).property("context_id", contextId),
                        fact.atMs(),
                        true));
    }

    List<EventBuilder> check(@Nullable String budgetId, @Nullable Period period, long nowMs) {
        List<EventBuilder> drafts = new ArrayList<>();
        for (StateRow.LimitRow row : memory.all(StateRow.LimitRow.class)) {
            boolean asked =
                    (budgetId == null || budgetId.equals(row.budgetId()))
                            && (period == null || period == row.standing().period());
            if (asked) {
                Long endMs = row.standing().windowEndMs();
                if (endMs == null || nowMs < endMs) {
                    drafts.addAll(standing(row));
                } else if (row.standing().level() != Level.NORMAL) {
                    drafts.add(reset(row, endMs));
                }
            }
        }
        return drafts;
    }

    /** What is to be said of how it stands, if it was not said before. */
    private List<EventBuilder> standing(StateRow.LimitRow row) {
        Standing now = row.standing();
        // Below what was said before, such as after a policy was disabled and enabled again, the
        // id is that of what was said, and so nothing is.
        if (now.level() == Level.NORMAL || now.level() != row.announced()) {
            return List.of();
        }
        List<EventBuilder> drafts = new ArrayList<>();
        drafts.add(level(row));
        Long startMs = now.windowStartMs();
        Long endMs = now.windowEndMs();
        if (startMs != null && endMs != null && now.level() != Level.EXCEEDED) {
            Long exhaustedAtMs =
                    Forecast.exhaustedAtMs(startMs, endMs, row.atMs(), now.used(), now.limit());
            if (exhaustedAtMs != null) {
                drafts.add(forecast(row, exhaustedAtMs));
            }
        }
        return drafts;
    }

    private EventBuilder level(StateRow.LimitRow row) {
        Standing now = row.standing();
        return draft(
                id("level", row, now.level().wireName(), row.sinceMs()),
                type(now),
                severity(now),
                row,
                words.reached(row),
                words.used(row) + words.windowEnds(row),
                row.atMs(),
                null);
    }

    private static BudgetEvent.Type type(Standing now) {
        boolean exceeded = now.level() == Level.EXCEEDED;
        if (now.measure() == Measure.TOKENS) {
            return exceeded
                    ? BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED
                    : BudgetEvent.Type.TOKEN_LIMIT_APPROACHING;
        }
        return exceeded
                ? BudgetEvent.Type.COST_LIMIT_EXCEEDED
                : BudgetEvent.Type.COST_LIMIT_APPROACHING;
    }

    /** A threshold is a warning; what stops work, or is about to, is an error. */
    private static Severity severity(Standing now) {
        boolean stops = now.level() == Level.ACTION && now.type() == PolicyType.HARD_LIMIT;
        return now.level() == Level.EXCEEDED || stops ? Severity.ERROR : Severity.WARNING;
    }

    private EventBuilder forecast(StateRow.LimitRow row, long exhaustedAtMs) {
        return draft(
                id("forecast", row, row.sinceMs()),
                BudgetEvent.Type.LIMIT_FORECAST,
                Severity.WARNING,
                row,
                words.limit(row) + " will not last",
                words.willBeExhausted(row, exhaustedAtMs),
                row.atMs(),
                exhaustedAtMs);
    }

    private EventBuilder recovered(StateRow.LimitRow row) {
        return draft(
                id("recovered", row, row.atMs()),
                BudgetEvent.Type.LIMIT_RECOVERED,
                Severity.INFO,
                row,
                words.limit(row) + " recovered",
                words.used(row) + " It is below every threshold, or not watched any more.",
                row.atMs(),
                null);
    }

    private EventBuilder reset(StateRow.LimitRow ended, long atMs) {
        return draft(
                id("reset", ended),
                BudgetEvent.Type.WINDOW_RESET,
                Severity.INFO,
                ended,
                words.limit(ended) + " starts anew",
                words.hasEnded(ended),
                atMs,
                null);
    }

    private static EventBuilder draft(
            String id,
            BudgetEvent.Type type,
            Severity severity,
            StateRow.LimitRow row,
            String title,
            String message,
            long atMs,
            @Nullable Long exhaustedAtMs) {
        return new EventBuilder(
                id,
                type,
                severity,
                row.budgetId(),
                row.standing().policyId(),
                title,
                message,
                LimitWords.details(row.standing(), exhaustedAtMs),
                atMs,
                false);
    }

    private static String id(String what, StateRow.LimitRow row, Object... more) {
        Standing standing = row.standing();
        return EventIds.of(
                what,
                standing.policyId(),
                standing.measure().wireName(),
                standing.windowStartMs(),
                standing.limit().stripTrailingZeros().toPlainString(),
                List.of(more));
    }
}
