package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import static tekton.budget.metering.ledger.rules.Scene.CHAT;
import static tekton.budget.metering.ledger.rules.Scene.HEAVY;
import static tekton.budget.metering.ledger.rules.Scene.TEAM;
import static tekton.budget.metering.ledger.rules.Scene.ask;
import static tekton.budget.metering.ledger.rules.Scene.hard;
import static tekton.budget.metering.ledger.rules.Scene.only;
import static tekton.budget.metering.ledger.rules.Scene.spend;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.LedgerEvent.UsageFlagged.Flag;
import tekton.budget.ledger.LedgerEvent.UsageSpent;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.time.Duration;
import java.util.List;

class SpendRulesTest {

    private static final Scope LOCAL = new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", "rhetor", "chat");

    private final Scene scene = Scene.withTeam();
    private final Policy limit = scene.policy(hard(Period.DAILY, 1_000));

    @Test
    void shouldDrawDownAndSpendAtOnce() {
        String id = scene.open(ask(1_000).rate(2));

        List<LedgerEvent> events = scene.use(spend(350).cost("0.02025").from(id));

        assertThat(events).hasSize(1);
        Allocation after = scene.allocation(id);
        assertThat(after.usedTokens()).isEqualTo(350);
        assertThat(after.undrawnTokens()).isEqualTo(650);
        assertThat(after.cost()).isEqualTo(Money.parse("0.02025"));
        assertThat(after.isOpen()).isTrue();
        assertThat(scene.usedTokens(limit)).isEqualTo(350);
        assertThat(scene.reservedTokens(limit)).isEqualTo(650);
        assertThat(scene.use(limit).reserved().cost().pico()).isEqualTo(1_300);
        assertThat(scene.use(limit).openTokens()).isEqualTo(1_000);
    }

    @Test
    void shouldFreeTheFeesOfTheRequestsThatDraw() {
        HoldPrice price = new HoldPrice("v", 2, Money.ZERO, 1_000L, null, null);
        String id = scene.open(ask(100).price(price).requests(4));
        assertThat(scene.use(limit).reserved().cost().pico()).isEqualTo(4_200);

        scene.use(spend(10).from(id).requests(2));
        assertThat(scene.use(limit).reserved().cost().pico()).isEqualTo(2_180);
        scene.use(spend(0).from(id));
        assertThat(scene.use(limit).reserved().cost().pico()).isEqualTo(1_180);
        scene.use(spend(10).from(id).requests(7));
        assertThat(scene.use(limit).reserved().cost().pico()).isEqualTo(160);
        assertThat(scene.allocation(id).requestsUsed()).isEqualTo(10);
        assertThat(scene.allocation(id).isOpen()).isTrue();
    }

    /** Else a request without tokens would be charged a fee that nothing holds any more. */
    @Test
    void shouldStayOpenWhileItHoldsFees() {
        HoldPrice price = new HoldPrice("v", 2, Money.ZERO, 1_000L, null, null);
        String id = scene.open(ask(100).price(price).requests(2));

        assertThat(scene.use(spend(100).from(id))).hasSize(1);
        assertThat(scene.allocation(id).isOpen()).isTrue();
        assertThat(scene.use(limit).reserved().cost().pico()).isEqualTo(1_000);

        assertThat(scene.use(spend(0).from(id))).hasSize(2);
        assertThat(scene.allocation(id).state()).isEqualTo(AllocationState.EXHAUSTED);
        assertThat(scene.use(limit).reserved().isZero()).isTrue();
    }

    @Test
    void shouldFlagOnceWhatCostsMoreThanWasHeld() {
        scene.policy(Scene.hardCost(Period.DAILY, "1"));
        String id = scene.open(ask(100).rate(1_000_000_000));
        String other = scene.open(ask(100).rate(1_000_000_000));

        assertThat(scene.use(spend(10).cost("0.01").from(id))).hasSize(1);
        List<LedgerEvent> events = scene.use(spend(10).cost("0.010000000001").from(id));
        assertThat(only(UsageFlagged.class, events))
                .extracting(UsageFlagged::flag)
                .containsExactly(Flag.OVER_COST);
        assertThat(scene.use(spend(10).cost("0.02").from(id))).hasSize(1);

        assertThat(scene.use(limit).reserved().cost()).isEqualTo(Money.parse("0.17"));
        assertThat(scene.allocation(other).reserved().cost()).isEqualTo(Money.parse("0.1"));
    }

    @Test
    void shouldNotFlagACostThatNothingLimits() {
        String id = scene.open(ask(100).rate(1));

        assertThat(scene.use(spend(10).cost("0.5").from(id))).hasSize(1);
    }

