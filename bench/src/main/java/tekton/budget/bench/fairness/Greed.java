package tekton.budget.bench.fairness;

import java.util.Map;

/** Clients that ask for more than their share, from an address of their own, until closed. */
interface Greed extends AutoCloseable {

    /** Begins, in threads of its own. */
    void start();

    /** How often they were answered how, so far: by the status, or by what went wrong. */
    Map<String, Long> answers();

    /** Ends all of them, and waits for that. */
    @Override
    void close() throws InterruptedException;
}
