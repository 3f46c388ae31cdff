package tekton.budget.api.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.api.alerts.AlertFilter.Snoozes;
import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Metadata;

import java.time.Instant;

class AlertFilterTest {

    @ParameterizedTest
    @CsvSource({
        // what of snoozed ones is listed, put off until, now, listed
        "FALSE, 90, 89, false",
        "FALSE, 90, 90, true",
        "FALSE,, 89, true",
        "TRUE, 90, 89, true",
        "TRUE, 90, 90, false",
        "TRUE,, 89, false",
        "ALL, 90, 89, true",
        "ALL,, 89, true"
    })
    void shouldListASnoozedAlertAgainWhenItsTimeIsOver(
            Snoozes snoozes, Long putOffUntilMs, long nowMs, boolean listed) {
        Alert alert = new Alert(event(), 0, null, putOffUntilMs);

        assertThat(new AlertFilter(null, null, null, false, snoozes).takes(alert, nowMs))
                .isEqualTo(listed);
    }

    @ParameterizedTest
    @CsvSource({
        // budget, severity, type, seen, listed
        "team, WARNING, LIMIT_FORECAST, true, true",
        ",,, true, true",
        ",,, false, false",
        "other,,, true, false",
        ", ERROR,, true, false",
        ",, DEAD_LETTER, true, false"
    })
    void shouldListWhatEveryPartTakes(
            String budgetId,
            BudgetEvent.Severity severity,
            BudgetEvent.Type type,
            boolean seen,
            boolean listed) {
        Alert alert = new Alert(event(), 0, new Acknowledged("e", "ann", 5), null);

        assertThat(new AlertFilter(budgetId, severity, type, seen, Snoozes.FALSE).takes(alert, 1))
                .isEqualTo(listed);
    }

    private static BudgetEvent event() {
        return new BudgetEvent(
                "e",
                BudgetEvent.Type.LIMIT_FORECAST,
                BudgetEvent.Severity.WARNING,
                "team",
                null,
                null,
                "title",
                "message",
                Metadata.NONE,
                Instant.ofEpochSecond(1));
    }
}
