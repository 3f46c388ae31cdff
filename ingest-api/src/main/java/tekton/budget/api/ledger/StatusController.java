package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Tier;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * {@code GET /usage/summary}: how the policies of a period stand, as Tekton's command line reads it
 * for {@code status}: an array, and what is null is left out, because a null would keep its own "no
 * limit" from showing. A request for a page gets the fullest first, for those who show a screen.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class StatusController {

    private static final String KIND = "Budget";

    private static final Comparator<PolicyView> BY_BUDGET =
            Comparator.comparing((PolicyView view) -> view.policy().budgetId())
                    .thenComparing(PolicyView::policy, PolicyJson.COST_FIRST);

    private final LedgerAccess ledger;

    public StatusController(LedgerAccess ledger) {
        this.ledger = ledger;
    }

    /** The enabled policies of active budgets, those with the scope that is asked for. */
    @GetMapping("/usage/summary")
    public void status(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        Period named = query.oneOf("period", Period::parse, PolicyFields.PERIODS);
        Period period = named == null ? Period.DAILY : named;
        Tier tier = query.oneOf("tier", Tier::parse, PolicyFields.TIERS);
        String provider = query.id("provider");
        String component = query.id("component");
        Consistency after = query.readAfter();
        Map<String, String> names =
                Query.found(ledger.read().budgets(after), KIND, "any").stream()
                        .map(BudgetView::budget)
                        .filter(Budget::active)
                        .collect(Collectors.toMap(Budget::budgetId, Budget::name));
        long nowMs = ledger.clock().millis();
        List<PolicyView> standings =
                Query.found(ledger.read().standings(null, period, nowMs, after), KIND, "any");
        List<PolicyView> asked =
                standings.stream()
                        .filter(view -> names.containsKey(view.policy().budgetId()))
                        .filter(view -> has(view.policy().scope(), tier, provider, component))
                        .sorted(
                                query.isPaged()
                                        ? Fullness.FULLEST_FIRST.thenComparing(BY_BUDGET)
                                        : BY_BUDGET)
                        .toList();
        BiConsumer<JsonBytes, PolicyView> properties =
                (json, view) ->
                        BudgetSummaryJson.foretold(
                                json,
                                view,
                                names.getOrDefault(view.policy().budgetId(), ""),
                                BigDecimal.ONE,
                                nowMs);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                query.isPaged()
                        ? Page.of(asked, query).toJson(properties)
                        : Page.array(
                                new JsonBytes(8_192).withoutNulls(),
                                asked.subList(0, Math.min(Page.ARRAY_MAX, asked.size())),
                                properties));
    }

    private static boolean has(
            Scope scope,
            @Nullable Tier tier,
            @Nullable String provider,
            @Nullable String component) {
        return (tier == null || tier == scope.tier())
                && (provider == null || provider.equals(scope.provider()))
                && (component == null || component.equals(scope.component()));
    }
}
