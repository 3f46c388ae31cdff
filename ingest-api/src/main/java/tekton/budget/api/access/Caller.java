package tekton.budget.api.access;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.value.Shown;

/**
 * Who makes a request.
 *
 * @param name what the key is called
 * @param budgetId the only budget it may deal with; null for all
 */
public record Caller(String name, @Nullable String budgetId) {

    /** Everybody, where no key is needed. */
    static final Caller ANYBODY = new Caller("", null);

    private static final String ATTRIBUTE = Caller.class.getName();

    /** The caller of a request; null where no key is needed. */
    public static @Nullable Caller of(HttpServletRequest request) {
        return (Caller) request.getAttribute(ATTRIBUTE);
    }

    /**
     * By whom turns and rates are counted: what the key is called, or where the request comes from;
     * no key. Not by the headers: where no key is needed, anybody could invent another one each
     * time.
     */
    public static String idOf(HttpServletRequest request) {
        Caller caller = of(request);
        return caller == null ? ofAddress(request.getRemoteAddr()) : "key " + caller.name();
    }

    /** By whom turns and rates are counted of those without a key. */
    public static String ofAddress(String address) {
        return CallerAddress.idOf(address);
    }

    /** The only budget that the caller of a request may deal with; null for all. */
    public static @Nullable String budgetOf(HttpServletRequest request) {
        Caller caller = of(request);
        return caller == null ? null : caller.budgetId();
    }

    /**
     * Ends the request if it is about another budget than its caller may deal with.
     *
     * @param only that budget; null for all
     * @throws ProblemException 403
     */
    public static void confine(@Nullable String only, String budgetId) {
        if (only != null && !only.equals(budgetId)) {
            throw new ProblemException(otherBudget(only, budgetId));
        }
    }

    /** What is wrong with dealing with another budget. */
    public static Problem otherBudget(String only, String budgetId) {
        return Problem.of(
                ProblemType.AUTHORIZATION_ERROR,
                "budget_id: %s (expected: %s, the budget of this key)"
                        .formatted(Shown.text(budgetId), Shown.text(only)));
    }

    void takeTo(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }
}
