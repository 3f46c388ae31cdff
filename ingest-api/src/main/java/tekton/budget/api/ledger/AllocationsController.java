package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.AllocationReleased;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.AllocationPage;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.Tier;

import java.io.IOException;
import java.util.function.Supplier;

/** {@code /allocations…}: tokens reserved before they are spent. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class AllocationsController {

    private static final String KIND = "Allocation";

    private final LedgerAccess ledger;
    private final Supplier<PriceBook> prices;

    /**
     * The endpoints.
     *
     * @param prices the book as it is now
     */
    public AllocationsController(LedgerAccess ledger, Supplier<PriceBook> prices) {
        this.ledger = ledger;
        this.prices = prices;
    }

    /** An allocation, granted or refused. */
    @PostMapping("/allocations")
    public void allocate(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Incoming incoming = ledger.withBody(http);
        PriceBook book = prices.get();
        AllocationGranted granted =
                ledger.ask(
                                AllocationFields.allocate(incoming, book),
                                AllocationGranted.class,
                                response)
                        .decision();
        JsonBytes json = new JsonBytes(2_048).open('{');
        AllocationJson.properties(json, granted.allocation());
        GrantJson.properties(json, granted, book);
        Bodies.write(response, HttpServletResponse.SC_CREATED, json.close('}'));
    }

    /**
     * The allocations that match, newest first: a page, or the newest of all as an array when no
     * page is asked for. Only Tekton's command line asks so, and that is what it reads.
     */
    @GetMapping("/allocations")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        AllocationFilter filter =
                new AllocationFilter(
                        query.id("budget_id"),
                        query.id("context_id"),
                        query.id("component"),
                        query.oneOf("tier", Tier::parse, PolicyFields.TIERS),
                        query.id("provider"),
                        query.id("model"),
                        query.id("task_type"),
                        query.flag("is_active"));
        if (query.isPaged()) {
            write(response, ledger.read(), filter, query);
            return;
        }
        AllocationPage newest =
                Query.found(
                        ledger.read().allocations(filter, 1, Page.ARRAY_MAX, query.readAfter()),
                        KIND,
                        "any");
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.array(new JsonBytes(8_192), newest.items(), AllocationJson::properties));
    }

    /** One allocation, open or ended. */
    @GetMapping("/allocations/{id}")
    public void one(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        LedgerIds.budgetOf(KIND, id);
        write(
                response,
                Query.found(ledger.read().allocation(id, new Query(http).readAfter()), KIND, id));
    }

    /** The oldest open allocation of a context. */
    @GetMapping("/allocations/context/{*id}")
    public void ofContext(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        String contextId = query.lastSegment("/allocations/context/");
        write(
                response,
                Query.found(
                        ledger.read().openAllocationOf(contextId, query.readAfter()),
                        "Open allocation of context",
                        contextId));
    }

    /**
     * The end of an allocation; what is left of it returns to its budget. Usage that the caller has
     * reported before, by its position, draws the allocation down first.
     */
    @PostMapping("/allocations/{id}/release")
    public void release(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        ReleaseAllocation request = AllocationFields.release(ledger.withoutBody(http), id);
        awaitPositions(id, new Query(http).readAfter());
        AllocationReleased released =
                ledger.ask(request, AllocationReleased.class, response).decision();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Success.of("Allocation %s released".formatted(id), "allocation_id", id)
                        .property("tokens_released", released.releasedTokens())
                        .close('}'));
    }

    /**
     * Returns once the ledger has passed them; whether there is the allocation is for it to say.
     */
    private void awaitPositions(String id, Consistency after) {
        if (after.positions().isEmpty()) {
            return;
        }
        Answer<Allocation> reached = ledger.read().allocation(id, after);
        if (!(reached instanceof Answer.Unknown<Allocation>)) {
            Query.found(reached, KIND, id);
        }
    }

    /** A page of allocations, as the query asks for it. */
    static void write(
            HttpServletResponse response,
            LedgerQueries ledger,
            AllocationFilter filter,
            Query query)
            throws IOException {
        int number = query.page();
        int limit = query.limit();
        AllocationPage page =
                Query.found(
                        ledger.allocations(filter, number, limit, query.readAfter()), KIND, "any");
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                new Page<>(page.items(), page.total(), number, limit)
                        .toJson(AllocationJson::properties));
    }

    private static void write(HttpServletResponse response, Allocation allocation)
            throws IOException {
        JsonBytes json = new JsonBytes(1_024).open('{');
        AllocationJson.properties(json, allocation);
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }
}
