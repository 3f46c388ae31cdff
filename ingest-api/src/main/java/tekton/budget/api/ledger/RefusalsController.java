package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.RefusedAllocation;
import tekton.budget.ledger.Scope;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;

/** {@code GET /refusals}: the allocations that were refused lately, newest first, and why. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class RefusalsController {

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 500;

    private final RefusalFeed refusals;
    private final InstantSource clock;

    public RefusalsController(RefusalFeed refusals, InstantSource clock) {
        this.refusals = refusals;
        this.clock = clock;
    }

    /** What was refused in the last 24 hours. */
    @GetMapping("/refusals")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        RefusalMemory.NewestRefusals refused =
                refusals.newest(
                        query.id("budget_id"),
                        query.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
                        clock.millis());
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.array(
                                new JsonBytes(8_192).open('{').name("items"),
                                refused.items(),
                                RefusalsController::properties)
                        .property("since", Timestamps.format(refused.sinceMs()))
                        .close('}'));
    }

    private static void properties(JsonBytes json, RequestRefused refused) {
        // Only refused allocations are kept.
        RefusedAllocation asked = Objects.requireNonNull(refused.asked());
        Scope scope = asked.scope();
        json.property("refused_at", Timestamps.format(refused.atMs()))
                .property("request_id", refused.requestId())
                .property("budget_id", refused.budgetId())
                .property("context_id", asked.contextId())
                .property("component", scope.component())
                .property("provider", scope.provider())
                .property("model", asked.model())
                .property("task_type", scope.taskType())
                .property("tokens_allocated", asked.tokens())
                .property("code", RefusalProblems.typeOf(refused.refusal().code()).code())
                .property("message", refused.refusal().message())
                .propertyRaw("blocking", StandingJson.array(refused.refusal().blocking()));
    }
}
