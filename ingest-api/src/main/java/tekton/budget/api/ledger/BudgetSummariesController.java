package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /budgets/…summary}: how the enabled policies stand, of one budget or of all. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class BudgetSummariesController {

    private static final String KIND = "Budget";

    /** What Tekton's dashboard has a card for. It asks once, for one of them. */
    private static final List<Period> CARDS = List.of(Period.DAILY, Period.WEEKLY, Period.MONTHLY);

    private final LedgerAccess ledger;

    public BudgetSummariesController(LedgerAccess ledger) {
        this.ledger = ledger;
    }

    /** One budget in one period. Tekton's card shows the first entry's cost limit. */
    @GetMapping("/budgets/{id}/summary")
    public void ofOne(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        Period period = period(query);
        Consistency after = query.readAfter();
        String name =
                Query.found(ledger.read().budget(LedgerIds.knownBudget(id), after), KIND, id)
                        .budget()
                        .name();
        long nowMs = ledger.clock().millis();
        List<PolicyView> standings =
                Query.found(ledger.read().standings(id, period, nowMs, after), KIND, id);
        JsonBytes json = new JsonBytes(4_096).open('[');
        standings.stream()
                .sorted(Comparator.comparing(PolicyView::policy, PolicyJson.COST_FIRST))
                .forEach(
                        each -> {
                            json.open('{');
                            BudgetSummaryJson.foretold(json, each, name, BigDecimal.ONE, nowMs);
                            json.close('}');
                        });
        Bodies.write(response, HttpServletResponse.SC_OK, json.close(']'));
    }

    /**
     * All active budgets in every period that the dashboard shows, the one asked for first; in
     * pages for who asks for one.
     */
    @GetMapping("/budgets/summary")
    public void ofAll(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        Set<Period> periods = new LinkedHashSet<>();
        periods.add(period(query));
        periods.addAll(CARDS);
        Consistency after = query.readAfter();
        List<Budget> budgets = active(after);
        long nowMs = ledger.clock().millis();
        List<Period> all = List.copyOf(periods);
        Optional<SummaryPages> page = SummaryPages.of(query, all);
        if (page.isPresent()) {
            JsonBytes paged =
                    page.get()
                            .json(
                                    all,
                                    budgets,
                                    period ->
                                            Query.found(
                                                    ledger.read()
                                                            .standings(null, period, nowMs, after),
                                                    KIND,
                                                    "any"),
                                    nowMs);
            Bodies.write(response, HttpServletResponse.SC_OK, paged);
            return;
        }
        JsonBytes json = new JsonBytes(16_384).open('[');
        for (Period period : periods) {
            DashboardJson.entries(
                    json,
                    budgets,
                    Query.found(ledger.read().standings(null, period, nowMs, after), KIND, "any"),
                    nowMs);
        }
        Bodies.write(response, HttpServletResponse.SC_OK, json.close(']'));
    }

    /** The budgets that are summarised, in the order of their list. */
    private List<Budget> active(Consistency after) {
        return Query.found(ledger.read().budgets(after), KIND, "any").stream()
                .map(BudgetView::budget)
                .filter(Budget::active)
                .toList();
    }

    private static Period period(Query query) {
        Period asked = query.oneOf("period", Period::parse, PolicyFields.PERIODS);
        return asked == null ? Period.DAILY : asked;
    }
}
