package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.rules.Scene.TEAM;
import static tekton.budget.metering.ledger.rules.Scene.as;
import static tekton.budget.metering.ledger.rules.Scene.ask;
import static tekton.budget.metering.ledger.rules.Scene.hard;
import static tekton.budget.metering.ledger.rules.Scene.only;
import static tekton.budget.metering.ledger.rules.Scene.spend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Tier;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

class BudgetRulesTest {

    private final Scene scene = new Scene();

    @Test
    void shouldMakeABudgetWithTheNineteenDefaultPoliciesInTektonsOrder() {
        BudgetDefined defined = as(BudgetDefined.class, scene.decide(create(TEAM, "UTC", true)));

        assertThat(scene.rows.policies(TEAM)).isEqualTo(defined.policies());
        assertThat(defined.policies())
                .hasSize(19)
                .allSatisfy(
                        policy -> {
                            assertThat(policy.type()).isEqualTo(PolicyType.WARN);
                            assertThat(policy.enabled()).isTrue();
                            assertThat(policy.warningPpm()).isEqualTo(800_000);
                            assertThat(policy.actionPpm()).isEqualTo(950_000);
                        });
        assertThat(defined.policies().stream().map(BudgetRulesTest::inWords))
                .containsExactly(
                        "team.default-01 hourly LOCAL_LIGHTWEIGHT 1000000 null",
                        "team.default-02 daily LOCAL_LIGHTWEIGHT 10000000 null",
                        "team.default-03 weekly LOCAL_LIGHTWEIGHT 50000000 null",
                        "team.default-04 monthly LOCAL_LIGHTWEIGHT 200000000 null",
                        "team.default-05 per_session LOCAL_LIGHTWEIGHT 8000 null",
                        "team.default-06 hourly LOCAL_MIDWEIGHT 500000 null",
                        "team.default-07 daily LOCAL_MIDWEIGHT 5000000 null",
                        "team.default-08 weekly LOCAL_MIDWEIGHT 25000000 null",
                        "team.default-09 monthly LOCAL_MIDWEIGHT 100000000 null",
                        "team.default-10 per_session LOCAL_MIDWEIGHT 16000 null",
                        "team.default-11 hourly REMOTE_HEAVYWEIGHT 100000 null",
                        "team.default-12 daily REMOTE_HEAVYWEIGHT 1000000 null",
                        "team.default-13 weekly REMOTE_HEAVYWEIGHT 5000000 null",
                        "team.default-14 monthly REMOTE_HEAVYWEIGHT 20000000 null",
                        "team.default-15 per_session REMOTE_HEAVYWEIGHT 32000 null",
                        "team.default-16 hourly null null 0.5",
                        "team.default-17 daily null null 5",
                        "team.default-18 weekly null null 25",
                        "team.default-19 monthly null null 100");
    }

    @Test
    void shouldGrantUnderTheDefaultPoliciesAndWarnOfASession() {
        scene.decide(create(TEAM, "UTC", true));

        assertThat(scene.grant(ask(1_000).rate(75_000_000)).warnings()).isEmpty();
        assertThat(scene.grant(ask(40_000).rate(1)).warnings())
                .extracting(each -> each.policyId())
                .containsExactly("team.default-15");
    }

    @Test
    void shouldMakeABudgetWithoutPoliciesWhenTheyAreSwitchedOff() {
        scene.decide(create(TEAM, "UTC", false));

        assertThat(scene.rows.policies(TEAM)).isEmpty();
    }

