package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import static tekton.budget.metering.ledger.rules.Scene.TEAM;
import static tekton.budget.metering.ledger.rules.Scene.ask;
import static tekton.budget.metering.ledger.rules.Scene.hard;
import static tekton.budget.metering.ledger.rules.Scene.hardCost;
import static tekton.budget.metering.ledger.rules.Scene.only;
import static tekton.budget.metering.ledger.rules.Scene.spend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Money;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class LevelRulesTest {

    private final Scene scene = Scene.withTeam();

    @Test
    void shouldSayEachLevelOnceExactlyWhenItIsReached() {
        scene.policy(hard(Period.DAILY, 1_000));

        assertThat(levels(scene.use(spend(799)))).isEmpty();
        assertThat(levels(scene.use(spend(1)))).containsExactly(Level.WARNING);
        assertThat(levels(scene.use(spend(149)))).isEmpty();
        assertThat(levels(scene.use(spend(1)))).containsExactly(Level.ACTION);
        assertThat(levels(scene.use(spend(49)))).isEmpty();
        assertThat(levels(scene.use(spend(1)))).containsExactly(Level.EXCEEDED);
        assertThat(levels(scene.use(spend(1_000)))).isEmpty();
    }

    @Test
    void shouldSayTokensAndCostApart() {
        scene.policy(
                new Scene.PolicyAsk(
                        PolicyType.WARN, Period.DAILY, Scope.ANY, 100L, Money.parse("1"), true));

        List<Standing> first = standings(scene.use(spend(95).cost("0.79")));
        List<Standing> second = standings(scene.use(spend(5).cost("0.01")));

        assertThat(first)
                .extracting(Standing::measure, Standing::level)
                .containsExactly(tuple(Measure.TOKENS, Level.ACTION));
        assertThat(second)
                .extracting(Standing::measure, Standing::level)
                .containsExactly(
                        tuple(Measure.TOKENS, Level.EXCEEDED), tuple(Measure.COST, Level.WARNING));
    }

    @Test
    void shouldLeaveSessionsToTheMetering() {
        scene.policy(hard(Period.PER_SESSION, 1));
        String drawn = scene.open(ask(1));

        assertThat(levels(scene.use(spend(100).from(drawn)))).isEmpty();
    }

    @Test
    void shouldSayHowItStandsWithNothingAsked() {
        scene.policy(hard(Period.DAILY, 100));
        scene.open(ask(7));

        Standing standing = standings(scene.use(spend(80))).getFirst();

        assertThat(standing.used()).isEqualTo(BigDecimal.valueOf(80));
        assertThat(standing.reserved()).isEqualTo(BigDecimal.valueOf(7));
        assertThat(standing.asked()).isEqualTo(BigDecimal.ZERO);
        assertThat(standing.windowStartMs())
                .isEqualTo(Instant.parse("2025-05-07T00:00:00Z").toEpochMilli());
    }

    @Test
    void shouldGoByWhatWasUsedAndNotByWhatIsReserved() {
        scene.policy(hard(Period.DAILY, 100));

        assertThat(only(LevelCrossed.class, scene.events(ask(100).of(scene.head(TEAM))))).isEmpty();
    }

    @Test
    void shouldSayNothingOfDisabledAndIgnoredPolicies() {
        scene.policy(hard(Period.DAILY, 1).disabled());
        scene.policy(hard(Period.WEEKLY, 1).type(PolicyType.IGNORE));

        assertThat(levels(scene.use(spend(100)))).isEmpty();
    }

    @Test
    void shouldSayNothingOfWhatCameWithTheBudgetUntilSomebodyTouchesIt() {
        scene.pass(Duration.ofSeconds(1));
        scene.decide(
                new CreateBudget(
                        scene.head("fresh"), "name", null, null, "UTC", Metadata.NONE, true));
        Policy cost = policy("fresh.default-17");
        Policy tokens = policy("fresh.default-12");

        assertThat(scene.use(spend(2_000_000).budget("fresh").cost("90")))
                .doesNotHaveAnyElementsOfTypes(LevelCrossed.class);
        assertThat(scene.usedTokens(tokens)).isEqualTo(2_000_000);

        scene.pass(Duration.ofSeconds(1));
        assertThat(levels(scene.enable(tokens, true))).containsExactly(Level.EXCEEDED);
        Scene.PolicyAsk mine =
                new Scene.PolicyAsk(
                        PolicyType.WARN, Period.DAILY, Scope.ANY, null, cost.costLimit(), true);
        LedgerRequest.RequestHead head = scene.head("fresh");
        assertThat(levels(scene.events(mine.of(head, "fresh.mine"))))
                .describedAs("with the limit that it had")
                .containsExactly(Level.EXCEEDED);
        assertThat(policy("fresh.default-17").updatedAtMs()).isGreaterThan(cost.updatedAtMs());
    }

    @Test
    void shouldSayWhereAPolicyStandsWhenItChanges() {
        Policy policy = scene.policy(hard(Period.DAILY, 100));
        scene.use(spend(90));

        assertThat(levels(scene.enable(policy, false))).containsExactly(Level.NORMAL);
        assertThat(levels(scene.enable(policy, true))).containsExactly(Level.WARNING);
        assertThat(levels(put(hard(Period.DAILY, 50)))).containsExactly(Level.EXCEEDED);
        assertThat(levels(put(hard(Period.DAILY, 1_000)))).containsExactly(Level.NORMAL);
        assertThat(levels(put(hard(Period.HOURLY, 92)))).containsExactly(Level.ACTION);
    }

    @Test
    void shouldForgetWhatItSaidOfALimitThatIsNoLongerThere() {
        scene.policy(hard(Period.DAILY, 100));
        scene.use(spend(90));

        assertThat(levels(put(hardCost(Period.DAILY, "1")))).isEmpty();
        assertThat(levels(put(hard(Period.DAILY, 100)))).containsExactly(Level.WARNING);
    }

    @Test
    void shouldCallALimitOfZeroExceededByTheFirstToken() {
        assertThat(levels(put(hard(Period.DAILY, 0)))).isEmpty();

        assertThat(levels(scene.use(spend(1)))).containsExactly(Level.EXCEEDED);
    }

    @Test
    void shouldComeToRestWhenAWindowEndsAndNotBefore() {
        Policy hourly = scene.policy(hard(Period.HOURLY, 100));
        scene.use(spend(100));
        scene.at("2025-05-07T10:59:59.999Z");
        assertThat(scene.tick()).isEmpty();
        assertThat(scene.refuse(ask(1)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);

        scene.at("2025-05-07T11:00:00Z");
        Standing standing = standings(scene.tick()).getFirst();

        assertThat(standing.level()).isEqualTo(Level.NORMAL);
        assertThat(standing.used()).isEqualTo(BigDecimal.ZERO);
        assertThat(standing.windowStartMs()).isEqualTo(scene.now());
        assertThat(scene.use(hourly).windows()).isEmpty();
        assertThat(scene.tick()).isEmpty();
        scene.pass(Duration.ofHours(5));
        assertThat(scene.tick()).isEmpty();
        scene.grant(ask(100));
    }

    @Test
    void shouldRollBeforeARequestIsDecidedAndAfterARestart() {
        scene.policy(hard(Period.HOURLY, 100));
        scene.use(spend(100));
        scene.pass(Duration.ofHours(1));

        List<LedgerEvent> events = new Ledger(scene.rows).tick(scene.now(), 1);

        assertThat(levels(events)).containsExactly(Level.NORMAL);
        assertThat(scene.events(ask(100).of(scene.head(TEAM)))).hasSize(1);
    }

    @Test
    void shouldCarryReservationsOverIntoTheNextWindow() {
        scene.policy(hard(Period.HOURLY, 100));
        scene.open(ask(60));
        scene.use(spend(40));
        scene.pass(Duration.ofHours(1));

        assertThat(scene.refuse(ask(41)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
        scene.grant(ask(40));
    }

    @Test
    void shouldSpeakOfUsageAheadOfTimeWhenItsWindowBegins() {
        Policy hourly = scene.policy(hard(Period.HOURLY, 100));
        scene.at("2025-05-07T10:58:00Z");
        scene.use(spend(100));

        assertThat(
                        levels(
                                scene.use(
                                        spend(96),
                                        Instant.parse("2025-05-07T11:01:00Z").toEpochMilli())))
                .isEmpty();
        assertThat(scene.use(hourly).windows()).hasSize(2);
        scene.at("2025-05-07T11:00:00Z");

        assertThat(levels(scene.tick())).containsExactly(Level.ACTION);
        assertThat(scene.usedTokens(hourly)).isEqualTo(96);
        assertThat(scene.refuse(ask(5)).code()).isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    @Test
    void shouldBeginWeeksOnMondayAndMonthsOnTheFirst() {
        scene.at("2025-08-31T23:59:00Z"); // a Sunday
        scene.policy(hard(Period.WEEKLY, 100));
        scene.policy(hard(Period.MONTHLY, 100));
        scene.use(spend(100));

        scene.at("2025-09-01T00:00:00Z");

        assertThat(standings(scene.tick()))
                .extracting(Standing::period, Standing::level)
                .containsExactly(
                        tuple(Period.WEEKLY, Level.NORMAL), tuple(Period.MONTHLY, Level.NORMAL));
    }

    @Test
    void shouldEndADayOf23HoursInTheZoneOfTheBudget() {
        scene.budget("berlin", "Europe/Berlin");
        scene.at("2025-03-29T23:00:00Z");
        scene.policy("berlin", hard(Period.DAILY, 100));
        scene.use(spend(60).budget("berlin"));
        scene.at("2025-03-30T21:59:59Z");
        scene.use(spend(40).budget("berlin"));
        assertThat(scene.refuse(ask(1).budget("berlin")).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);

        scene.at("2025-03-30T22:00:00Z");

        scene.grant(ask(100).budget("berlin"));
    }

    /** Without another request or use: time alone ends a window at a quarter past. */
    @Test
    void shouldEndWindowsWithinTheHourWhereTheZoneOfABudgetDoes() {
        scene.budget("kathmandu", "Asia/Kathmandu");
        scene.at("2025-08-31T18:00:00Z");
        scene.policy("kathmandu", hard(Period.DAILY, 100));
        scene.use(spend(100).budget("kathmandu"));
        scene.at("2025-08-31T18:14:59.999Z");
        assertThat(scene.tick()).isEmpty();
        assertThat(scene.refuse(ask(1).budget("kathmandu")).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);

        scene.at("2025-08-31T18:15:00Z");

        assertThat(levels(scene.tick())).containsExactly(Level.NORMAL);
        scene.grant(ask(100).budget("kathmandu"));
    }

    /** A policy made later finds what its window has spent, and nothing of the day before. */
    @ParameterizedTest
    @CsvSource({
        "Asia/Kolkata, 2026-05-01T18:30:00Z",
        "Asia/Kathmandu, 2026-05-01T18:15:00Z",
        "Australia/Adelaide, 2026-04-30T14:30:00Z",
        "America/St_Johns, 2026-05-01T02:30:00Z",
        "Australia/Lord_Howe, 2026-05-01T13:30:00Z",
        "Pacific/Chatham, 2026-05-01T11:15:00Z"
    })
    void shouldCountWhatTheDayHasSpentWhateverTheHour(String zone, Instant midnight) {
        scene.at(midnight.minusSeconds(60).toString());
        scene.budget("b", zone);
        scene.use(spend(1).budget("b"));
        scene.at(midnight.minusMillis(1).toString());
        scene.use(spend(2).budget("b"));
        scene.at(midnight.toString());
        scene.use(spend(4).budget("b"));
        scene.at(midnight.plusSeconds(600).toString());
        scene.use(spend(8).budget("b"));
        scene.at(midnight.plus(Duration.ofHours(20)).toString());
        scene.use(spend(16).budget("b"));

        assertThat(scene.usedTokens(scene.policy("b", hard(Period.DAILY, 28)))).isEqualTo(28);
        assertThat(scene.refuse(ask(1).budget("b")).code())
                .isEqualTo(RefusalCode.INSUFFICIENT_BUDGET);
    }

    private Policy policy(String id) {
        return scene.rows.policies(id.substring(0, id.indexOf('.'))).stream()
                .filter(policy -> policy.policyId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<LedgerEvent> put(Scene.PolicyAsk ask) {
        var head = scene.head(TEAM);
        return scene.events(ask.of(head, "team." + head.requestId()));
    }

    private static List<Standing> standings(List<LedgerEvent> events) {
        return only(LevelCrossed.class, events).stream().map(LevelCrossed::standing).toList();
    }

    private static List<Level> levels(List<LedgerEvent> events) {
        return standings(events).stream().map(Standing::level).toList();
    }
}
