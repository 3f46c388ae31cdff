package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.rules.Scene.HEAVY;
import static tekton.budget.metering.ledger.rules.Scene.TEAM;
import static tekton.budget.metering.ledger.rules.Scene.as;
import static tekton.budget.metering.ledger.rules.Scene.ask;
import static tekton.budget.metering.ledger.rules.Scene.hard;
import static tekton.budget.metering.ledger.rules.Scene.hardCost;
import static tekton.budget.metering.ledger.rules.Scene.spend;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.ledger.rules.Scene.PolicyAsk;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.time.Duration;
import java.util.List;

class PolicyRulesTest {

    private static final Scope ANTHROPIC = new Scope(null, "anthropic", null, null);

    private final Scene scene = Scene.withTeam();

    @Test
    void shouldReplaceThePolicyWithTheSamePeriodAndScope() {
        Policy first =
                scene.policy(
                        new PolicyAsk(
                                PolicyType.WARN,
                                Period.DAILY,
                                ANTHROPIC,
                                10L,
                                Money.parse("1"),
                                true));
        scene.use(spend(7));
        scene.pass(Duration.ofMinutes(1));

        Policy second = scene.policy(hard(Period.DAILY, 20).scope(ANTHROPIC).disabled());

        assertThat(second.policyId()).isEqualTo(first.policyId());
        assertThat(second.createdAtMs()).isEqualTo(first.createdAtMs());
        assertThat(second.updatedAtMs()).isEqualTo(scene.now());
        assertThat(second.type()).isEqualTo(PolicyType.HARD_LIMIT);
        assertThat(second.tokenLimit()).isEqualTo(20);
        assertThat(second.costLimit()).isNull();
        assertThat(second.enabled()).isFalse();
        assertThat(scene.rows.policies(TEAM)).containsExactly(second);
        assertThat(scene.usedTokens(second)).isEqualTo(7);
    }

    @Test
    void shouldNotTakeAnAbsentPartForTheSameScope() {
        Policy scoped = scene.policy(hard(Period.DAILY, 10).scope(ANTHROPIC));
        Policy general = scene.policy(hard(Period.DAILY, 20));
        Policy weekly = scene.policy(hard(Period.WEEKLY, 20).scope(ANTHROPIC));

        assertThat(scene.rows.policies(TEAM)).containsExactly(scoped, general, weekly);
    }

