package tekton.budget.adapter;

import java.util.List;

/**
 * What a body of a foreign format says.
 *
 * @param calls in the body's order
 * @param ignored how many things it tells of that are no calls to count: other spans, other events,
 *     answers from a gateway's cache
 * @param rejected what could not be understood, each in a sentence that names the field, the value
 *     and the expectation
 */
public record Adapted(List<ForeignCall> calls, long ignored, List<String> rejected) {

    public Adapted {
        calls = List.copyOf(calls);
        rejected = List.copyOf(rejected);
    }

    /** One call and nothing else. */
    public static Adapted of(ForeignCall call) {
        return new Adapted(List.of(call), 0, List.of());
    }
}