    @Test
    void shouldNotMakeABudgetTwice() {
        scene.decide(create(TEAM, "UTC", false));
        List<Object> before = scene.rows.snapshot();

        assertThat(scene.refuse(create(TEAM, "nowhere", true)).code())
                .isEqualTo(RefusalCode.RESOURCE_EXISTS);
        assertThat(scene.rows.snapshot()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "UTC",
                "Z",
                "+02:00",
                "Asia/Kolkata",
                "+05:30",
                "Australia/Lord_Howe",
                "Asia/Kathmandu",
                "Pacific/Chatham"
            })
    void shouldTakeZonesWholeQuartersOfAnHourFromUtc(String zone) {
        as(BudgetDefined.class, scene.decide(create(TEAM, zone, false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mars/Base", "+05:17", "-00:00:30"})
    void shouldRefuseOtherZones(String zone) {
        assertThat(scene.refuse(create(TEAM, zone, false)).code()).isEqualTo(RefusalCode.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "."})
    void shouldRefuseAnIdThatNoAllocationCouldBeNamedAfter(String id) {
        assertThat(scene.refuse(create(id, "UTC", false)).code()).isEqualTo(RefusalCode.INVALID);
    }

    @Test
    void shouldChangeOnlyWhatIsNamed() {
        scene.decide(create(TEAM, "Europe/Berlin", false));
        scene.pass(Duration.ofMinutes(1));

        scene.decide(new UpdateBudget(scene.head(TEAM), null, "what for", null, null, null));

        Budget after = Objects.requireNonNull(scene.rows.budget(TEAM));
        assertThat(after.name()).isEqualTo("name");
        assertThat(after.description()).isEqualTo("what for");
        assertThat(after.zone()).isEqualTo("Europe/Berlin");
        assertThat(after.active()).isTrue();
        assertThat(after.createdAtMs()).isEqualTo(scene.now() - 60_000);
        assertThat(after.updatedAtMs()).isEqualTo(scene.now());
        assertThat(
                        scene.refuse(
                                        new UpdateBudget(
                                                scene.head("none"), "n", null, null, null, null))
                                .code())
                .isEqualTo(RefusalCode.BUDGET_NOT_FOUND);
    }

    @Test
    void shouldEndOpenAllocationsBeforeItIsDeactivated() {
        scene.decide(create(TEAM, "UTC", false));
        scene.budget("other", "UTC");
        Policy limit = scene.policy(hard(Period.DAILY, 100));
        String first = scene.open(ask(60));
        scene.use(spend(10).from(first));
        scene.pass(Duration.ofSeconds(1));
        String second = scene.open(ask(30));
        String others = scene.open(ask(1).budget("other"));

        List<LedgerEvent> events = scene.activate(TEAM, false);

        assertThat(only(AllocationEnded.class, events))
                .extracting(AllocationEnded::returnedTokens)
                .containsExactly(50L, 30L);
        assertThat(events.getLast()).isInstanceOf(BudgetDefined.class);
        assertThat(scene.allocation(first).state()).isEqualTo(AllocationState.RELEASED);
        assertThat(scene.allocation(second).state()).isEqualTo(AllocationState.RELEASED);
        assertThat(scene.allocation(others).isOpen()).isTrue();
        assertThat(scene.reservedTokens(limit)).isZero();
        assertThat(scene.activate(TEAM, false)).hasSize(1);
    }

    @Test
    void shouldCountUsageOfAnInactiveBudgetAndRefuseItsAllocations() {
        scene.decide(create(TEAM, "UTC", false));
        Policy limit = scene.policy(hard(Period.DAILY, 100));
        scene.activate(TEAM, false);

        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.BUDGET_INACTIVE);
        assertThat(scene.refuse(ask(1).priority(10)).code()).isEqualTo(RefusalCode.BUDGET_INACTIVE);
        scene.use(spend(70));

        assertThat(scene.usedTokens(limit)).isEqualTo(70);
        scene.activate(TEAM, true);
        assertThat(scene.refuse(ask(31)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(30));
    }

    @Test
    void shouldCountInDefaultPoliciesWhatWasSpentBeforeTheBudgetWasMade() {
        scene.use(spend(70).cost("0.1"));

        scene.decide(create(TEAM, "UTC", true));

        Policy heavyDaily = scene.rows.policies(TEAM).get(11);
        assertThat(heavyDaily.scope())
                .isEqualTo(new Scope(Tier.REMOTE_HEAVYWEIGHT, null, null, null));
        assertThat(scene.usedTokens(heavyDaily)).isEqualTo(70);
        assertThat(scene.use(scene.rows.policies(TEAM).getFirst())).isEqualTo(PolicyUse.NONE);
    }

    private CreateBudget create(String id, String zone, boolean withDefaults) {
        return new CreateBudget(
                scene.head(id), "name", null, null, zone, Metadata.NONE, withDefaults);
    }

    private static String inWords(Policy policy) {
        return "%s %s %s %s %s"
                .formatted(
                        policy.policyId(),
                        policy.period().wireName(),
                        policy.scope().tier(),
                        policy.tokenLimit(),
                        policy.costLimit());
    }

    @Test
    void shouldReleaseStepByStepWhatIsTooMuchForOne() {
        scene.budget(TEAM, "UTC");
        int open = 2 * LedgerBounds.ENDED_AT_ONCE + 7;
        for (int i = 0; i < open; i++) {
            scene.open(ask(1));
        }

        scene.activate(TEAM, false);
        assertThat(scene.rows.openCount(TEAM)).isEqualTo(open - LedgerBounds.ENDED_AT_ONCE);
        scene.budget("other", "UTC");
        assertThat(scene.rows.openCount(TEAM)).isEqualTo(7);
        scene.tick();

        assertThat(scene.rows.openCount(TEAM)).isZero();
    }

    @Test
    void shouldStopReleasingWhatIsActiveAgain() {
        scene.budget(TEAM, "UTC");
        for (int i = 0; i < LedgerBounds.ENDED_AT_ONCE + 3; i++) {
            scene.open(ask(1));
        }
        scene.activate(TEAM, false);
        scene.activate(TEAM, true);
        int left = scene.rows.openCount(TEAM);

        scene.tick();

        assertThat(scene.rows.openCount(TEAM)).isEqualTo(left);
    }

    @Test
    void shouldGoOnReleasingAfterARestart() {
        scene.budget(TEAM, "UTC");
        for (int i = 0; i < LedgerBounds.ENDED_AT_ONCE + 3; i++) {
            scene.open(ask(1));
        }
        scene.activate(TEAM, false);

        new Ledger(scene.rows).tick(scene.now(), 1_000);

        assertThat(scene.rows.openCount(TEAM)).isZero();
    }

    @Test
    void shouldRefuseMoreBudgetsThanThereMayBe() {
        Scene small = new Scene(new LedgerBounds(10, 10, 1));
        small.budget(TEAM, "UTC");

        Refusal refusal = small.refuse(create("one-too-many", "UTC", false));

        assertThat(refusal.code()).isEqualTo(RefusalCode.TOO_MANY);
        assertThat(refusal.message()).contains("at most 1");
    }
}
