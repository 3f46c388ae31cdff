package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.rules.Scene.TEAM;
import static tekton.budget.metering.ledger.rules.Scene.as;
import static tekton.budget.metering.ledger.rules.Scene.ask;
import static tekton.budget.metering.ledger.rules.Scene.hard;
import static tekton.budget.metering.ledger.rules.Scene.spend;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.PolicyForgotten;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest.PlacePolicy;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.metering.ledger.rules.Scene.PolicyAsk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Policies whose maker named no budget; TEAM stands for the budget that takes them at first. */
class ProvisionalRulesTest {

    private static final String OTHER = "other";

    private final Scene scene = Scene.withTeam();

    @Test
    void shouldMakeRoomForWhatWasReplacedOnceAnotherBudgetIsMeant() {
        Policy before = scene.policy(hard(Period.DAILY, 100));
        scene.use(spend(7));
        scene.pass(Duration.ofMinutes(1));
        Policy made = provisional(hard(Period.DAILY, 10));
        assertThat(made.policyId()).isEqualTo(before.policyId());
        assertThat(refused(50)).isTrue();

        Policy after = place(made, OTHER);

        assertThat(after.settled().with(true, before.updatedAtMs(), null, null)).isEqualTo(before);
        assertThat(after.updatedAtMs()).as("as it was").isEqualTo(before.updatedAtMs());
        assertThat(refused(50)).isFalse();
        assertThat(after.attachable(scene.now()).tokenLimit())
                .as("whoever attaches it to a third budget means what was made")
                .isEqualTo(10);
        assertThat(scene.usedTokens(after)).isEqualTo(7);
        assertThat(place(made, OTHER)).as("a repeat").isEqualTo(after);
    }

    @Test
    void shouldLeaveNothingWhereNothingWasReplaced() {
        Policy made = provisional(hard(Period.DAILY, 10));
        assertThat(refused(50)).isTrue();

        Policy after = place(made, OTHER);

        assertThat(after.isVacant()).isTrue();
        assertThat(after.isEnforced()).isFalse();
        assertThat(refused(50)).isFalse();
        assertThat(scene.refuse(update(made)).code()).isEqualTo(RefusalCode.POLICY_NOT_FOUND);
        assertThat(place(made, OTHER)).as("a repeat").isEqualTo(after);
        Policy again = provisional(hard(Period.DAILY, 20));
        assertThat(again.isVacant()).isFalse();
        assertThat(place(again, OTHER).isVacant()).isTrue();

        scene.pass(Duration.ofMillis(Policy.MOVABLE_MS));
        assertThat(scene.events(put(hard(Period.MONTHLY, 5), "team.x", null)))
                .anyMatch(PolicyForgotten.class::isInstance);
        assertThat(scene.refuse(placing(made, "r", OTHER)).code())
                .isEqualTo(RefusalCode.POLICY_NOT_FOUND);
    }

    @Test
    void shouldKeepWhatWasMeantForThisBudget() {
        Policy made = provisional(hard(Period.DAILY, 10));
        Policy kept = place(made, TEAM);
        assertThat(kept).isEqualTo(made.settled());
        assertThat(place(made, OTHER)).as("it is nobody else's any more").isEqualTo(kept);

        Policy next = provisional(hard(Period.DAILY, 20));
        assertThat(place(next, OTHER).tokenLimit()).isEqualTo(10);
    }

    @Test
    void shouldNotMoveWhatHasLived() {
        Policy made = provisional(hard(Period.DAILY, 10));
        scene.pass(Duration.ofMillis(Policy.MOVABLE_MS - 1));
        assertThat(made.attachable(scene.now()).tokenLimit()).isEqualTo(10);
        scene.pass(Duration.ofMillis(1));
        assertThat(place(made, OTHER)).isEqualTo(made);

        Policy changed = provisional(hard(Period.WEEKLY, 10));
        scene.events(update(changed));
        Policy named = as(PolicyDefined.class, scene.decide(update(changed))).policy();
        assertThat(place(changed, OTHER)).as("somebody has changed it").isEqualTo(named);

        Policy defined = provisional(hard(Period.MONTHLY, 10));
        Policy put = scene.policy(hard(Period.MONTHLY, 30));
        assertThat(place(defined, OTHER)).as("somebody has named the budget").isEqualTo(put);
    }

    @Test
    void shouldTakeTheSameOnceMoreForARepeat() {
        scene.policy(hard(Period.DAILY, 100));
        provisional(hard(Period.DAILY, 10));
        Policy again = provisional(hard(Period.DAILY, 10));

        assertThat(place(again, OTHER).tokenLimit()).isEqualTo(100);
    }

