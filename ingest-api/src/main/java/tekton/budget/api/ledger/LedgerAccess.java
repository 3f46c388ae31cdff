package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.api.http.ProblemException;
import tekton.budget.api.ledger.LedgerCommands.Favourable;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.metering.query.LedgerQueries;

import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What every endpoint of the ledger does with it.
 *
 * @param asking asks for decisions
 * @param queries what can be read now; a 503 while that is nothing
 * @param clock when requests come
 */
public record LedgerAccess(
        LedgerCommands asking, Supplier<LedgerQueries> queries, InstantSource clock) {

    /** What can be read. */
    LedgerQueries read() {
        return queries.get();
    }

    /** See {@link Incoming#withBody}. */
    Incoming withBody(HttpServletRequest http) throws IOException {
        return Incoming.withBody(http, clock.millis());
    }

    /** See {@link Incoming#withoutBody}. */
    Incoming withoutBody(HttpServletRequest http) {
        return Incoming.withoutBody(http, clock.millis());
    }

    /**
     * What the ledger has decided; see {@link LedgerCommands#ask}.
     *
     * @throws ProblemException if it was refused, or not decided
     */
    <D extends LedgerDecision> Favourable<D> ask(
            LedgerRequest request, Class<D> granted, HttpServletResponse response) {
        return asking.ask(request, granted, response);
    }
}
