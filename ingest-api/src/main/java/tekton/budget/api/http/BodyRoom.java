package tekton.budget.api.http;

/** Where a body that is read whole takes its memory from, as its bytes arrive. */
@FunctionalInterface
public interface BodyRoom {

    /** For bodies so small that nobody counts them. */
    BodyRoom UNCOUNTED = (_, _) -> {};

    /**
     * The body needs more memory than before; waits for it within a bound.
     *
     * @param bytes how much it needs now in all
     * @param most how much it may come to need
     * @throws ProblemException 429 or 503 if there is none
     */
    void grow(int bytes, int most);
}
