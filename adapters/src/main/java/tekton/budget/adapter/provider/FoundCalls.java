package tekton.budget.adapter.provider;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls of one body so far, within bounds.
 *
 * <p>One thread.
 */
final class FoundCalls {

    private static final int REJECTED_MAX = 1_000;

    private final List<ForeignCall> calls = new ArrayList<>();
    private final List<Adapted.Rejection> rejected = new ArrayList<>();
    private long ignored;
    private boolean tooMany;

    void add(ForeignCall call) {
        if (calls.size() == ProviderAnswers.CALLS_MAX) {
            tooMany = true;
        } else {
            calls.add(call.position(seen()));
        }
    }

    /** One more that is no call to count. */
    void ignore() {
        ignored++;
    }

    /**
     * One more that was not understood.
     *
     * @param where the line or event
     * @throws ForeignFormatException if there are so many that this is no body of answers
     */
    void reject(String where, ForeignFormatException why) throws ForeignFormatException {
        if (rejected.size() == REJECTED_MAX) {
            throw new ForeignFormatException(
                    "body: more than "
                            + REJECTED_MAX
                            + " lines are no answers of a provider; the first: "
                            + rejected.getFirst().sentence());
        }
        rejected.add(new Adapted.Rejection(seen(), where + ": " + why.getMessage()));
    }

    /** How many things the body has told of so far. */
    private int seen() {
        return Math.toIntExact(calls.size() + rejected.size() + ignored);
    }

    /**
     * All of it.
     *
     * @throws ForeignFormatException if the body has nothing in it, or more than one may have
     */
    Adapted adapted() throws ForeignFormatException {
        if (tooMany) {
            throw new ForeignFormatException(
                    "body: more than "
                            + ProviderAnswers.CALLS_MAX
                            + " calls: expected at most so many in one body");
        }
        if (calls.isEmpty() && ignored == 0) {
            throw new ForeignFormatException(
                    rejected.isEmpty()
                            ? "body: empty: expected a provider's answer"
                            : rejected.getFirst().sentence());
        }
        return new Adapted(calls, ignored, rejected);
    }
}
