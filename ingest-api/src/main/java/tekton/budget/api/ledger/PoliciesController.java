package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.Consistency;
import tekton.budget.value.Tier;

import java.io.IOException;
import java.util.List;

/** {@code /policies…} of all budgets. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class PoliciesController {

    private static final String KIND = "Policy";

    private final LedgerAccess ledger;

    public PoliciesController(LedgerAccess ledger) {
        this.ledger = ledger;
    }

    /** A new policy, or the change of the one with the same period and scope. */
    @PostMapping("/policies")
    public void put(HttpServletRequest http, HttpServletResponse response) throws IOException {
        ask(PolicyFields.put(ledger.withBody(http)), HttpServletResponse.SC_CREATED, response);
    }

    /** A page of the policies that match, in the order of their budgets, then oldest first. */
    @GetMapping("/policies")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        Filter filter = Filter.of(query);
        List<Policy> matching =
                Query.found(ledger.read().budgets(query.readAfter()), KIND, "any").stream()
                        .flatMap(view -> view.policies().stream())
                        .filter(filter::takes)
                        .toList();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.of(matching, query).toJson(PolicyJson::properties));
    }

    /** One policy. */
    @GetMapping("/policies/{id}")
    public void one(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        LedgerIds.budgetOf(KIND, id);
        Policy policy =
                Query.found(ledger.read().policy(id, new Query(http).readAfter()), KIND, id);
        if (policy.isVacant()) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.RESOURCE_NOT_FOUND,
                            "%s with ID %s not found: it was moved to another budget"
                                    .formatted(KIND, id)));
        }
        write(response, HttpServletResponse.SC_OK, policy);
    }

    /** A change of a policy; its period and scope stay as they are. */
    @PutMapping("/policies/{id}")
    public void update(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = ledger.withBody(http);
        UpdatePolicy request = PolicyFields.update(incoming, id);
        FixedFields.checkPolicy(
                incoming.fields(), id, () -> ledger.read().policy(id, Consistency.STALE_ALLOWED));
        ask(request, HttpServletResponse.SC_OK, response);
    }

    /** A policy's end: it does nothing from now on. */
    @DeleteMapping("/policies/{id}")
    public void disable(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        ledger.ask(
                PolicyFields.disable(ledger.withoutBody(http), id), PolicyDefined.class, response);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Success.of("Policy %s disabled".formatted(id), "policy_id", id).close('}'));
    }

    private void ask(LedgerRequest request, int status, HttpServletResponse response)
            throws IOException {
        PolicyDefined defined = ledger.ask(request, PolicyDefined.class, response).decision();
        write(response, status, defined.policy());
    }

    private static void write(HttpServletResponse response, int status, Policy policy)
            throws IOException {
        JsonBytes json = new JsonBytes(1_024).open('{');
        PolicyJson.properties(json, policy);
        Bodies.write(response, status, json.close('}'));
    }

    /** Which policies are wanted; null means any. A policy without a part has no value there. */
    private record Filter(
            @Nullable String budgetId,
            @Nullable Period period,
            @Nullable Tier tier,
            @Nullable String provider,
            @Nullable String component,
            @Nullable String taskType,
            @Nullable Boolean enabled) {

        static Filter of(Query query) {
            return new Filter(
                    query.id("budget_id"),
                    query.oneOf("period", Period::parse, PolicyFields.PERIODS),
                    query.oneOf("tier", Tier::parse, PolicyFields.TIERS),
                    query.id("provider"),
                    query.id("component"),
                    query.id("task_type"),
                    query.flag("enabled"));
        }

        boolean takes(Policy policy) {
            return is(budgetId, policy.budgetId())
                    && is(period, policy.period())
                    && is(tier, policy.scope().tier())
                    && is(provider, policy.scope().provider())
                    && is(component, policy.scope().component())
                    && is(taskType, policy.scope().taskType())
                    && is(enabled, policy.enabled());
        }

        private static boolean is(@Nullable Object wanted, @Nullable Object found) {
            return wanted == null || wanted.equals(found);
        }
    }
}
