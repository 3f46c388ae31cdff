package tekton.budget.adapter;

import java.util.List;

/**
 * The content of a body of a foreign format.
 *
 * @param calls in the body's order
 * @param ignored how many things it tells of that are no calls to count: other spans, other events,
 *     answers from a gateway's cache
 * @param rejected what could not be understood
 */
public record Adapted(List<ForeignCall> calls, long ignored, List<Rejection> rejected) {

    /**
     * Something that could not be understood.
     *
     * @param position where it stands among all that the body tells of, from 0; {@link #UNKNOWN}
     *     where nobody can say
     * @param sentence names the field, the value and the expectation
     */
    public record Rejection(int position, String sentence) {

        /** A position that nobody can say, as that of damaged bytes. */
        public static final int UNKNOWN = -1;
    }

    public Adapted {
        calls = List.copyOf(calls);
        rejected = List.copyOf(rejected);
    }

    /** One call and nothing else. */
    public static Adapted of(ForeignCall call) {
        return new Adapted(List.of(call), 0, List.of());
    }
}
