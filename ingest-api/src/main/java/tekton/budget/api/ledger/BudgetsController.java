package tekton.budget.api.ledger;

import static tekton.budget.api.ledger.LedgerIds.knownBudget;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.ledger.LedgerCommands.Favourable;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.value.Positions;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** {@code /budgets…}: budgets, and what belongs to one of them. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class BudgetsController {

    private static final String KIND = "Budget";

    private final LedgerAccess ledger;
    private final Attaching attaching;
    private final boolean defaultPolicies;

    /**
     * The endpoints.
     *
     * @param defaultPolicies whether new budgets get the default policies
     */
    public BudgetsController(LedgerAccess ledger, boolean defaultPolicies) {
        this.ledger = ledger;
        attaching = new Attaching(ledger);
        this.defaultPolicies = defaultPolicies;
    }

    /** A new budget. */
    @PostMapping("/budgets")
    public void create(HttpServletRequest http, HttpServletResponse response) throws IOException {
        CreateBudget request = BudgetFields.create(ledger.withBody(http), defaultPolicies);
        BudgetDefined made = ledger.ask(request, BudgetDefined.class, response).decision();
        write(
                response,
                HttpServletResponse.SC_CREATED,
                new BudgetView(made.budget(), made.policies()));
    }

    /**
     * A page of budgets, active ones first, then the oldest first. By name and without a page all
     * of that name as an array: only Tekton's command line asks so, and that is what it reads.
     */
    @GetMapping("/budgets")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        String name = query.id("name");
        String owner = query.id("owner");
        Boolean active = query.flag("is_active");
        List<BudgetView> matching =
                Query.found(ledger.read().budgets(query.readAfter()), KIND, "any").stream()
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
                name != null && !query.isPaged()
                        ? Page.array(new JsonBytes(2_048), matching, BudgetJson::properties)
                        : Page.of(matching, query).toJson(BudgetJson::properties));
    }

    /** One budget. */
    @GetMapping("/budgets/{id}")
    public void one(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        write(response, HttpServletResponse.SC_OK, view(id, new Query(http).readAfter()));
    }

    /** A change of a budget; its zone stays as it is. */
    @PutMapping("/budgets/{id}")
    public void update(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = ledger.withBody(http);
        UpdateBudget request = BudgetFields.update(incoming, knownBudget(id));
        FixedFields.checkBudget(
                incoming.fields(), id, () -> ledger.read().budget(id, Consistency.STALE_ALLOWED));
        Duration timeout = new Query(http).timeout();
        Favourable<BudgetDefined> changed = ledger.ask(request, BudgetDefined.class, response);
        // The decision says which policies came with it: none. The budget's own are read behind it.
        BudgetView now = view(id, new Consistency(changed.position(), timeout));
        write(
                response,
                HttpServletResponse.SC_OK,
                new BudgetView(changed.decision().budget(), now.policies()));
    }

    /** A budget's end: it refuses allocations from now on. */
    @DeleteMapping("/budgets/{id}")
    public void deactivate(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        ledger.ask(
                BudgetFields.deactivate(ledger.withoutBody(http), knownBudget(id)),
                BudgetDefined.class,
                response);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Success.of("Budget %s deactivated".formatted(id), "budget_id", id).close('}'));
    }

    /**
     * A page of a budget's policies, disabled ones included: those that limit cost first, because
     * Tekton's user interface takes the first that fits and reads its cost limit.
     */
    @GetMapping("/budgets/{id}/policies")
    public void policies(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        List<Policy> policies =
                view(id, query.readAfter()).policies().stream()
                        .sorted(PolicyJson.COST_FIRST)
                        .toList();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.of(policies, query).toJson(PolicyJson::properties));
    }

    /**
     * Gives a budget policies like those that are named, beside those that it has. What has just
     * been made without naming a budget is moved: it was meant for this one.
     */
    @PutMapping("/budgets/{id}/policies")
    public void attach(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = ledger.withBody(http);
        List<String> named = PolicyFields.attached(incoming);
        Query query = new Query(http);
        Consistency written = query.readAfter();
        Duration timeout = query.timeout();
        // All are looked up before the first is asked for: one that is missing changes nothing.
        view(id, written);
        List<Policy> policies =
                named.stream().map(each -> attachable(each, written, incoming.nowMs())).toList();
        Positions last = written.positions();
        for (int i = 0; i < policies.size(); i++) {
            last = last.and(attaching.attach(incoming.part(i), id, policies.get(i), response));
        }
        if (!last.isEmpty()) {
            response.setHeader(Positions.HEADER, last.toString());
        }
        write(response, HttpServletResponse.SC_OK, view(id, new Consistency(last, timeout)));
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
        AllocationsController.write(response, ledger.read(), filter, query);
    }

    private BudgetView view(String id, Consistency after) {
        return Query.found(ledger.read().budget(knownBudget(id), after), KIND, id);
    }

    /** What has been moved away is there for a repeat of the move, and for that alone. */
    private Policy attachable(String id, Consistency after, long nowMs) {
        Policy policy = policy(id, after);
        Policy.Moved moved = policy.moved();
        boolean gone = policy.isVacant() && (moved == null || !moved.isRecent(nowMs));
        return gone ? Query.found(new Answer.Unknown<Policy>(), "Policy", id) : policy;
    }

    private Policy policy(String id, Consistency after) {
        LedgerIds.budgetOf("Policy", id);
        return Query.found(ledger.read().policy(id, after), "Policy", id);
    }

    private static void write(HttpServletResponse response, int status, BudgetView view)
            throws IOException {
        JsonBytes json = new JsonBytes(2_048).open('{');
        BudgetJson.properties(json, view);
        Bodies.write(response, status, json.close('}'));
    }
}
