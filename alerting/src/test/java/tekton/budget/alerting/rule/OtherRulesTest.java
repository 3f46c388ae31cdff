package tekton.budget.alerting.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.alerting.Facts;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.Notice;
import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.QuotedPrice;
import tekton.budget.event.Rates;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Allocations, prices and records. */
class OtherRulesTest {

    private static final long AT_MS = Facts.START_MS + 1_000;

    private final Rules rules = new Rules(new RuleState());

    @Test
    void shouldSayARefusalOnceForALimitInAWindow() {
        assertThat(types(refused(Refusal.RefusalCode.INSUFFICIENT_BUDGET, Facts.START_MS)))
                .containsExactly(BudgetEvent.Type.ALLOCATION_REFUSED);
        assertThat(refused(Refusal.RefusalCode.INSUFFICIENT_BUDGET, Facts.START_MS)).isEmpty();
        assertThat(refused(Refusal.RefusalCode.INSUFFICIENT_BUDGET, Facts.START_MS + Facts.DAY_MS))
                .hasSize(1);
        assertThat(refused(Refusal.RefusalCode.BUDGET_NOT_FOUND, Facts.START_MS))
                .describedAs("a slip of the caller is nobody else's business")
                .isEmpty();
    }

    @Test
    void shouldSayAnOverride() {
        LedgerEvent granted =
                new LedgerEvent.AllocationGranted(
                        "r",
                        allocation(Allocation.AllocationState.OPEN, 0),
                        List.of(),
                        List.of(Facts.standing("team-a", Facts.START_MS, Level.ACTION, 99, 100)),
                        AT_MS);

        List<BudgetEvent> events = hear(granted);

        assertThat(types(events)).containsExactly(BudgetEvent.Type.OVERRIDE_USED);
        assertThat(events.getFirst().message()).contains("leaves 1 tokens");
        assertThat(hear(granted)).isEmpty();
    }

    @Test
    void shouldSayThatAnAllocationExpiredOnlyIfNothingWasUsed() {
        assertThat(ended(Allocation.AllocationState.EXPIRED, 1)).isEmpty();
        assertThat(ended(Allocation.AllocationState.EXHAUSTED, 0)).isEmpty();
        assertThat(types(ended(Allocation.AllocationState.EXPIRED, 0)))
                .containsExactly(BudgetEvent.Type.ALLOCATION_EXPIRED_UNUSED);
    }

    @Test
    void shouldSayOverUseOnceForAnAllocation() {
        assertThat(types(flagged(UsageFlagged.Flag.OVER_USED, "team-a.1")))
                .containsExactly(BudgetEvent.Type.ALLOCATION_OVER_USED);
        assertThat(flagged(UsageFlagged.Flag.OVER_USED, "team-a.1")).isEmpty();
        List<BudgetEvent> dear = flagged(UsageFlagged.Flag.OVER_COST, "team-a.1");
        assertThat(types(dear)).containsExactly(BudgetEvent.Type.ALLOCATION_OVER_USED);
        assertThat(dear.getFirst().message()).contains("cost more than was held");
        assertThat(types(flagged(UsageFlagged.Flag.CLOSED_ALLOCATION, "team-a.1")))
                .containsExactly(BudgetEvent.Type.ALLOCATION_MISNAMED);
    }

    @Test
    void shouldBoundWhatOneFaultCanSay() {
        List<BudgetEvent> events = new ArrayList<>();
        for (int i = 0; i < Rules.HOURLY_MAX + 10; i++) {
            events.addAll(flagged(UsageFlagged.Flag.UNKNOWN_ALLOCATION, "team-a." + i));
        }

        assertThat(events).hasSize(Rules.HOURLY_MAX);
        assertThat(events.getLast().message())
                .endsWith("further ones in this hour are not announced.");
        assertThat(events.getFirst().message()).doesNotContain("further ones");
    }