    @Test
    void shouldTakeOutTheOneThatIsMeantFromBelowAnother() {
        scene.policy(hard(Period.DAILY, 100));
        Policy first = provisional(hard(Period.DAILY, 10));
        Policy second = provisional(hard(Period.DAILY, 20));

        assertThat(place(first, OTHER).tokenLimit()).isEqualTo(20);
        assertThat(place(first, OTHER).tokenLimit()).as("a repeat").isEqualTo(20);
        assertThat(place(second, OTHER).tokenLimit()).isEqualTo(100);
    }

    /** Whoever makes policies and moves them all leaves the budget as it was found. */
    @Test
    void shouldLeaveTheBudgetAsItWasWhateverTheOrder() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Scene each = Scene.withTeam();
            boolean was = random.nextBoolean();
            if (was) {
                each.policy(hard(Period.DAILY, 1_000));
            }
            List<Policy> waiting = new ArrayList<>();
            for (int step = 0; step < 30; step++) {
                if (waiting.size() < ProvisionalRules.DEPTH_MAX && random.nextInt(3) > 0) {
                    waiting.add(provisional(each, hard(Period.DAILY, 1 + step)));
                } else if (!waiting.isEmpty()) {
                    place(each, waiting.remove(random.nextInt(waiting.size())), OTHER);
                }
                each.pass(Duration.ofSeconds(random.nextInt(10)));
            }
            while (!waiting.isEmpty()) {
                place(each, waiting.remove(random.nextInt(waiting.size())), OTHER);
            }
            List<Policy> left =
                    each.rows.policies(TEAM).stream().filter(one -> !one.isVacant()).toList();
            assertThat(left).as("seed " + seed).hasSize(was ? 1 : 0);
            assertThat(left).allMatch(one -> Long.valueOf(1_000).equals(one.tokenLimit()));
            assertThat(left).allMatch(one -> one.provisional() == null);
        }
    }

    @Test
    void shouldRememberOnlySoManyBelowOneAnother() {
        scene.policy(hard(Period.DAILY, 100));
        Policy last = null;
        for (int i = 0; i < 3 * ProvisionalRules.DEPTH_MAX; i++) {
            last = provisional(hard(Period.DAILY, 1 + i));
        }

        int depth = 0;
        for (Policy each = last; each != null; depth++) {
            each = each.provisional() == null ? null : each.provisional().replaced();
        }
        assertThat(depth).isLessThanOrEqualTo(ProvisionalRules.DEPTH_MAX + 1);
    }

    private boolean refused(long tokens) {
        return scene.decide(ask(tokens)) instanceof RequestRefused;
    }

    private Policy provisional(PolicyAsk ask) {
        return provisional(scene, ask);
    }

    private static Policy provisional(Scene scene, PolicyAsk ask) {
        PutPolicy put = ask.of(scene.head(TEAM), "");
        String id = TEAM + '.' + put.head().requestId();
        return as(PolicyDefined.class, scene.decide(put(put, id, true))).policy();
    }

    private PutPolicy put(PolicyAsk ask, String id, @Nullable Boolean provisional) {
        return put(ask.of(scene.head(TEAM), id), id, provisional);
    }

    private static PutPolicy put(PutPolicy like, String id, @Nullable Boolean provisional) {
        return new PutPolicy(
                like.head(),
                id,
                like.type(),
                like.period(),
                like.scope(),
                like.tokenLimit(),
                like.costLimit(),
                like.warningPpm(),
                like.actionPpm(),
                like.enabled(),
                like.metadata(),
                provisional);
    }

    private Policy place(Policy made, String meantFor) {
        return place(scene, made, meantFor);
    }

    private static Policy place(Scene scene, Policy made, String meantFor) {
        String madeBy = Objects.requireNonNull(made.provisional()).requestId();
        PlacePolicy request = new PlacePolicy(scene.head(TEAM), made.policyId(), madeBy, meantFor);
        return as(PolicyDefined.class, scene.decide(request)).policy();
    }

    private PlacePolicy placing(Policy made, String madeBy, String meantFor) {
        return new PlacePolicy(scene.head(TEAM), made.policyId(), madeBy, meantFor);
    }

    private UpdatePolicy update(Policy policy) {
        return new UpdatePolicy(
                scene.head(TEAM), policy.policyId(), null, 12L, null, null, null, null);
    }
}
