package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.rules.Scene.CHAT;
import static tekton.budget.metering.ledger.rules.Scene.HEAVY;
import static tekton.budget.metering.ledger.rules.Scene.TEAM;
import static tekton.budget.metering.ledger.rules.Scene.ask;
import static tekton.budget.metering.ledger.rules.Scene.hard;
import static tekton.budget.metering.ledger.rules.Scene.hardCost;
import static tekton.budget.metering.ledger.rules.Scene.only;
import static tekton.budget.metering.ledger.rules.Scene.spend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

class AllocationRulesTest {

    private final Scene scene = Scene.withTeam();

    // Life

    @Test
    void shouldOpenWithADayToLiveWhenNoEndIsNamed() {
        Allocation granted = scene.grant(ask(100).rate(3)).allocation();

        assertThat(granted.state()).isEqualTo(AllocationState.OPEN);
        assertThat(granted.expiresAtMs()).isEqualTo(scene.now() + Duration.ofDays(1).toMillis());
        assertThat(granted.reserved().tokens()).isEqualTo(100);
        assertThat(granted.reserved().cost().pico()).isEqualTo(300);
        assertThat(scene.rows.allocation(granted.allocationId())).isEqualTo(granted);
    }

    @Test
    void shouldGiveBackWhatWasNotDrawnOnReleaseOnce() {
        Policy limit = scene.policy(hard(Period.DAILY, 100));
        String id = scene.open(ask(100));
        scene.use(spend(30).from(id));

        LedgerEvent.AllocationReleased first = scene.release(id);
        assertThat(first.releasedTokens()).isEqualTo(70);
        assertThat(first.allocation().state()).isEqualTo(AllocationState.RELEASED);
        LedgerEvent.AllocationReleased again = scene.release(id);
        assertThat(again.releasedTokens()).isZero();
        assertThat(again.allocation()).isEqualTo(first.allocation());

        assertThat(scene.reservedTokens(limit)).isZero();
        assertThat(scene.usedTokens(limit)).isEqualTo(30);
        assertThat(scene.refuse(ask(71)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(70));
    }

    @Test
    void shouldExpireOnceAtItsTimeAndNotBefore() {
        String id = scene.open(ask(100).expires(scene.now() + 1_000));

        scene.pass(Duration.ofMillis(999));
        assertThat(scene.tick()).isEmpty();
        scene.pass(Duration.ofMillis(1));
        List<AllocationEnded> ended = only(AllocationEnded.class, scene.tick());
        assertThat(ended).hasSize(1);
        assertThat(ended.getFirst().returnedTokens()).isEqualTo(100);
        assertThat(ended.getFirst().allocation().state()).isEqualTo(AllocationState.EXPIRED);
        assertThat(scene.tick()).isEmpty();
        assertThat(scene.release(id).releasedTokens()).isZero();
    }

    @Test
    void shouldExpireWhatIsDueInEveryBudgetBeforeARequestIsDecided() {
        scene.budget("other", "UTC");
        Policy limit = scene.policy(hard(Period.DAILY, 100));
        scene.grant(ask(100).expires(scene.now() + 1_000));
        scene.grant(ask(5).budget("other").expires(scene.now() + 500));
        scene.pass(Duration.ofSeconds(1));

        List<LedgerEvent> events = scene.events(ask(100).of(scene.head(TEAM)));

        assertThat(events).hasSize(3);
        assertThat(only(AllocationEnded.class, events))
                .extracting(AllocationEnded::budgetId)
                .containsExactly("other", TEAM);
        assertThat(events.getLast()).isInstanceOf(AllocationGranted.class);
        assertThat(scene.reservedTokens(limit)).isEqualTo(100);
    }

    @Test
    void shouldExpireNoMoreThanATickMay() {
        for (int i = 0; i < 5; i++) {
            scene.open(ask(1).expires(scene.now() + 1));
        }
        scene.pass(Duration.ofSeconds(1));
        Ledger ledger = new Ledger(scene.rows);

        assertThat(ledger.tick(scene.now(), 3)).hasSize(3);
        assertThat(ledger.tick(scene.now(), 3)).hasSize(2);
    }

    // Hard limits

    @Test
    void shouldCountWhatIsUsedAndReservedAndGrantUpToExactlyTheLimit() {
        scene.policy(hard(Period.HOURLY, 100));
        scene.use(spend(30));
        scene.grant(ask(30));

        assertThat(scene.refuse(ask(41)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(40));
        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldSayWhatIsInTheWayAndByHowMuch() {
        Policy limit = scene.policy(hard(Period.DAILY, 100));
        scene.use(spend(30));
        scene.grant(ask(30));

        Refusal refusal = scene.refuse(ask(50));

        assertThat(refusal.message())
                .contains(limit.policyId(), "daily limit of 100 tokens leaves 40", "asked for 50");
        Standing blocking = refusal.blocking().getFirst();
        assertThat(refusal.blocking()).hasSize(1);
        assertThat(blocking.policyId()).isEqualTo(limit.policyId());
        assertThat(blocking.measure()).isEqualTo(Measure.TOKENS);
        assertThat(blocking.level()).isEqualTo(Level.EXCEEDED);
        assertThat(blocking.limit()).isEqualTo(BigDecimal.valueOf(100));
        assertThat(blocking.used()).isEqualTo(BigDecimal.valueOf(30));
        assertThat(blocking.reserved()).isEqualTo(BigDecimal.valueOf(30));
        assertThat(blocking.asked()).isEqualTo(BigDecimal.valueOf(50));
        assertThat(blocking.left()).isEqualTo(BigDecimal.valueOf(40));
    }

    @Test
    void shouldHaveToFitEveryLimitTokensAndCost() {
        scene.policy(hard(Period.DAILY, 100));
        scene.policy(hardCost(Period.MONTHLY, "0.00000000005"));

        Refusal both = scene.refuse(ask(101).rate(1));
        assertThat(both.blocking())
                .extracting(Standing::measure)
                .containsExactly(Measure.TOKENS, Measure.COST);
        assertThat(scene.refuse(ask(51).rate(1)).blocking())
                .extracting(Standing::measure)
                .containsExactly(Measure.COST);
        scene.grant(ask(50).rate(1));
    }

    @Test
    void shouldHoldCostAtTheRateAndFreeItAsTokensAreDrawn() {
        Policy limit = scene.policy(hardCost(Period.DAILY, "1"));
        String id = scene.open(ask(100).rate(10_000_000_000L));
        assertThat(scene.refuse(ask(1).rate(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);

        scene.use(spend(40).cost("0.1").from(id));

        assertThat(scene.use(limit).reserved().cost().toString()).isEqualTo("0.6");
        scene.grant(ask(30).rate(10_000_000_000L));
        assertThat(scene.refuse(ask(1).rate(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldTakeZeroForALimit() {
        scene.policy(hard(Period.DAILY, 0));

        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldGrantWhatIsFreeUnderACostLimitOfZero() {
        scene.policy(hardCost(Period.DAILY, "0"));

        scene.grant(ask(1_000).rate(0));
        assertThat(scene.refuse(ask(1).rate(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldNotEnforceWhatIsDisabledOrOnlyWarns() {
        scene.policy(hard(Period.DAILY, 0).disabled());
        scene.policy(hard(Period.WEEKLY, 0).type(PolicyType.SOFT_LIMIT));
        scene.policy(hard(Period.MONTHLY, 0).type(PolicyType.WARN));
        scene.policy(hard(Period.HOURLY, 0).type(PolicyType.IGNORE));

        assertThat(scene.grant(ask(1)).warnings())
                .extracting(Standing::type)
                .containsExactly(PolicyType.SOFT_LIMIT, PolicyType.WARN);
    }

    @Test
    void shouldNotOverflowWhateverWasSpent() {
        scene.policy(hard(Period.DAILY, Long.MAX_VALUE));
        for (int i = 0; i < 10; i++) {
            scene.use(
                    new Scene.Spend(
                            TEAM, CHAT, Long.MAX_VALUE, Long.MAX_VALUE, Money.ZERO, null, 1));
        }

        scene.grant(ask(LedgerBounds.TOKENS_MAX));
    }

    @Test
    void shouldNameAtMostTenLimitsOldestFirst() {
        for (int i = 0; i < 15; i++) {
            scene.pass(Duration.ofMillis(1));
            scene.policy(
                    hard(Period.DAILY, 0)
                            .scope(new Scope(null, null, i % 2 == 0 ? "rhetor" : null, "t" + i)));
        }

        List<Standing> blocking =
                scene.refuse(ask(1).scope(new Scope(null, null, null, null))).blocking();

        assertThat(blocking).hasSize(10);
        assertThat(blocking.getFirst().scope().taskType()).isEqualTo("t0");
    }

    // Scopes

    @Test
    void shouldTakeAnAbsentPartOfAPolicyForAny() {
        scene.policy(hard(Period.DAILY, 10).scope(new Scope(HEAVY, null, null, null)));

        assertThat(scene.refuse(ask(11)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(11).scope(new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", "rhetor", "chat")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tier", "provider", "task"})
    void shouldHaveToFitEveryPolicyThatAnOpenPartMightFallUnder(String open) {
        scene.policy(hard(Period.DAILY, 10).scope(new Scope(HEAVY, "anthropic", null, "chat")));
        Scope asked =
                switch (open) {
                    case "tier" -> new Scope(null, "anthropic", "rhetor", "chat");
                    case "provider" -> new Scope(HEAVY, null, "rhetor", "chat");
                    default -> new Scope(HEAVY, "anthropic", "rhetor", null);
                };

        assertThat(scene.refuse(ask(11).scope(asked)).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(10).scope(asked));
        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldReserveInEveryPolicyThatMayBeMeantAndSpendWhereItWasSpent() {
        Policy anthropic =
                scene.policy(
                        hard(Period.DAILY, 100).scope(new Scope(null, "anthropic", null, null)));
        Policy openai =
                scene.policy(hard(Period.DAILY, 100).scope(new Scope(null, "openai", null, null)));
        String id = scene.open(ask(60).scope(new Scope(null, null, "rhetor", null)));
        assertThat(scene.reservedTokens(anthropic)).isEqualTo(60);
        assertThat(scene.reservedTokens(openai)).isEqualTo(60);

        scene.use(spend(20).from(id));

        assertThat(scene.reservedTokens(anthropic)).isEqualTo(40);
        assertThat(scene.usedTokens(anthropic)).isEqualTo(20);
        assertThat(scene.reservedTokens(openai)).isEqualTo(40);
        assertThat(scene.usedTokens(openai)).isZero();
    }

    // Sessions and tasks

    @Test
    void shouldLimitAContextOverItsAllocations() {
        scene.policy(hard(Period.PER_SESSION, 100));
        String id = scene.open(ask(60).context("a"));
        scene.use(spend(60).from(id));

        assertThat(scene.refuse(ask(41).context("a")).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(30).context("a"));
        assertThat(scene.refuse(ask(11).context("a")).blocking().getFirst().windowStartMs())
                .isNull();
        scene.grant(ask(10).context("a"));
        scene.grant(ask(100).context("b"));
    }

    @Test
    void shouldCountASessionByScope() {
        scene.policy(hard(Period.PER_SESSION, 100).scope(new Scope(null, "anthropic", null, null)));
        Scope local = new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", "rhetor", "chat");
        String id = scene.open(ask(80).scope(new Scope(null, null, "rhetor", "chat")));
        scene.use(spend(80).scope(local).from(id));

        scene.grant(ask(100));
        scene.grant(ask(1_000).scope(local));
        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldHoldInASessionWhatMayStillBeUsedThere() {
        scene.policy(hard(Period.PER_SESSION, 100).scope(new Scope(null, "anthropic", null, null)));
        scene.open(ask(80).scope(new Scope(null, null, "rhetor", null)));

        assertThat(scene.refuse(ask(21)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(20));
    }

    @Test
    void shouldNotEndASessionWithADay() {
        scene.policy(hard(Period.PER_SESSION, 100));
        scene.use(spend(100).from(scene.open(ask(100))));
        scene.pass(Duration.ofDays(3));

        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldLimitATaskByItself() {
        scene.policy(hard(Period.PER_TASK, 100));

        scene.grant(ask(100));
        scene.grant(ask(100));
        assertThat(scene.refuse(ask(101)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    // Prices and priorities

    @Test
    void shouldNotTakeAnUnknownPriceForFree() {
        Policy limit = scene.policy(hardCost(Period.DAILY, "5"));

        Refusal refusal = scene.refuse(ask(1));

        assertThat(refusal.code()).isEqualTo(RefusalCode.PRICE_UNKNOWN);
        assertThat(refusal.blocking())
                .extracting(Standing::policyId)
                .containsExactly(limit.policyId());
        scene.grant(ask(1).rate(0));
    }

    @Test
    void shouldSayThatThePriceIsUnknownBeforeThatTheBudgetIsTooSmall() {
        scene.policy(hard(Period.DAILY, 0));
        scene.policy(hardCost(Period.WEEKLY, "5"));

        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.PRICE_UNKNOWN);
    }

    @Test
    void shouldGrantWhatCostsNothingWhenTheMoneyIsGone() {
        Policy cost = scene.policy(hardCost(Period.DAILY, "0.01"));
        scene.policy(hard(Period.WEEKLY, 200));
        scene.use(spend(10).cost("0.02"));

        assertThat(scene.grant(ask(100).rate(0)).overridden()).isEmpty();
        assertThat(scene.refuse(ask(1).rate(1)).blocking())
                .extracting(Standing::policyId)
                .containsExactly(cost.policyId());
        assertThat(scene.refuse(ask(91).rate(0)).blocking())
                .extracting(Standing::measure)
                .containsExactly(Measure.TOKENS);
        assertThat(scene.grant(ask(1).rate(0).priority(10)).allocation().overrode()).isFalse();
    }

    @Test
    void shouldHoldTheFeeOfEveryRequestThatMayDraw() {
        Policy limit = scene.policy(hardCost(Period.DAILY, "0.014"));
        HoldPrice online = new HoldPrice("v", 0, Money.ZERO, 5_000_000_000L, null, null);

        assertThat(scene.refuse(ask(10).price(online).requests(3)).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        Allocation granted = scene.grant(ask(10).price(online).requests(2)).allocation();
        assertThat(granted.requestsMax()).isEqualTo(2);
        assertThat(scene.use(limit).reserved().cost()).isEqualTo(Money.parse("0.01"));
        assertThat(scene.refuse(ask(10).price(online)).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldBoundRequestsAndFees() {
        HoldPrice dear = new HoldPrice("v", 0, Money.ZERO, 1_000_000_000_000_001L, null, null);
        var part = new HoldPrice.HoldPart(null, "p", Long.MAX_VALUE, null);
        HoldPrice parts =
                new HoldPrice(HoldPrice.NO_VERSION, 1, Money.ZERO, null, List.of(part), null);

        assertThat(scene.refuse(ask(1).requests(0)).message()).startsWith("max_requests: 0 ");
        assertThat(scene.refuse(ask(1).requests(1_000_001)).message())
                .isEqualTo("max_requests: 1000001 (expected: 1 to 1000000)");
        assertThat(scene.refuse(ask(1).price(dear)).message()).startsWith("max_requests: at ");
        assertThat(scene.refuse(ask(2).price(parts)).code()).isEqualTo(RefusalCode.INVALID);
        scene.grant(ask(1).requests(1_000_000).rate(1));
    }

    /**
     * One provider's limit holds that provider's dearest, and every other what is dearest there.
     */
    @Test
    void shouldHoldWhatIsLeftOpenByTheScopeOfEachLimit() {
        Scope anthropic = new Scope(null, "anthropic", null, null);
        Policy one = scene.policy(hardCost(Period.DAILY, "0.75").scope(anthropic));
        HoldPrice open =
                new HoldPrice(
                        HoldPrice.NO_VERSION,
                        600_000_000,
                        Money.ZERO,
                        null,
                        List.of(
                                new HoldPrice.HoldPart(HEAVY, "anthropic", 75_000_000, null),
                                new HoldPrice.HoldPart(HEAVY, "openai", 600_000_000, null)),
                        null);
        Scene.Ask any = ask(10_000).scope(Scope.ANY).price(open);

        String id = scene.open(any);

        assertThat(scene.use(one).reserved().cost()).isEqualTo(Money.parse("0.75"));
        assertThat(scene.allocation(id).reserved().cost()).isEqualTo(Money.parse("6"));
        assertThat(scene.refuse(any).message())
                .isEqualTo(
                        "policy %s: daily limit of 0.75 USD leaves 0, asked for 0.75 (0 used, 0.75"
                                        .formatted(one.policyId())
                                + " reserved), since 10000 tokens are held at 0.000075 USD each,"
                                + " the dearest price of the models that the request leaves open in"
                                + " any service tier; naming provider and model may hold less");
        scene.release(id);
        assertThat(scene.use(one).reserved().isZero()).isTrue();

        Policy all = scene.policy(hardCost(Period.DAILY, "6"));
        scene.open(any);
        assertThat(scene.use(all).reserved().cost()).isEqualTo(Money.parse("6"));
        assertThat(scene.use(one).reserved().cost()).isEqualTo(Money.parse("0.75"));
        Policy later =
                scene.policy(
                        hardCost(Period.DAILY, "9").scope(new Scope(null, "openai", null, null)));
        assertThat(scene.use(later).reserved().cost())
                .as("who comes later counts the most")
                .isEqualTo(Money.parse("6"));
    }

    @Test
    void shouldAllowAnUnknownPriceWhereNoHardLimitIsOnCost() {
        scene.policy(hardCost(Period.DAILY, "5").type(PolicyType.SOFT_LIMIT));
        scene.policy(hardCost(Period.WEEKLY, "5").disabled());
        scene.policy(hardCost(Period.MONTHLY, "5").scope(new Scope(null, "openai", null, null)));

        scene.grant(ask(1));
    }

    @Test
    void shouldPassHardLimitsWithPriorityTenAndSaySo() {
        Policy tokens = scene.policy(hard(Period.DAILY, 100));
        Policy cost = scene.policy(hardCost(Period.WEEKLY, "5"));
        assertThat(scene.refuse(ask(101).priority(9).rate(0)).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);

        AllocationGranted granted = scene.grant(ask(101).priority(10));

        assertThat(granted.allocation().overrode()).isTrue();
        assertThat(granted.overridden())
                .extracting(Standing::policyId)
                .containsExactly(tokens.policyId(), cost.policyId());
        assertThat(scene.reservedTokens(tokens)).isEqualTo(101);
    }

    @Test
    void shouldNotCallAnOverrideWhatFits() {
        scene.policy(hard(Period.DAILY, 100));

        AllocationGranted granted = scene.grant(ask(100).priority(10));

        assertThat(granted.allocation().overrode()).isFalse();
        assertThat(granted.overridden()).isEmpty();
    }

    // Warnings

    @Test
    void shouldWarnFromTheThresholdOnWithTheLevelThatIsReached() {
        scene.policy(hard(Period.DAILY, 1_000).type(PolicyType.WARN));
        assertThat(scene.grant(ask(799)).warnings()).isEmpty();

        List<Standing> warnings = scene.grant(ask(1)).warnings();

        assertThat(warnings).extracting(Standing::level).containsExactly(Level.WARNING);
        assertThat(scene.grant(ask(150)).warnings())
                .extracting(Standing::level)
                .containsExactly(Level.ACTION);
        assertThat(scene.grant(ask(50)).warnings())
                .extracting(Standing::level)
                .containsExactly(Level.EXCEEDED);
    }

    @Test
    void shouldNameAtMostTwentyWarnings() {
        for (int i = 0; i < 25; i++) {
            scene.policy(
                    hard(Period.DAILY, 0)
                            .type(PolicyType.WARN)
                            .scope(new Scope(null, "p" + i, null, null)));
        }

        assertThat(scene.grant(ask(1).scope(new Scope(null, null, "c", null))).warnings())
                .hasSize(20);
    }

    // Refusals

    @Test
    void shouldRefuseWithTheFirstReasonInTheOrderOfPrecedence() {
        Scene small = new Scene(new LedgerBounds(1, 10, 100));
        assertThat(small.refuse(ask(0)).code()).isEqualTo(RefusalCode.BUDGET_NOT_FOUND);
        small.budget(TEAM, "UTC");
        small.policy(hard(Period.DAILY, 10));
        small.policy(hardCost(Period.WEEKLY, "1"));
        String open = small.open(ask(1).rate(0));
        assertThat(small.refuse(ask(11).rate(0)).code()).isEqualTo(RefusalCode.TOO_MANY);
        assertThat(small.refuse(ask(0)).code()).isEqualTo(RefusalCode.INVALID);
        small.release(open);
        assertThat(small.refuse(ask(11)).code()).isEqualTo(RefusalCode.PRICE_UNKNOWN);
        assertThat(small.refuse(ask(11).rate(0)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        small.activate(TEAM, false);
        assertThat(small.refuse(ask(0)).code()).isEqualTo(RefusalCode.BUDGET_INACTIVE);
        assertThat(small.refuse(ask(0).of(small.head(TEAM), open)).code())
                .isEqualTo(RefusalCode.RESOURCE_EXISTS);
    }

    @Test
    void shouldRefuseWhatIsOutOfBounds() {
        long now = scene.now();
        long days35 = Duration.ofDays(35).toMillis();
        assertThat(
                        List.of(
                                ask(0),
                                ask(-1),
                                ask(Long.MIN_VALUE),
                                ask(LedgerBounds.TOKENS_MAX + 1),
                                ask(Long.MAX_VALUE),
                                ask(1).priority(0),
                                ask(1).priority(11),
                                ask(1).expires(now),
                                ask(1).expires(Long.MIN_VALUE),
                                ask(1).expires(Long.MAX_VALUE),
                                ask(1).expires(now + days35 + 1),
                                ask(1).rate(-1),
                                ask(2).rate(Long.MAX_VALUE),
                                ask(4).rate(Long.MAX_VALUE / 2),
                                ask(LedgerBounds.TOKENS_MAX).rate(Long.MAX_VALUE)))
                .allSatisfy(
                        each ->
                                assertThat(scene.refuse(each).code())
                                        .isEqualTo(RefusalCode.INVALID));
        scene.grant(ask(1).expires(now + days35));
        scene.grant(ask(1).expires(now + 1));
        scene.grant(ask(1).rate(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "team", "team.", "tea.m", "other.1", "teamx.1"})
    void shouldRefuseAnIdOutsideTheBudget(String id) {
        assertThat(scene.refuse(ask(1).of(scene.head(TEAM), id)).code())
                .isEqualTo(RefusalCode.INVALID);
    }

    @Test
    void shouldOpenOnlySoMany() {
        Scene small = new Scene(new LedgerBounds(2, 10, 100));
        small.budget(TEAM, "UTC");
        small.budget("other", "UTC");
        String first = small.open(ask(1));
        small.open(ask(1));

        assertThat(small.refuse(ask(1)).code()).isEqualTo(RefusalCode.TOO_MANY);
        assertThat(small.refuse(ask(1).priority(10)).code()).isEqualTo(RefusalCode.TOO_MANY);
        small.grant(ask(1).budget("other"));
        small.release(first);
        small.grant(ask(1));
        assertThat(LedgerBounds.STANDARD).isEqualTo(new LedgerBounds(100_000, 1_000, 10_000));
    }

    @Test
    void shouldNotReleaseWhatIsNotThere() {
        scene.budget("other", "UTC");
        String others = scene.open(ask(1).budget("other"));

        assertThat(scene.refuse(new ReleaseAllocation(scene.head(TEAM), "team.none")).code())
                .isEqualTo(RefusalCode.ALLOCATION_NOT_FOUND);
        assertThat(scene.refuse(new ReleaseAllocation(scene.head(TEAM), others)).code())
                .isEqualTo(RefusalCode.ALLOCATION_NOT_FOUND);
        assertThat(scene.refuse(new ReleaseAllocation(scene.head("none"), "none.1")).code())
                .isEqualTo(RefusalCode.ALLOCATION_NOT_FOUND);
        assertThat(scene.allocation(others).isOpen()).isTrue();
    }

    @Test
    void shouldChangeNothingWhenItRefuses() {
        scene.policy(hard(Period.DAILY, 10));
        scene.policy(hard(Period.PER_SESSION, 10));
        List<Object> before = scene.rows.snapshot();

        scene.refuse(ask(11));

        assertThat(scene.rows.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldCheckWithoutAnyTrace() {
        scene.policy(hard(Period.DAILY, 10));
        List<Object> before = scene.rows.snapshot();

        assertThat(Ledger.check(scene.rows, ask(10).of(scene.head(TEAM)), scene.now()))
                .isInstanceOf(AllocationGranted.class);
        assertThat(Ledger.check(scene.rows, ask(11).of(scene.head(TEAM)), scene.now()))
                .isInstanceOf(RequestRefused.class);
        assertThat(scene.rows.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldAllocateOnlyOnceWhatIsDueHasEnded() {
        Policy limit = scene.policy(hard(Period.DAILY, 1_000_000));
        for (int i = 0; i < LedgerBounds.ENDED_AT_ONCE + 1; i++) {
            scene.open(ask(1).expires(scene.now() + 1));
        }
        scene.pass(Duration.ofMillis(1));

        assertThat(scene.refuse(ask(1)).code()).isEqualTo(Refusal.RefusalCode.CATCHING_UP);
        assertThat(scene.grant(ask(1_000_000)).allocation().isOpen()).isTrue();
        assertThat(scene.use(limit).openCount()).isOne();
    }
}