    @Test
    void shouldSayThatAPriceChanged() {
        assertThat(published(0, 1_000_000)).isEmpty();
        assertThat(published(1, 1_000_000)).describedAs("the same again").isEmpty();

        List<BudgetEvent> events = published(2, 2_000_000);

        assertThat(types(events)).containsExactly(BudgetEvent.Type.PRICE_CHANGED);
        assertThat(events.getFirst().message()).contains("cost 2 USD as input (before: 1)");
        assertThat(events.getFirst().details().json())
                .contains(
                        "\"input_cost_per_token\":{\"old\":0.000001000000,\"new\":0.000002000000}");
        assertThat(published(1, 3_000_000)).describedAs("an older version").isEmpty();
    }

    @Test
    void shouldSayWhatAnOperatorsPriceChangesAndItsEnd() {
        published(0, 1_000_000);
        PricePublished set = price(AT_MS / 1_000 + 10, "operator", 3_000_000);

        assertThat(rules.hear(new Input.Published(set, AT_MS)).getFirst().message())
                .contains("cost 3 USD as input (before: 1)")
                .contains("says operator");
        assertThat(published(AT_MS / 1_000 + 20, 2_000_000))
                .describedAs("a list's price does not hold while the operator's does")
                .isEmpty();

        List<BudgetEvent> events =
                rules.hear(
                        new Input.Published(
                                set.endedAt(Instant.ofEpochMilli(AT_MS + 60_000)), AT_MS + 50_000));

        assertThat(types(events)).containsExactly(BudgetEvent.Type.PRICE_CHANGED);
        assertThat(events.getFirst().message())
                .startsWith("From " + Instant.ofEpochMilli(AT_MS + 60_000))
                .contains("cost 2 USD as input (before: 3)")
                .contains("says built-in");
    }

    @Test
    void shouldSayWhatThePollerDoesNotBelieveOnceAndNotWhatWasDecided() {
        Quarantined held =
                new Quarantined(
                        "0a1b",
                        "wandb",
                        "m",
                        "litellm",
                        List.of(
                                new PriceFault(
                                        PriceFault.FaultCode.CHANGED_TOO_MUCH,
                                        "input 0.015 (expected: within 10 times of 0.000001)")),
                        "{}",
                        null,
                        "wandb/m@1970-01-01T00:00:00Z#built-in",
                        Instant.ofEpochMilli(AT_MS),
                        PriceStatus.QuarantineState.HELD,
                        null);

        List<BudgetEvent> events = rules.hear(new Input.FromPoller(held, AT_MS));

        assertThat(types(events)).containsExactly(BudgetEvent.Type.PRICE_QUARANTINED);
        assertThat(events.getFirst().message())
                .isEqualTo(
                        "litellm says a price of wandb/m that is not believed: input 0.015"
                                + " (expected: within 10 times of 0.000001). The price in force"
                                + " stays.");
        assertThat(events.getFirst().details().json())
                .contains("\"quarantine_id\":\"0a1b\"")
                .contains("\"reasons\":[{\"code\":\"changed_too_much\"");
        assertThat(rules.hear(new Input.FromPoller(held, AT_MS + 1))).isEmpty();
        assertThat(
                        new Rules(new RuleState())
                                .hear(
                                        new Input.FromPoller(
                                                held.decided(
                                                        PriceStatus.QuarantineState.RELEASED,
                                                        Instant.ofEpochMilli(AT_MS)),
                                                AT_MS)))
                .isEmpty();
    }

    @Test
    void shouldSayThatSourcesDisagree() {
        Input fact =
                new Input.FromPoller(
                        new Disagreement(
                                "2c3d",
                                "openai",
                                "gpt-4o",
                                new QuotedPrice("litellm", 2_500_000, 10_000_000),
                                new QuotedPrice("built-in", 10_000_000, 30_000_000),
                                Instant.ofEpochMilli(AT_MS)),
                        AT_MS);

        List<BudgetEvent> events = rules.hear(fact);

        assertThat(types(events)).containsExactly(BudgetEvent.Type.PRICE_SOURCES_DISAGREE);
        assertThat(events.getFirst().message())
                .isEqualTo(
                        "For a million tokens of openai/gpt-4o, litellm says 2.5 USD as input and"
                                + " 10 USD as output; built-in says 10 USD as input and 30 USD as"
                                + " output. The first holds.");
        assertThat(rules.hear(fact)).isEmpty();
    }

