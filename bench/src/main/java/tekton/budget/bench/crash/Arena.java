package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.HardLimit;

import java.util.List;

/**
 * A budget that callers fight for.
 *
 * @param limits all its hard limits
 * @param models of which allocations are asked for
 * @param contexts for which they are
 * @param requestsMax for how many requests they may be
 */
record Arena(
        String budgetId,
        List<HardLimit> limits,
        List<String> models,
        List<String> contexts,
        int requestsMax) {

    /** A model of another tier than {@link Wanted#MODEL}. */
    static final String SMALLER_MODEL = "claude-3-haiku-20240307";

    static final String TIER = "remote_heavyweight";

    static final String SMALLER_TIER = "local_midweight";

    /** By Tekton's table. */
    static String tierOf(String model) {
        return model.equals(SMALLER_MODEL) ? SMALLER_TIER : TIER;
    }
}
