package tekton.budget.api;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * The HTTP side alone, on a ledger that grants everything, counts nothing and shows two budgets and
 * many more.
 */
final class FakeLedgerApi implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    final FakeMetering metering = new FakeMetering();

    final FakeLedger ledger = metering.ledger;

    Api http;

    @Override
    public void beforeAll(ExtensionContext test) throws Exception {
        Policy limit =
                FakeLedger.policy(
                        "team.p1",
                        PolicyType.HARD_LIMIT,
                        Period.DAILY,
                        new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", null, null));
        Policy warning = FakeLedger.policy("team.p2", PolicyType.WARN, Period.MONTHLY, Scope.ANY);
        ledger.budgets.add(
                new BudgetView(
                        FakeLedger.budget("team", "Team", "ann", true), List.of(limit, warning)));
        ledger.budgets.add(new BudgetView(FakeLedger.budget("old", "Old", null, false), List.of()));
        List<Policy> several = several();
        for (int i = 0; i < 25; i++) {
            ledger.budgets.add(
                    new BudgetView(
                            FakeLedger.budget("b-" + i, "Many", "bob", true),
                            i == 0 ? several : List.of()));
        }
        Policy old = FakeLedger.policy("old.p1", PolicyType.WARN, Period.DAILY, Scope.ANY);
        ledger.standings.add(standing(old));
        ledger.standings.add(standing(limit));
        several.forEach(policy -> ledger.standings.add(standing(policy)));
        ledger.allocations.add(FakeLedger.open("team.a1", "a/b c"));
        http = Api.start(metering.withoutKafka(), ledger);
        Api.await(() -> http.get("/ready").statusCode() == 200);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        ledger.reset();
    }

    @Override
    public void afterAll(ExtensionContext test) {
        http.close();
    }

    /** Policies of one budget; the ones that Tekton's user interface shows are not the oldest. */
    private static List<Policy> several() {
        Scope openai = new Scope(null, "openai", null, null);
        return List.of(
                FakeLedger.ofTokens(
                        FakeLedger.policy("b-0.tokens", PolicyType.WARN, Period.DAILY, Scope.ANY)),
                FakeLedger.policy("b-0.openai", PolicyType.WARN, Period.DAILY, openai),
                FakeLedger.policy("b-0.cost", PolicyType.WARN, Period.DAILY, Scope.ANY),
                FakeLedger.policy("b-0.month", PolicyType.WARN, Period.MONTHLY, Scope.ANY));
    }

    static PolicyView standing(Policy policy) {
        return new PolicyView(
                policy,
                FakeLedger.NOW,
                FakeLedger.NOW + Duration.ofDays(1).toMillis(),
                100,
                250,
                new Amount(350, Money.parse("3")),
                new Amount(50, Money.parse("0.5")),
                2,
                400);
    }

    /** The body of an allocation, with further fields. */
    static String allocation(String fields) {
        return """
        {"context_id": "c/1", "component": "x", "tokens_allocated": 1000%s}\
        """
                .formatted(fields);
    }

    /** How a policy stands, in numbers. */
    static Standing standing(PolicyType type) {
        return new Standing(
                "team.p1",
                type,
                Period.DAILY,
                Scope.ANY,
                FakeLedger.NOW - Duration.ofHours(10).toMillis(),
                FakeLedger.NOW + Duration.ofHours(14).toMillis(),
                Measure.TOKENS,
                Level.ACTION,
                BigDecimal.valueOf(1_000),
                BigDecimal.valueOf(800),
                BigDecimal.valueOf(150),
                BigDecimal.valueOf(100));
    }
}
