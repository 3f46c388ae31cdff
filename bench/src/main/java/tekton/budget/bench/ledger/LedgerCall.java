package tekton.budget.bench.ledger;

import java.io.IOException;

/** One request to one process of the product. */
@FunctionalInterface
public interface LedgerCall {

    /**
     * Sends it.
     *
     * @throws IOException if there was no answer
     */
    LedgerAnswer on(LedgerApi api) throws IOException;
}
