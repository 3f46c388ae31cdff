package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.query.Consistency;
import tekton.budget.pricing.PriceBook;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * {@code POST /check}: would this allocation be granted? From the same rules as the decision, on
 * the state as it is read; nothing is reserved, so the answer may be out of date when it arrives.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class CheckController {

    private final LedgerAccess ledger;
    private final Supplier<PriceBook> prices;

    /**
     * The endpoint.
     *
     * @param prices the book as it is now
     */
    public CheckController(LedgerAccess ledger, Supplier<PriceBook> prices) {
        this.ledger = ledger;
        this.prices = prices;
    }

    /** One check. */
    @PostMapping("/check")
    public void check(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Incoming incoming = ledger.withBody(http);
        Consistency after = new Query(http).readAfter();
        PriceBook book = prices.get();
        Allocate request = AllocationFields.allocate(incoming, book);
        LedgerDecision decision =
                Query.found(
                        ledger.read().check(request, incoming.nowMs(), after),
                        "Budget",
                        request.head().budgetId());
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                switch (decision) {
                    case AllocationGranted granted -> fits(request, granted, book);
                    case RequestRefused(_, _, Refusal refusal, _, _) -> refused(request, refusal);
                    default -> throw new IllegalStateException("decided " + decision);
                });
    }

    private static JsonBytes fits(Allocate request, AllocationGranted granted, PriceBook book) {
        JsonBytes json = begin(request, true, null, null);
        GrantJson.properties(json, granted, book);
        return json.propertyRaw("blocking", "[]").close('}');
    }

    private static JsonBytes refused(Allocate request, Refusal refusal) {
        return switch (refusal.code()) {
            case BUDGET_INACTIVE, TOO_MANY, PRICE_UNKNOWN, INSUFFICIENT_BUDGET ->
                    begin(
                                    request,
                                    false,
                                    RefusalProblems.typeOf(refusal.code()).code(),
                                    refusal.message())
                            .propertyRaw("warnings", "[]")
                            .propertyRaw("overridden", "[]")
                            .propertyRaw("alternatives", "[]")
                            .propertyRaw("blocking", StandingJson.array(refusal.blocking()))
                            .close('}');
            // The question itself is wrong.
            default -> throw new ProblemException(RefusalProblems.problem(refusal));
        };
    }

    private static JsonBytes begin(
            Allocate request, boolean allowed, @Nullable String code, @Nullable String reason) {
        JsonBytes json =
                new JsonBytes(1_024)
                        .open('{')
                        .property("allowed", allowed)
                        .property("advisory", true)
                        .property("code", code)
                        .property("reason", reason)
                        .property("budget_id", request.head().budgetId())
                        .property("tokens_allocated", request.tokens());
        AllocationJson.estimate(json, request.price());
        return json;
    }
}
