package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;

import java.util.List;
import java.util.stream.Stream;

class FullnessTest {

    @Test
    void shouldPutTheLargerOfBothPartsFirstAndQuietOnesLast() {
        List<PolicyView> views =
                List.of(
                        view("quiet", PolicyType.WARN, 1_000L, "5", 0, "0", 0),
                        view("held", PolicyType.WARN, 1_000L, "5", 0, "0", 1),
                        view("hard", PolicyType.HARD_LIMIT, 1_000L, "5", 0, "0", 0),
                        view("without", PolicyType.WARN, null, null, 70, "3", 0),
                        view("tokens", PolicyType.WARN, 1_000L, "5", 900, "1", 0),
                        view("money", PolicyType.WARN, 1_000L, "5", 10, "4.6", 0),
                        view("over", PolicyType.WARN, null, "5", 10, "10", 0),
                        view("nothing", PolicyType.WARN, 0L, null, 1, "0", 0));

        assertThat(ids(views.stream().sorted(Fullness.FULLEST_FIRST)))
                .containsExactly(
                        "over", "nothing", "money", "tokens", "held", "hard", "without", "quiet");
    }

    private static List<String> ids(Stream<PolicyView> views) {
        return views.map(view -> view.policy().policyId()).toList();
    }

    private static PolicyView view(
            String id,
            PolicyType type,
            @Nullable Long tokenLimit,
            @Nullable String costLimit,
            long tokens,
            String cost,
            long reserved) {
        Policy policy =
                new Policy(
                        id,
                        "team",
                        type,
                        Period.DAILY,
                        Scope.ANY,
                        tokenLimit,
                        costLimit == null ? null : Money.parse(costLimit),
                        800_000,
                        950_000,
                        true,
                        Metadata.NONE,
                        1,
                        1);
        return new PolicyView(
                policy,
                0,
                1,
                tokens,
                0,
                new Amount(tokens, Money.parse(cost)),
                new Amount(reserved, Money.ZERO),
                0,
                0);
    }
}
