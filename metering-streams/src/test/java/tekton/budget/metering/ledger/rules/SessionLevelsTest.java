package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.util.List;

class SessionLevelsTest {

    private static final Scope CHAT =
            new Scope(Tier.REMOTE_HEAVYWEIGHT, "anthropic", "rhetor", "chat");
    private static final Scope LOCAL = new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", "rhetor", "chat");

    @Test
    void shouldSayEachLevelOnceExactlyWhenItIsReached() {
        Policy policy = policy(Scope.ANY, PolicyType.WARN, true);

        assertThat(levels(policy, 0, 799)).isEmpty();
        assertThat(levels(policy, 799, 800)).containsExactly(Level.WARNING);
        assertThat(levels(policy, 800, 949)).isEmpty();
        assertThat(levels(policy, 949, 950)).containsExactly(Level.ACTION);
        assertThat(levels(policy, 950, 999)).isEmpty();
        assertThat(levels(policy, 999, 1_000)).containsExactly(Level.EXCEEDED);
        assertThat(levels(policy, 1_000, 5_000)).isEmpty();
        assertThat(levels(policy, 0, 1_000)).describedAs("at once").containsExactly(Level.EXCEEDED);
    }

    @Test
    void shouldCountWhatIsOfTheBudgetAndMayBeInTheScope() {
        Policy local =
                policy(new Scope(Tier.LOCAL_MIDWEIGHT, null, null, null), PolicyType.WARN, true);
        List<Spending> before =
                List.of(spending("team", CHAT, 5_000), spending("other", LOCAL, 5_000));
        List<Spending> enough =
                List.of(spending("team", LOCAL, 700), spending("team", Scope.ANY, 100));

        assertThat(crossed(local, List.of(), before)).isEmpty();
        assertThat(crossed(local, before, enough))
                .extracting(
                        LevelCrossed::contextId,
                        crossed -> crossed.standing().used().intValueExact(),
                        crossed -> crossed.standing().windowStartMs())
                .containsExactly(tuple("one", 800, null));
    }

    @Test
    void shouldSpeakOfTokensAndOfCost() {
        Policy policy =
                new Policy(
                        "team.p",
                        "team",
                        PolicyType.HARD_LIMIT,
                        Period.PER_SESSION,
                        Scope.ANY,
                        10L,
                        Money.ofPico(100),
                        Policy.WARNING_PPM_DEFAULT,
                        Policy.ACTION_PPM_DEFAULT,
                        true,
                        Metadata.NONE,
                        0,
                        0);

        assertThat(
                        crossed(
                                policy,
                                List.of(),
                                List.of(
                                        new Spending(
                                                "team", CHAT, new Amount(9, Money.ofPico(100))))))
                .extracting(
                        crossed -> crossed.standing().measure(),
                        crossed -> crossed.standing().level())
                .containsExactly(
                        tuple(Measure.TOKENS, Level.WARNING), tuple(Measure.COST, Level.EXCEEDED));
    }

    @Test
    void shouldSayNothingOfDisabledAndIgnoredLimits() {
        assertThat(levels(policy(Scope.ANY, PolicyType.WARN, false), 0, 2_000)).isEmpty();
        assertThat(levels(policy(Scope.ANY, PolicyType.IGNORE, true), 0, 2_000)).isEmpty();
    }

    @Test
    void shouldSayNothingOfWhatCameWithTheBudgetUntilSomebodyTouchesIt() {
        List<Spending> after = List.of(spending("team", CHAT, 1_000_000));
        Policy heavy =
                DefaultPolicies.of("team", 7).stream()
                        .filter(policy -> policy.period() == Period.PER_SESSION)
                        .filter(policy -> policy.scope().tier() == Tier.REMOTE_HEAVYWEIGHT)
                        .findFirst()
                        .orElseThrow();

        assertThat(crossed(heavy, List.of(), after)).isEmpty();
        assertThat(crossed(touched(heavy), List.of(), after))
                .extracting(crossed -> crossed.standing().level())
                .containsExactly(Level.EXCEEDED);
    }

    private static Policy touched(Policy policy) {
        return new Policy(
                policy.policyId(),
                policy.budgetId(),
                policy.type(),
                policy.period(),
                policy.scope(),
                policy.tokenLimit(),
                policy.costLimit(),
                policy.warningPpm(),
                policy.actionPpm(),
                true,
                policy.metadata(),
                policy.createdAtMs(),
                policy.createdAtMs() + 1);
    }

    private static List<Level> levels(Policy policy, long before, long after) {
        return crossed(
                        policy,
                        List.of(spending("team", CHAT, before)),
                        List.of(spending("team", CHAT, after)))
                .stream()
                .map(crossed -> crossed.standing().level())
                .toList();
    }

    private static List<LevelCrossed> crossed(
            Policy policy, List<Spending> before, List<Spending> after) {
        return SessionLevels.crossed(List.of(policy), "one", before, after, 7);
    }

    private static Spending spending(String budgetId, Scope scope, long tokens) {
        return new Spending(budgetId, scope, new Amount(tokens, Money.ZERO));
    }

    private static Policy policy(Scope scope, PolicyType type, boolean enabled) {
        return new Policy(
                "team.p",
                "team",
                type,
                Period.PER_SESSION,
                scope,
                1_000L,
                null,
                Policy.WARNING_PPM_DEFAULT,
                Policy.ACTION_PPM_DEFAULT,
                enabled,
                Metadata.NONE,
                0,
                0);
    }
}
