package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.read.Page;
import tekton.budget.api.read.Query;
import tekton.budget.api.wire.Bodies;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.AllocationReleased;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.AllocationPage;
import tekton.budget.pricing.PriceBook;
import tekton.budget.serde.JsonBytes;
import tekton.budget.value.Tier;

import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Supplier;

/** {@code /allocations…}: tokens reserved before they are spent. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class AllocationsController {

    private static final String KIND = "Allocation";

    private final Asking asking;
    private final Supplier<LedgerQueries> ledger;
    private final Supplier<PriceBook> prices;
    private final InstantSource clock;

    /**
     * The endpoints.
     *
     * @param prices the book as it is now
     */
    public AllocationsController(
            Asking asking,
            Supplier<LedgerQueries> ledger,
            Supplier<PriceBook> prices,
            InstantSource clock) {
        this.asking = asking;
        this.ledger = ledger;
        this.prices = prices;
        this.clock = clock;
    }

    /** An allocation, granted or refused. */
    @PostMapping("/allocations")
    public void allocate(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Incoming incoming = Incoming.withBody(http, clock.millis());
        PriceBook book = prices.get();
        AllocationGranted granted =
                asking.ask(
                        AllocationFields.allocate(incoming, book),
                        AllocationGranted.class,
                        response);
        JsonBytes json = new JsonBytes(2_048).open('{');
        AllocationJson.properties(json, granted.allocation());
        GrantJson.properties(json, granted, book);
        Bodies.write(response, HttpServletResponse.SC_CREATED, json.close('}'));
    }

    /** A page of the allocations that match, newest first. */
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
        write(response, ledger.get(), filter, query);
    }

    /** One allocation, open or ended. */
    @GetMapping("/allocations/{id}")
    public void one(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        LedgerIds.budgetOf(KIND, id);
        write(
                response,
                Query.found(ledger.get().allocation(id, new Query(http).readAfter()), KIND, id));
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
                        ledger.get().openAllocationOf(contextId, query.readAfter()),
                        "Open allocation of context",
                        contextId));
    }

    /** The end of an allocation; what is left of it returns to its budget. */
    @PostMapping("/allocations/{id}/release")
    public void release(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Incoming incoming = Incoming.withoutBody(http, clock.millis());
        AllocationReleased released =
                asking.ask(
                        AllocationFields.release(incoming, id), AllocationReleased.class, response);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Success.of("Allocation %s released".formatted(id), "allocation_id", id)
                        .property("tokens_released", released.releasedTokens())
                        .close('}'));
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