    @Test
    void shouldEndExhaustedAtExactlyNothingLeft() {
        String id = scene.open(ask(100));
        scene.use(spend(99).from(id));
        assertThat(scene.allocation(id).isOpen()).isTrue();

        List<LedgerEvent> events = scene.use(spend(1).from(id));

        assertThat(events).hasSize(2);
        AllocationEnded ended = only(AllocationEnded.class, events).getFirst();
        assertThat(ended.allocation().state()).isEqualTo(AllocationState.EXHAUSTED);
        assertThat(ended.returnedTokens()).isZero();
        assertThat(scene.allocation(id)).isEqualTo(ended.allocation());
        assertThat(scene.use(limit).openCount()).isZero();
        scene.pass(Duration.ofDays(2));
        assertThat(scene.tick()).isEmpty();
    }

    @Test
    void shouldCountOverUseInFullAndFlagIt() {
        String id = scene.open(ask(100));
        scene.use(spend(60).from(id));

        List<LedgerEvent> events = scene.use(spend(70).cost("3").from(id));

        UsageFlagged flagged = only(UsageFlagged.class, events).getFirst();
        assertThat(flagged.flag()).isEqualTo(Flag.OVER_USED);
        assertThat(flagged.tokens()).isEqualTo(30);
        Allocation after = scene.allocation(id);
        assertThat(after.state()).isEqualTo(AllocationState.EXHAUSTED);
        assertThat(after.usedTokens()).isEqualTo(130);
        assertThat(after.undrawnTokens()).isZero();
        assertThat(after.cost()).isEqualTo(Money.parse("3"));
        assertThat(scene.usedTokens(limit)).isEqualTo(130);
        assertThat(scene.reservedTokens(limit)).isZero();
    }

    @Test
    void shouldCountAndFlagUsageOfAnAllocationThatIsUnknown() {
        List<LedgerEvent> events = scene.use(spend(70).from("team.none"));

        assertThat(only(UsageSpent.class, events).getFirst().allocationId()).isNull();
        assertThat(only(UsageFlagged.class, events).getFirst().flag())
                .isEqualTo(Flag.UNKNOWN_ALLOCATION);
        assertThat(scene.usedTokens(limit)).isEqualTo(70);
    }

    @Test
    void shouldNotDrawFromAnotherBudgetsAllocation() {
        scene.budget("other", "UTC");
        String others = scene.open(ask(100).budget("other"));

        List<LedgerEvent> events = scene.use(spend(70).from(others));

        assertThat(only(UsageFlagged.class, events).getFirst().flag())
                .isEqualTo(Flag.UNKNOWN_ALLOCATION);
        assertThat(scene.allocation(others).usedTokens()).isZero();
        assertThat(scene.usedTokens(limit)).isEqualTo(70);
    }

    @Test
    void shouldCountAndFlagUsageOfAnAllocationThatHasEnded() {
        String id = scene.open(ask(100));
        scene.release(id);

        List<LedgerEvent> events = scene.use(spend(70).from(id));

        UsageFlagged flagged = only(UsageFlagged.class, events).getFirst();
        assertThat(flagged.flag()).isEqualTo(Flag.CLOSED_ALLOCATION);
        assertThat(flagged.tokens()).isEqualTo(70);
        assertThat(scene.allocation(id).state()).isEqualTo(AllocationState.RELEASED);
        assertThat(scene.allocation(id).usedTokens()).isEqualTo(70);
        assertThat(scene.usedTokens(limit)).isEqualTo(70);
        assertThat(scene.reservedTokens(limit)).isZero();
    }

    @Test
    void shouldUseTheSameHoweverTheReportsAreHandedOver() {
        String once = scene.open(ask(100).context("one"));
        String thrice = scene.open(ask(100).context("another"));

        scene.use(spend(180).cost("3").from(once));
        for (int i = 0; i < 3; i++) {
            scene.use(spend(60).cost("1").from(thrice));
        }

        assertThat(scene.allocation(thrice).usedTokens()).isEqualTo(180);
        assertThat(scene.allocation(thrice).cost()).isEqualTo(scene.allocation(once).cost());
        assertThat(scene.rows.session(TEAM, "another"))
                .extracting(SessionUse::used, SessionUse::reserved)
                .isEqualTo(
                        scene.rows.session(TEAM, "one").stream()
                                .map(row -> tuple(row.used(), row.reserved()))
                                .toList());
    }

    @Test
    void shouldCountForTheSessionWhatAReleaseOvertook() {
        scene.policy(hard(Period.PER_SESSION, 100));
        String id = scene.open(ask(100));

        scene.release(id);
        scene.use(spend(100).from(id));

        assertThat(scene.refuse(ask(1)).code()).isEqualTo(Refusal.RefusalCode.INSUFFICIENT_BUDGET);
        assertThat(scene.open(ask(100).context("fresh"))).isNotEmpty();
    }

    @Test
    void shouldFlagUsageOfAnotherContext() {
        String id = scene.open(ask(100).context("mine"));

        List<LedgerEvent> events = scene.useIn("yours", spend(10).from(id));

        assertThat(only(UsageFlagged.class, events))
                .extracting(UsageFlagged::flag)
                .containsExactly(Flag.SCOPE_MISMATCH);
        assertThat(scene.rows.session(TEAM, "mine").getFirst().used().tokens()).isEqualTo(10);
    }

