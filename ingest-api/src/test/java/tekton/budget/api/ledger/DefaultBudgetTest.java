package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.LedgerRequest.CreateBudget;

class DefaultBudgetTest {

    /** Every start asks for the same budget, whatever the setting is by then. */
    @Test
    void shouldBeTheSameRequestAtEveryStart() {
        CreateBudget first = DefaultBudget.request(true, 1);
        CreateBudget later = DefaultBudget.request(false, 2);

        assertThat(first.head().budgetId()).isEqualTo("default");
        assertThat(first.withDefaultPolicies()).isTrue();
        assertThat(later.withDefaultPolicies()).isFalse();
        assertThat(later.head().requestId()).isNotEqualTo(first.head().requestId());
        assertThat(later.head().repeat()).isEqualTo(first.head().repeat());
        assertThat(first.head().repeat().key())
                .as("a key that no client can send")
                .matches(key -> key.chars().anyMatch(c -> c > '~'));
    }
}
