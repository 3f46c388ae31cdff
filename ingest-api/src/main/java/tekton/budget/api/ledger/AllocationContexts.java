package tekton.budget.api.ledger;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.totals.Query;
import tekton.budget.ledger.Allocation;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The context of an allocation, for usage that names only the allocation. It never changes, so it
 * is remembered. Any thread.
 */
public final class AllocationContexts implements UnaryOperator<String> {

    private static final int REMEMBERED_MAX = 10_000;

    private final Supplier<LedgerQueries> ledger;
    private final Map<String, String> remembered =
            Collections.synchronizedMap(new RecentContexts());

    public AllocationContexts(Supplier<LedgerQueries> ledger) {
        this.ledger = ledger;
    }

    /**
     * The allocation's context.
     *
     * @throws ProblemException 404 if there is no such allocation; 503 if that cannot be said now
     */
    @Override
    public String apply(String allocationId) {
        String known = remembered.get(allocationId);
        if (known != null) {
            return known;
        }
        Answer<Allocation> answer = ledger.get().allocation(allocationId, Consistency.NOTHING);
        if (answer instanceof Answer.Unknown<Allocation>) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.RESOURCE_NOT_FOUND,
                            "Allocation with ID %s not found; usage of it needs its context_id"
                                    .formatted(allocationId)));
        }
        String context = Query.found(answer, "Allocation", allocationId).contextId();
        remembered.put(allocationId, context);
        return context;
    }

    /** Forgets what was not asked for longest. */
    private static final class RecentContexts extends LinkedHashMap<String, String> {

        private static final long serialVersionUID = 1L;

        RecentContexts() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > REMEMBERED_MAX;
        }
    }
}
