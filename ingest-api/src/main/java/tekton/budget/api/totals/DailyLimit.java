package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.value.Money;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The limit that the dashboard draws through the costs of days. */
final class DailyLimit {

    private DailyLimit() {}

    /**
     * The daily cost limit of exactly what a summary's filters take: of the budget asked for, or of
     * the first active one, which is what the dashboard shows. Null when there is none, as always
     * of a single model: no policy is about one.
     */
    static @Nullable Money of(SummaryRequest request, LedgerQueries ledger) {
        if (request.model() != null) {
            return null;
        }
        Scope scope = new Scope(null, request.provider(), request.component(), request.taskType());
        return budget(request.budgetId(), ledger).stream()
                .flatMap(view -> view.policies().stream())
                .filter(Policy::enabled)
                .filter(policy -> policy.period() == Period.DAILY && policy.scope().equals(scope))
                .map(Policy::costLimit)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static Optional<BudgetView> budget(@Nullable String id, LedgerQueries ledger) {
        if (id == null) {
            List<BudgetView> all =
                    Query.found(ledger.budgets(Consistency.NOTHING), "Budget", "any");
            return all.stream().filter(view -> view.budget().active()).findFirst();
        }
        Answer<BudgetView> answer = ledger.budget(id, Consistency.NOTHING);
        // Usage may name a budget that nobody has made.
        return answer instanceof Answer.Unknown<BudgetView>
                ? Optional.empty()
                : Optional.of(Query.found(answer, "Budget", id));
    }
}