    @Test
    void shouldCountScopesPastTheBoundOfASessionTogetherForEveryLimit() {
        Policy limit =
                scene.policy(
                        hard(Period.PER_SESSION, 600).scope(new Scope(null, null, null, "chat")));
        String id = scene.open(ask(400).scope(new Scope(null, null, "rhetor", "other")));
        for (int i = 0; i < SessionUse.SCOPES_MAX + 50; i++) {
            scene.use(spend(2).scope(new Scope(HEAVY, "anthropic", "rhetor", "t" + i)).from(id));
        }

        List<SessionUse> rows = scene.rows.session(TEAM, "context");

        assertThat(rows).hasSize(SessionUse.SCOPES_MAX + 1);
        assertThat(rows.stream().mapToLong(row -> row.used().tokens()).sum())
                .isEqualTo(2L * (SessionUse.SCOPES_MAX + 50));
        long together =
                rows.stream()
                        .filter(row -> row.scope().equals(Scope.ANY))
                        .mapToLong(row -> row.used().tokens())
                        .sum();
        assertThat(scene.decide(ask(600 - together)))
                .isInstanceOf(LedgerEvent.AllocationGranted.class);
        assertThat(scene.refuse(ask(1)).blocking().getFirst().policyId())
                .isEqualTo(limit.policyId());
    }

    @Test
    void shouldNotDrawFromWhatHasExpiredAMomentBefore() {
        String id = scene.open(ask(100).expires(scene.now() + 1));
        scene.pass(Duration.ofMillis(1));

        List<LedgerEvent> events = scene.use(spend(70).from(id));

        assertThat(events.getFirst()).isInstanceOf(AllocationEnded.class);
        assertThat(only(UsageFlagged.class, events).getFirst().flag())
                .isEqualTo(Flag.CLOSED_ALLOCATION);
    }

    @Test
    void shouldFlagOnceUsageFromOutsideTheScopeAndDrawItDown() {
        Policy local =
                scene.policy(
                        hard(Period.DAILY, 1_000).scope(new Scope(null, "ollama", null, null)));
        String id = scene.open(ask(100));

        List<LedgerEvent> first = scene.use(spend(10).scope(LOCAL).from(id));
        List<LedgerEvent> second = scene.use(spend(10).scope(LOCAL).from(id));

        assertThat(only(UsageFlagged.class, first))
                .extracting(UsageFlagged::flag)
                .containsExactly(Flag.SCOPE_MISMATCH);
        assertThat(only(UsageFlagged.class, second)).isEmpty();
        assertThat(scene.allocation(id).mismatched()).isTrue();
        assertThat(scene.allocation(id).undrawnTokens()).isEqualTo(80);
        assertThat(scene.usedTokens(local)).isEqualTo(20);
        assertThat(scene.reservedTokens(local)).isZero();
    }

    @Test
    void shouldNotFlagUsageOfAPartThatWasLeftOpen() {
        String id = scene.open(ask(100).scope(new Scope(null, null, "rhetor", null)));

        assertThat(scene.use(spend(10).scope(LOCAL).from(id))).hasSize(1);
        assertThat(scene.use(spend(10).from(id))).hasSize(1);
        assertThat(scene.allocation(id).mismatched()).isFalse();
    }

    @Test
    void shouldCountUsageOfAnUnknownBudgetForTheDayItIsMade() {
        List<LedgerEvent> events = scene.use(spend(70).budget("later"));
        assertThat(events).hasSize(1);

        scene.budget("later", "UTC");
        Policy late = scene.policy("later", hard(Period.DAILY, 100));

        assertThat(scene.usedTokens(late)).isEqualTo(70);
    }

    @Test
    void shouldCountLateUsageInTheWindowsOfItsOwnTimeThatStillRun() {
        Policy hourly = scene.policy(hard(Period.HOURLY, 1_000));
        long earlier = scene.now() - Duration.ofHours(3).toMillis();

        scene.use(spend(70), earlier);

        assertThat(scene.usedTokens(hourly)).isZero();
        assertThat(scene.use(hourly).windows()).isEmpty();
        assertThat(scene.usedTokens(limit)).isEqualTo(70);
    }

    @Test
    void shouldKeepWhatAContextUsedThroughAllocationsByScope() {
        String id = scene.open(ask(100).scope(new Scope(null, null, "rhetor", null)).context("c"));
        scene.use(spend(10).from(id));
        scene.use(spend(5).scope(LOCAL).from(id));
        scene.use(spend(1_000));

        List<SessionUse> rows = scene.rows.session(TEAM, "c");

        assertThat(rows)
                .extracting(
                        SessionUse::scope,
                        row -> row.used().tokens(),
                        row -> row.reserved().tokens())
                .containsExactlyInAnyOrder(
                        tuple(CHAT, 10L, 0L),
                        tuple(LOCAL, 5L, 0L),
                        tuple(new Scope(null, null, "rhetor", null), 0L, 85L));
        assertThat(scene.rows.session(TEAM, "context")).isEmpty();
    }
}
