package tekton.budget.alerting.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.alerting.Facts;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Standing;

import java.util.List;

class LimitRulesTest {

    /** So late in the window that nothing is foretold. */
    private static final long LATE_MS = Facts.START_MS + Facts.DAY_MS - 60_000;

    private static final long NEXT_MS = Facts.START_MS + Facts.DAY_MS;

    private final RuleState memory = new RuleState();
    private final Rules rules = new Rules(memory);

    @Test
    void shouldSayEachLevelOnce() {
        assertThat(types(hear(Level.WARNING, 80, 100)))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING);
        assertThat(hear(Level.WARNING, 80, 100)).isEmpty();
        assertThat(types(hear(Level.ACTION, 95, 100)))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING);
        assertThat(types(hear(Level.EXCEEDED, 100, 100)))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED);
        assertThat(hear(Level.EXCEEDED, 120, 100)).isEmpty();
    }

    @Test
    void shouldSayOnlyTheHighestLevelThatIsLeaptTo() {
        assertThat(types(hear(Level.EXCEEDED, 150, 100)))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED);
    }

    @Test
    void shouldRateAHardLimitsActionAnError() {
        assertThat(hear(Level.WARNING, 80, 100).getFirst().severity()).isEqualTo(Severity.WARNING);
        assertThat(hear(Level.ACTION, 95, 100).getFirst().severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void shouldSayALevelAgainWhenTheLimitHasChanged() {
        hear(Level.WARNING, 80, 100);

        assertThat(types(hear(Level.WARNING, 80, 99)))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING);
        assertThat(types(rules.hear(fact(Level.WARNING, 80, 100, LATE_MS + 1))))
                .describedAs("back to the limit before")
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING);
    }

    @Test
    void shouldSayNothingOfWhatIsReadAgainBehindTheNewest() {
        rules.hear(fact(Level.WARNING, 80, 100, LATE_MS));
        rules.hear(fact(Level.ACTION, 95, 100, LATE_MS + 1));
        rules.hear(fact(Level.WARNING, 80, 110, LATE_MS + 2));

        assertThat(rules.hear(fact(Level.ACTION, 95, 100, LATE_MS + 1))).isEmpty();
        assertThat(rules.hear(fact(Level.WARNING, 80, 110, LATE_MS + 2))).isEmpty();
    }

    @Test
    void shouldSayNothingAgainWhenAPolicyIsDisabledAndEnabled() {
        hear(Level.WARNING, 80, 100);

        assertThat(types(hear(Level.NORMAL, 80, 100)))
                .containsExactly(BudgetEvent.Type.LIMIT_RECOVERED);
        assertThat(hear(Level.WARNING, 80, 100)).isEmpty();
    }

    @Test
    void shouldSayThatAWindowHasEndedOnlyOfOneThatHadCrossed() {
        assertThat(hear(Level.NORMAL, 1, 100)).isEmpty();
        hear(Level.WARNING, 80, 100);

        List<BudgetEvent> events = rules.hear(next(Level.NORMAL, 0));

        assertThat(types(events)).containsExactly(BudgetEvent.Type.WINDOW_RESET);
        assertThat(events.getFirst().message()).contains("80 of 100 tokens");
        assertThat(types(rules.hear(next(Level.WARNING, 85))))
                .contains(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING);
    }

    @Test
    void shouldNotSayThatAWindowHasEndedThatHadRecovered() {
        hear(Level.WARNING, 80, 100);
        hear(Level.NORMAL, 80, 200);

        assertThat(types(rules.hear(next(Level.EXCEEDED, 100))))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED);
    }

    @Test
    void shouldSayBothWhenTheNextWindowIsBeyondAThresholdAtOnce() {
        hear(Level.WARNING, 80, 100);

        assertThat(types(rules.hear(next(Level.EXCEEDED, 100))))
                .containsExactly(
                        BudgetEvent.Type.WINDOW_RESET, BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED);
    }

    @Test
    void shouldForetellOnceWhenTheLimitWillNotLast() {
        long noonMs = Facts.START_MS + Facts.DAY_MS / 2;

        List<BudgetEvent> events = rules.hear(fact(Level.WARNING, 80, 100, noonMs));

        assertThat(types(events))
                .containsExactly(
                        BudgetEvent.Type.TOKEN_LIMIT_APPROACHING, BudgetEvent.Type.LIMIT_FORECAST);
        // 80 in 12 hours, so the last 20 in 3.
        assertThat(events.get(1).message()).contains("exhausted at 15:00 UTC on 2026-05-01");
        assertThat(types(rules.hear(fact(Level.ACTION, 95, 100, noonMs + 1))))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING);
    }

    @Test
    void shouldSayALevelOnceForEachSession() {
        assertThat(types(rules.hear(inSession("c1", Level.WARNING, 80))))
                .containsExactly(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING);
        assertThat(rules.hear(inSession("c1", Level.WARNING, 80))).isEmpty();

        BudgetEvent other = rules.hear(inSession("c2", Level.EXCEEDED, 100)).getFirst();

        assertThat(other.type()).isEqualTo(BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED);
        assertThat(other.message()).endsWith("per session limit. That is context c2.");
        assertThat(other.details().json()).contains("\"context_id\":\"c2\"");
        assertThat(memory.takeChanges())
                .describedAs("of sessions nothing is kept but how many were said")
                .allMatch(StateRow.Tally.class::isInstance);
    }

    @Test
    void shouldCreateNothingTwiceWhenAskedToCheck() {
        hear(Level.WARNING, 80, 100);

        assertThat(rules.check(null, null, LATE_MS)).isEmpty();
        assertThat(rules.check("team-b", null, NEXT_MS)).isEmpty();
        assertThat(rules.check(null, Period.HOURLY, NEXT_MS)).isEmpty();
        List<BudgetEvent> ended = rules.check("team-a", Period.DAILY, NEXT_MS);
        assertThat(types(ended)).containsExactly(BudgetEvent.Type.WINDOW_RESET);
        assertThat(rules.check(null, null, NEXT_MS)).isEmpty();
        assertThat(rules.hear(next(Level.NORMAL, 0)))
                .describedAs("what the check has said, the ledger does not say again")
                .isEmpty();
    }

    @Test
    void shouldGiveTheSameEventForTheSameFacts() {
        BudgetEvent event = hear(Level.WARNING, 80, 100).getFirst();
        BudgetEvent again =
                new Rules(new RuleState()).hear(fact(Level.WARNING, 80, 100, LATE_MS)).getFirst();

        assertThat(again).isEqualTo(event);
    }

    @Test
    void shouldNameTheBudgetItsOwnerAndTheFiguresOfTheContract() {
        rules.hear(
                new Input.FromLedger(
                        new LedgerEvent.BudgetDefined(
                                "r",
                                new Budget(
                                        "team-a",
                                        "Team A",
                                        null,
                                        "ann",
                                        "UTC",
                                        true,
                                        Metadata.NONE,
                                        0,
                                        0),
                                List.of(),
                                0)));

        BudgetEvent event = hear(Level.WARNING, 80, 100).getFirst();

        assertThat(event.owner()).isEqualTo("ann");
        assertThat(event.title()).isEqualTo("Daily token limit at 80 %");
        assertThat(event.message())
                .isEqualTo(
                        "Budget Team A (team-a) has used 80 of 100 tokens (80 %) of its daily"
                                + " limit. The window ends at 00:00 UTC on 2026-05-02.");
        assertThat(event.details().json())
                .isEqualTo(
                        "{\"period\":\"daily\",\"tier\":null,\"provider\":null,\"component\":null,"
                                + "\"task_type\":null,\"usage_percentage\":0.8,\"token_limit\":100,"
                                + "\"tokens_used\":80,\"reserved\":0,\"level\":\"warning\","
                                + "\"policy_type\":\"hard_limit\","
                                + "\"window_start\":\"2026-05-01T00:00:00Z\","
                                + "\"window_end\":\"2026-05-02T00:00:00Z\"}");
    }

    @Test
    void shouldNotRoundUpToALimit() {
        assertThat(hear(Level.ACTION, 99_999, 100_000).getFirst().title()).endsWith("at 99.9 %");
    }

    @Test
    void shouldGoOnFromItsMemory() {
        hear(Level.WARNING, 80, 100);
        RuleState restored = new RuleState();
        memory.takeChanges().forEach(restored::restore);

        assertThat(types(new Rules(restored).hear(next(Level.NORMAL, 0))))
                .containsExactly(BudgetEvent.Type.WINDOW_RESET);
    }

    private static Input inSession(String contextId, Level level, long used) {
        Standing window = Facts.standing("team-a", 0, level, used, 100);
        return new Input.FromLedger(
                new LedgerEvent.LevelCrossed(
                        "team-a",
                        contextId,
                        new Standing(
                                window.policyId(),
                                window.type(),
                                Period.PER_SESSION,
                                window.scope(),
                                null,
                                null,
                                window.measure(),
                                level,
                                window.limit(),
                                window.used(),
                                window.reserved(),
                                window.asked()),
                        LATE_MS));
    }

    private List<BudgetEvent> hear(Level level, long used, long limit) {
        return rules.hear(fact(level, used, limit, LATE_MS));
    }

    private static Input fact(Level level, long used, long limit, long atMs) {
        return new Input.FromLedger(Facts.crossed(level, used, limit, atMs));
    }

    private static Input next(Level level, long used) {
        LevelCrossed crossed =
                Facts.crossed("team-a", NEXT_MS, level, used, 100, NEXT_MS + Facts.DAY_MS - 1);
        return new Input.FromLedger(crossed);
    }

    private static List<BudgetEvent.Type> types(List<BudgetEvent> events) {
        return events.stream().map(BudgetEvent::type).toList();
    }
}
