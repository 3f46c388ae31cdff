package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.codec.JsonFields;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.value.Shown;
import tekton.budget.value.Tier;
import tekton.budget.value.UsageBounds;

import java.util.List;
import java.util.function.Supplier;

/**
 * Fields that are set when something is made and never change. Clients send them back as they read
 * them, inside whole objects; another value would be left out in silence. They are read after the
 * fields that change, and so are no part of what a repeat is compared with.
 */
final class FixedFields {

    private static final List<String> OF_POLICY =
            List.of("period", "tier", "provider", "component", "task_type");

    private static final String OF_BUDGET = "zone";

    private FixedFields() {}

    /**
     * Ends the change of a policy that would give it another period or scope.
     *
     * @param stored asks for the policy; nobody asks if the change says nothing of either
     * @throws ProblemException 422 if it would; 503 if that cannot be said now
     */
    static void checkPolicy(JsonFields fields, String id, Supplier<Answer<Policy>> stored) {
        if (OF_POLICY.stream().noneMatch(fields::has)) {
            return;
        }
        Policy policy = found(stored.get(), "Policy", id);
        if (policy != null) {
            for (String name : OF_POLICY) {
                same(fields, name, valueOf(policy, name), "make another policy");
            }
            JsonBodies.check(fields);
        }
    }

    /**
     * Ends the change of a budget that would give it another zone.
     *
     * @param stored asks for the budget; nobody asks if the change says nothing of its zone
     * @throws ProblemException 422 if it would; 503 if that cannot be said now
     */
    static void checkBudget(JsonFields fields, String id, Supplier<Answer<BudgetView>> stored) {
        if (!fields.has(OF_BUDGET)) {
            return;
        }
        BudgetView view = found(stored.get(), "Budget", id);
        if (view != null) {
            same(fields, OF_BUDGET, view.budget().zone(), "make another budget");
            JsonBodies.check(fields);
        }
    }

    /** Null where there is nothing: the ledger says so, or has just made what is not seen yet. */
    private static <T> @Nullable T found(Answer<T> answer, String kind, String id) {
        return switch (answer) {
            case Answer.Unknown<T>() -> null;
            // However old: what never changes is the same.
            case Answer.Stale<T>(T value, long _) -> value;
            default -> Query.found(answer, kind, id);
        };
    }

    private static void same(
            JsonFields fields, String name, @Nullable String stored, String instead) {
        String sent = fields.text(name, UsageBounds.NAME_LENGTH_MAX);
        if (sent != null && !usual(name, sent).equals(stored)) {
            fields.refuse(
                    name,
                    ProblemKind.SHAPE,
                    "%s, which cannot be changed; %s"
                            .formatted(stored == null ? "nothing" : Shown.text(stored), instead));
        }
    }

    private static @Nullable String valueOf(Policy policy, String name) {
        Scope scope = policy.scope();
        return switch (name) {
            case "period" -> policy.period().wireName();
            case "tier" -> scope.tier() == null ? null : scope.tier().wireName();
            case "provider" -> scope.provider();
            case "component" -> scope.component();
            case "task_type" -> scope.taskType();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Names of values may come in any case. */
    private static String usual(String name, String sent) {
        return switch (name) {
            case "period" -> Period.parse(sent).map(Period::wireName).orElse(sent);
            case "tier" -> Tier.parse(sent).map(Tier::wireName).orElse(sent);
            default -> sent;
        };
    }
}