    @Test
    void shouldKeepPoliciesOfBudgetsApart() {
        scene.budget("other", "UTC");
        scene.policy("other", hard(Period.DAILY, 0));

        scene.grant(ask(1));
        assertThat(scene.refuse(ask(1).budget("other")).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldCountWhatItsWindowHasAlreadySpentAndWhatIsHeld() {
        long morning = scene.now() - Duration.ofHours(9).toMillis();
        long yesterday = scene.now() - Duration.ofHours(11).toMillis();
        scene.use(spend(1).cost("0.5"));
        scene.use(spend(20).cost("0.25"), morning);
        scene.use(spend(300), yesterday);
        scene.use(spend(4_000).scope(new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", "c", "t")));
        scene.open(ask(50_000).scope(new Scope(null, null, "c", null)));
        scene.open(ask(600_000).scope(new Scope(null, "ollama", "c", null)));

        Policy limit = scene.policy(hard(Period.DAILY, 50_022).scope(ANTHROPIC));

        PolicyUse use = scene.use(limit);
        assertThat(scene.usedTokens(limit)).isEqualTo(21);
        assertThat(use.windows().getFirst().spent().cost()).isEqualTo(Money.parse("0.75"));
        assertThat(use.reserved().tokens()).isEqualTo(50_000);
        assertThat(use.openCount()).isEqualTo(1);
        assertThat(use.openTokens()).isEqualTo(50_000);
        assertThat(scene.refuse(ask(2)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(1));
    }

    @Test
    void shouldCountInADisabledPolicyToo() {
        Policy limit = scene.policy(hard(Period.DAILY, 100).disabled());
        scene.use(spend(30));
        scene.open(ask(30));

        scene.enable(limit, true);

        assertThat(scene.refuse(ask(41)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(40));
        scene.enable(limit, false);
        scene.grant(ask(1_000));
    }

    @Test
    void shouldLeaveUnchangedWhatAnUpdateDoesNotName() {
        Policy before = scene.policy(hardCost(Period.DAILY, "5").scope(ANTHROPIC));

        Policy after =
                as(PolicyDefined.class, scene.decide(update(before.policyId(), 3L, null, 900_000)))
                        .policy();

        assertThat(after.tokenLimit()).isEqualTo(3);
        assertThat(after.costLimit()).isEqualTo(Money.parse("5"));
        assertThat(after.warningPpm()).isEqualTo(800_000);
        assertThat(after.actionPpm()).isEqualTo(900_000);
        assertThat(after.type()).isEqualTo(PolicyType.HARD_LIMIT);
        assertThat(after.scope()).isEqualTo(ANTHROPIC);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertThat(
                        List.of(
                                put(null, 800_000, 950_000),
                                put(-1L, 800_000, 950_000),
                                put(1L, 0, 950_000),
                                put(1L, -1, 950_000),
                                put(1L, 960_000, 950_000),
                                put(1L, 800_000, 1_000_001),
                                put(1L, 1_000_001, 1_000_001)))
                .allSatisfy(
                        each ->
                                assertThat(scene.refuse(each).code())
                                        .isEqualTo(RefusalCode.INVALID));
        Policy policy = scene.policy(hard(Period.DAILY, 1));
        assertThat(scene.refuse(update(policy.policyId(), -1L, null, null)).code())
                .isEqualTo(RefusalCode.INVALID);
        assertThat(scene.refuse(update(policy.policyId(), null, 990_000, null)).code())
                .isEqualTo(RefusalCode.INVALID);
        assertThat(scene.rows.policies(TEAM)).containsExactly(policy);
    }

    @Test
    void shouldRefuseWhatIsNotThereOrThereAlready() {
        scene.budget("other", "UTC");
        Policy others = scene.policy("other", hard(Period.DAILY, 1));

        assertThat(scene.refuse(update(others.policyId(), 1L, null, null)).code())
                .isEqualTo(RefusalCode.POLICY_NOT_FOUND);
        assertThat(
                        scene.refuse(
                                        hard(Period.WEEKLY, 1)
                                                .of(scene.head("other"), others.policyId()))
                                .code())
                .isEqualTo(RefusalCode.RESOURCE_EXISTS);
        assertThat(scene.refuse(hard(Period.WEEKLY, 1).of(scene.head("none"), "none.1")).code())
                .isEqualTo(RefusalCode.BUDGET_NOT_FOUND);
        assertThat(scene.refuse(hard(Period.WEEKLY, 1).of(scene.head(TEAM), "other.9")).code())
                .isEqualTo(RefusalCode.INVALID);
    }

    @Test
    void shouldHaveOnlySoManyPoliciesButStillChangeThem() {
        Scene small = new Scene(new LedgerBounds(10, 2, 100));
        small.budget(TEAM, "UTC");
        small.policy(hard(Period.DAILY, 1));
        small.policy(hard(Period.WEEKLY, 1));

        assertThat(small.refuse(hard(Period.MONTHLY, 1).of(small.head(TEAM), "team.x")).code())
                .isEqualTo(RefusalCode.TOO_MANY);
        small.policy(hard(Period.WEEKLY, 2));
    }

    @Test
    void shouldFoldSpendingOfTheNextWindowIntoANewPolicyToo() {
        scene.at("2025-05-07T10:58:00Z");
        scene.use(spend(5), scene.now() + Duration.ofMinutes(4).toMillis());
        Policy limit =
                scene.policy(hard(Period.HOURLY, 10).scope(new Scope(HEAVY, null, null, null)));
        assertThat(scene.usedTokens(limit)).isZero();

        scene.pass(Duration.ofMinutes(2));

        assertThat(scene.usedTokens(limit)).isEqualTo(5);
    }

    private PutPolicy put(@Nullable Long tokens, int warningPpm, int actionPpm) {
        return new PutPolicy(
                scene.head(TEAM),
                "team.p",
                PolicyType.WARN,
                Period.DAILY,
                Scope.ANY,
                tokens,
                null,
                warningPpm,
                actionPpm,
                true,
                Metadata.NONE);
    }

    private UpdatePolicy update(
            String policyId,
            @Nullable Long tokens,
            @Nullable Integer warningPpm,
            @Nullable Integer actionPpm) {
        return new UpdatePolicy(
                scene.head(TEAM), policyId, null, tokens, null, warningPpm, actionPpm, null);
    }
}
