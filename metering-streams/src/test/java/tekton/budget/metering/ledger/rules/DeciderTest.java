package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.rules.Scene.TEAM;
import static tekton.budget.metering.ledger.rules.Scene.as;
import static tekton.budget.metering.ledger.rules.Scene.ask;
import static tekton.budget.metering.ledger.rules.Scene.hard;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.Repeat;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Refusal.RefusalCode;

import java.time.Duration;
import java.util.List;

/** Requests made again. */
class DeciderTest {

    private final Scene scene = Scene.withTeam();

    @Test
    void shouldGiveTheFirstDecisionAgainAndDoNothing() {
        LedgerDecision first = scene.decide(allocate("r1", "key", "print"));
        List<Object> before = scene.rows.snapshot();
        scene.pass(Duration.ofHours(1));

        RequestRepeated again =
                as(RequestRepeated.class, scene.decide(allocate("r2", "key", "print")));

        assertThat(first).isInstanceOf(AllocationGranted.class);
        assertThat(again.first()).isEqualTo(first);
        assertThat(again.requestId()).isEqualTo("r2");
        assertThat(scene.rows.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldRepeatARefusalEvenWhenThereWouldBeRoomNow() {
        scene.policy(hard(Period.HOURLY, 1));
        LedgerDecision first = scene.decide(allocate("r1", "key", "print"));
        assertThat(first).isInstanceOf(RequestRefused.class);
        scene.policy(hard(Period.HOURLY, 1_000));

        assertThat(as(RequestRepeated.class, scene.decide(allocate("r2", "key", "print"))).first())
                .isEqualTo(first);
    }

    @Test
    void shouldRefuseTheSameKeyForSomethingElseAndKeepTheFirst() {
        LedgerDecision first = scene.decide(allocate("r1", "key", "print"));

        assertThat(scene.refuse(allocate("r2", "key", "other")).code())
                .isEqualTo(RefusalCode.IDEMPOTENCY_CONFLICT);
        assertThat(as(RequestRepeated.class, scene.decide(allocate("r3", "key", "print"))).first())
                .isEqualTo(first);
    }

    @Test
    void shouldForgetAfterThreeDays() {
        scene.decide(allocate("r1", "key", "print"));
        scene.pass(Duration.ofDays(3).minusMillis(1));
        as(RequestRepeated.class, scene.decide(allocate("r2", "key", "print")));
        scene.pass(Duration.ofMillis(1));

        assertThat(scene.decide(allocate("r3", "key", "print")))
                .isInstanceOf(AllocationGranted.class);
    }

    @Test
    void shouldKeepKeysOfBudgetsApart() {
        scene.budget("other", "UTC");
        scene.decide(allocate("r1", "key", "print"));

        Allocate others =
                ask(10).budget("other")
                        .of(new RequestHead("r2", "other", new Repeat("key", "other")));
        assertThat(scene.decide(others)).isInstanceOf(AllocationGranted.class);
    }

    @Test
    void shouldMakeABudgetOnceUnderOneKey() {
        CreateBudget create =
                new CreateBudget(
                        new RequestHead("r1", "new", new Repeat("key", "print")),
                        "name",
                        null,
                        null,
                        "UTC",
                        Metadata.NONE,
                        true);
        LedgerDecision first = scene.decide(create);

        assertThat(as(RequestRepeated.class, scene.decide(create)).first()).isEqualTo(first);
    }

    @Test
    void shouldNotLookAtTheKeyWhenItOnlyChecks() {
        scene.decide(allocate("r1", "key", "print"));

        assertThat(Ledger.check(scene.rows, allocate("r2", "key", "other"), scene.now()))
                .isInstanceOf(AllocationGranted.class);
    }

    private static Allocate allocate(String requestId, String key, String fingerprint) {
        return ask(10).of(Scene.head(requestId, key, fingerprint), TEAM + "." + requestId);
    }
}