    @Test
    void shouldSayThatAModelHasNoPriceOnceADay() {
        long hour = Facts.START_MS / 60_000;

        assertThat(types(noticed(hour))).containsExactly(BudgetEvent.Type.MODEL_UNPRICED);
        assertThat(noticed(hour + 60)).isEmpty();
        assertThat(noticed(hour + 24 * 60)).hasSize(1);
    }

    @Test
    void shouldSayThatATierHasNoRateOnceForEachModel() {
        List<BudgetEvent> first = estimated("team-a", "openai/o9 batch", Facts.START_MS / 60_000);

        assertThat(types(first)).containsExactly(BudgetEvent.Type.TIER_ESTIMATED);
        assertThat(first.getFirst().budgetId()).isNull();
        assertThat(estimated("team-b", "openai/o9 batch", Facts.START_MS / 60_000 + 9_000))
                .isEmpty();
        assertThat(estimated("team-b", "openai/o9 flex", Facts.START_MS / 60_000)).hasSize(1);
    }

    private List<BudgetEvent> estimated(String budgetId, String subject, long hour) {
        return rules.hear(
                new Input.Noticed(
                        new Notice(
                                Notice.NoticeKind.ESTIMATED_USAGE,
                                budgetId,
                                subject,
                                new EpochMinute(hour)),
                        AT_MS));
    }

    @Test
    void shouldTellAConflictFromOtherDeadLetters() {
        assertThat(types(deadLettered(DeadLetter.Reason.CONFLICT, 1)))
                .containsExactly(BudgetEvent.Type.RECORD_CONFLICT);
        assertThat(types(deadLettered(DeadLetter.Reason.UNREADABLE, 2)))
                .containsExactly(BudgetEvent.Type.DEAD_LETTER);
        assertThat(deadLettered(DeadLetter.Reason.UNREADABLE, 2)).isEmpty();
    }

    private List<BudgetEvent> refused(Refusal.RefusalCode code, long windowMs) {
        return hear(
                new LedgerEvent.RequestRefused(
                        "r",
                        "team-a",
                        new Refusal(
                                code,
                                "too little is left",
                                List.of(
                                        Facts.standing(
                                                "team-a", windowMs, Level.EXCEEDED, 100, 100))),
                        AT_MS));
    }

    private List<BudgetEvent> ended(Allocation.AllocationState state, long used) {
        return hear(new LedgerEvent.AllocationEnded(allocation(state, used), 100 - used, AT_MS));
    }

    private List<BudgetEvent> flagged(UsageFlagged.Flag flag, String allocationId) {
        return hear(new UsageFlagged("team-a", allocationId, flag, Scope.ANY, 7, AT_MS));
    }

    private List<BudgetEvent> published(long second, long input) {
        return rules.hear(new Input.Published(price(second, "built-in", input), AT_MS));
    }

    private static PricePublished price(long second, String source, long input) {
        return new PricePublished(
                "openai",
                "gpt-4o",
                Instant.ofEpochSecond(second),
                source,
                Rates.of(input, 4_000_000),
                true);
    }

    private List<BudgetEvent> noticed(long hour) {
        return rules.hear(
                new Input.Noticed(
                        new Notice(
                                Notice.NoticeKind.UNPRICED_USAGE,
                                "team-a",
                                "openai/new",
                                new EpochMinute(hour)),
                        AT_MS));
    }

    private List<BudgetEvent> deadLettered(DeadLetter.Reason reason, long offset) {
        return rules.hear(
                new Input.DeadLettered(reason, "not JSON", "budget.usage", 0, offset, AT_MS));
    }

    private List<BudgetEvent> hear(LedgerEvent event) {
        return rules.hear(new Input.FromLedger(event));
    }

    private static Allocation allocation(Allocation.AllocationState state, long used) {
        return new Allocation(
                "team-a.1",
                "team-a",
                "ctx",
                Scope.ANY,
                null,
                10,
                100,
                null,
                used,
                0,
                Money.ZERO,
                state,
                0,
                1,
                1,
                true,
                false,
                Metadata.NONE,
                null,
                null);
    }

    private static List<BudgetEvent.Type> types(List<BudgetEvent> events) {
        return events.stream().map(BudgetEvent::type).toList();
    }
}
