package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.read.Page;
import tekton.budget.api.read.Query;
import tekton.budget.api.wire.Bodies;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.serde.JsonBytes;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** {@code /budgets…}: budgets, and what belongs to one of them. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class BudgetsController {

    private static final String KIND = "Budget";

    private final Asking asking;
    private final Supplier<LedgerQueries> ledger;
    private final InstantSource clock;
    private final boolean defaultPolicies;

    /**
     * The endpoints.
     *
     * @param defaultPolicies whether new budgets get the default policies
     */
    public BudgetsController(
            Asking asking,
            Supplier<LedgerQueries> ledger,
            InstantSource clock,
            boolean defaultPolicies) {
        this.asking = asking;
        this.ledger = ledger;
        this.clock = clock;
        this.defaultPolicies = defaultPolicies;
    }

    /** A new budget. */
    @PostMapping("/budgets")
    public void create(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Incoming incoming = Incoming.withBody(http, clock.millis());
        BudgetDefined made =
                asking.ask(
                        BudgetFields.create(incoming, defaultPolicies),
                        BudgetDefined.class,
                        response);
        write(
                response,
                HttpServletResponse.SC_CREATED,
                new BudgetView(made.budget(), made.policies()));
    }

    /** A page of budgets, active ones first, then the oldest first. */
    @GetMapping("/budgets")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        String name = query.id("name");
        String owner = query.id("owner");
        Boolean active = query.flag("is_active");
        List<BudgetView> matching =
                Query.found(ledger.get().budgets(query.readAfter()), KIND, "any").stream()
                        .filter(view -> name == null || name.equals(view.budget().name()))
                        .filter(
                                view ->
                                        owner == null
                                                || owner.equals(
                                                        Objects.toString(
                                                                view.budget().owner(), "")))
                        .filter(view -> active == null || active == view.budget().active())
                        .toList();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.of(matching, query).toJson(BudgetJson::properties));
    }

    /** One budget. */
    @GetMapping("/budgets/{id}")
    public void one(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        write(response, HttpServletResponse.SC_OK, view(id, new Query(http).readAfter()));
    }

    /** A change of a budget. */
    @PutMapping("/budgets/{id}")
    public void update(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = Incoming.withBody(http, clock.millis());
        BudgetDefined changed =
                asking.ask(
                        BudgetFields.update(incoming, LedgerIds.knownBudget(id)),
                        BudgetDefined.class,
                        response);
        write(
                response,
                HttpServletResponse.SC_OK,
                new BudgetView(changed.budget(), policiesOf(changed)));
    }

    /** A budget's end: it refuses allocations from now on. */
    @DeleteMapping("/budgets/{id}")
    public void deactivate(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = Incoming.withoutBody(http, clock.millis());
        asking.ask(
                BudgetFields.deactivate(incoming, LedgerIds.knownBudget(id)),
                BudgetDefined.class,
                response);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Success.of("Budget %s deactivated".formatted(id), "budget_id", id).close('}'));
    }

    /** A page of a budget's policies, disabled ones included, oldest first. */
    @GetMapping("/budgets/{id}/policies")
    public void policies(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        List<Policy> policies = view(id, query.readAfter()).policies();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.of(policies, query).toJson(PolicyJson::properties));
    }

    /** A page of a budget's allocations, newest first. */
    @GetMapping("/budgets/{id}/allocations")
    public void allocations(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        view(id, query.readAfter());
        AllocationFilter filter =
                new AllocationFilter(
                        id, null, null, null, null, null, null, query.flag("is_active"));
        AllocationsController.write(response, ledger.get(), filter, query);
    }

    /** How the enabled policies of a period stand. */
    @GetMapping("/budgets/{id}/summary")
    public void summary(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        Period period = query.oneOf("period", Period::parse, PolicyFields.PERIODS);
        ReadAfter after = query.readAfter();
        String name = view(id, after).budget().name();
        List<PolicyView> standings =
                Query.found(
                        ledger.get()
                                .standings(
                                        id,
                                        Objects.requireNonNullElse(period, Period.DAILY),
                                        clock.millis(),
                                        after),
                        KIND,
                        id);
        JsonBytes json = new JsonBytes(4_096).open('[');
        for (PolicyView standing : standings) {
            json.open('{');
            BudgetSummaryJson.properties(json, standing, name);
            json.close('}');
        }
        Bodies.write(response, HttpServletResponse.SC_OK, json.close(']'));
    }

    private BudgetView view(String id, ReadAfter after) {
        return Query.found(ledger.get().budget(LedgerIds.knownBudget(id), after), KIND, id);
    }

    /** A change says which policies came with it: none. The budget's own are those it has now. */
    private List<Policy> policiesOf(BudgetDefined changed) {
        Answer<BudgetView> now = ledger.get().budget(changed.budgetId(), ReadAfter.NOTHING);
        return now instanceof Answer.Found<BudgetView>(BudgetView view)
                ? view.policies()
                : changed.policies();
    }

    private static void write(HttpServletResponse response, int status, BudgetView view)
            throws IOException {
        JsonBytes json = new JsonBytes(2_048).open('{');
        BudgetJson.properties(json, view);
        Bodies.write(response, status, json.close('}'));
    }
}
