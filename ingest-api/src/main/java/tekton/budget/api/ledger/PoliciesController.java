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

import tekton.budget.api.read.Page;
import tekton.budget.api.read.Query;
import tekton.budget.api.wire.Bodies;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.serde.JsonBytes;
import tekton.budget.value.Tier;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** {@code /policies…} of all budgets. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class PoliciesController {

    private static final String KIND = "Policy";

    private final Asking asking;
    private final Supplier<LedgerQueries> ledger;
    private final InstantSource clock;

    public PoliciesController(Asking asking, Supplier<LedgerQueries> ledger, InstantSource clock) {
        this.asking = asking;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** A new policy, or the change of the one with the same period and scope. */
    @PostMapping("/policies")
    public void put(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Incoming incoming = Incoming.withBody(http, clock.millis());
        PolicyDefined defined =
                asking.ask(PolicyFields.put(incoming), PolicyDefined.class, response);
        write(response, HttpServletResponse.SC_CREATED, defined.policy());
    }

    /** A page of the policies that match, in the order of their budgets, then oldest first. */
    @GetMapping("/policies")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        Filter filter = Filter.of(query);
        List<Policy> matching =
                Query.found(ledger.get().budgets(query.readAfter()), KIND, "any").stream()
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
        Policy policy = Query.found(ledger.get().policy(id, new Query(http).readAfter()), KIND, id);
        write(response, HttpServletResponse.SC_OK, policy);
    }

    /** A change of a policy. */
    @PutMapping("/policies/{id}")
    public void update(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = Incoming.withBody(http, clock.millis());
        PolicyDefined changed =
                asking.ask(PolicyFields.update(incoming, id), PolicyDefined.class, response);
        write(response, HttpServletResponse.SC_OK, changed.policy());
    }

    /** A policy's end: it does nothing from now on. */
    @DeleteMapping("/policies/{id}")
    public void disable(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = Incoming.withoutBody(http, clock.millis());
        asking.ask(PolicyFields.disable(incoming, id), PolicyDefined.class, response);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Success.of("Policy %s disabled".formatted(id), "policy_id", id).close('}'));
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
