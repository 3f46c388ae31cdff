package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;

class ExhaustionTest {

    @ParameterizedTest
    @CsvSource({
        // now, tokens used, cost, token limit, cost limit, exhausted at; the window is 1000 to 2000
        "1500, 80, 0, 100,, 1625",
        "1500, 0, 8,, 10, 1625",
        "1500, 80, 9, 100, 10, 1556",
        "1500, 90, 8, 100, 10, 1556",
        "1500, 10, 9, 100, 10, 1556",
        "1500, 50, 5, 100, 10,",
        "1500, 80, 0,,,",
        // Nothing was used.
        "1500, 0, 0, 100, 10,",
        "1500, 0, 0, 0, 0,",
        // One is reached, so the rest of the other does not matter.
        "1500, 100, 0, 100,,",
        "1500, 80, 10, 100, 10,",
        "1500, 101, 9, 100, 10,",
        // The window has just begun until a hundredth of it is over.
        "1009, 79, 7.9, 100, 10,",
        "1010, 79, 0, 100,, 1013",
        "1009, 80, 0, 100,, 1012",
        "1009, 0, 8,, 10, 1012",
        "1000, 90, 0, 100,,",
        // It has ended.
        "2000, 80, 0, 100,,"
    })
    void shouldTellTheEarlierOfBothLimits(
            long nowMs,
            long tokens,
            String cost,
            Long tokenLimit,
            String costLimit,
            Long exhaustedAtMs) {
        Policy policy =
                new Policy(
                        "team.p1",
                        "team",
                        PolicyType.WARN,
                        Period.HOURLY,
                        Scope.ANY,
                        tokenLimit,
                        costLimit == null ? null : Money.parse(costLimit),
                        Policy.WARNING_PPM_DEFAULT,
                        Policy.ACTION_PPM_DEFAULT,
                        true,
                        Metadata.NONE,
                        1,
                        1);
        PolicyView view =
                new PolicyView(
                        policy,
                        1_000,
                        2_000,
                        tokens,
                        0,
                        new Amount(tokens, Money.parse(cost)),
                        Amount.ZERO,
                        0,
                        0);

        assertThat(Exhaustion.atMs(view, nowMs)).isEqualTo(exhaustedAtMs);
    }
}
