package tekton.budget.api.ledger;

import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Budget;
import tekton.budget.metering.query.LedgerQueries.PolicyView;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * How the policies of a period stand, as Tekton's dashboard reads them, asked for or pushed. It
 * takes the last entry of a period and does not look at whose it is: so that is what limits all
 * cost of the budget that it shows. It draws percentages up to 100.
 */
public final class DashboardJson {

    /** How many entries of a period there are at most. */
    private static final int ENTRIES_MAX = 1_000;

    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

    private DashboardJson() {}

    /**
     * Writes entries into an array that the caller has opened.
     *
     * @param budgets whose policies are told, the one that is shown first
     * @param standings policies of one period; those of other budgets are left out
     */
    public static void entries(JsonBytes json, List<Budget> budgets, List<PolicyView> standings) {
        entries(
                json,
                budgets,
                standings,
                (view, name) -> BudgetSummaryJson.properties(json, view, name, PERCENT));
    }

    /**
     * The same, and when limits will be reached.
     *
     * @param nowMs when they stand so, epoch milliseconds
     */
    static void entries(
            JsonBytes json, List<Budget> budgets, List<PolicyView> standings, long nowMs) {
        entries(
                json,
                budgets,
                standings,
                (view, name) -> BudgetSummaryJson.foretold(json, view, name, PERCENT, nowMs));
    }

    private static void entries(
            JsonBytes json,
            List<Budget> budgets,
            List<PolicyView> standings,
            BiConsumer<PolicyView, String> properties) {
        Map<String, Integer> places = places(budgets);
        List<PolicyView> shown =
                of(budgets, standings)
                        .sorted(
                                Comparator.comparingInt((PolicyView each) -> place(places, each))
                                        .thenComparing(PolicyView::policy, PolicyJson.COST_FIRST))
                        .limit(ENTRIES_MAX)
                        .toList()
                        .reversed();
        write(json, budgets, shown, properties);
    }

    /** The policies of these budgets, in no order. */
    static Stream<PolicyView> of(List<Budget> budgets, List<PolicyView> standings) {
        Map<String, Integer> places = places(budgets);
        return standings.stream().filter(each -> place(places, each) >= 0);
    }

    /**
     * Writes entries as they come, and when limits will be reached.
     *
     * @param shown policies of these budgets
     */
    static void foretold(JsonBytes json, List<Budget> budgets, List<PolicyView> shown, long nowMs) {
        write(
                json,
                budgets,
                shown,
                (view, name) -> BudgetSummaryJson.foretold(json, view, name, PERCENT, nowMs));
    }

    private static void write(
            JsonBytes json,
            List<Budget> budgets,
            List<PolicyView> shown,
            BiConsumer<PolicyView, String> properties) {
        Map<String, Integer> places = places(budgets);
        for (PolicyView each : shown) {
            String name =
                    budgets.get(place(places, each)).name()
                            + ' '
                            + each.policy().period().wireName();
            json.open('{');
            properties.accept(each, name);
            json.close('}');
        }
    }

    private static Map<String, Integer> places(List<Budget> budgets) {
        Map<String, Integer> places = new HashMap<>();
        budgets.forEach(budget -> places.put(budget.budgetId(), places.size()));
        return places;
    }

    /** Which of the budgets a policy belongs to, from 0; -1 when to none of them. */
    private static int place(Map<String, Integer> places, PolicyView view) {
        return places.getOrDefault(view.policy().budgetId(), -1);
    }
}
