package tekton.budget.adapter.otlp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The spans of inference of one request, of which several may tell of one call: a framework's and
 * the client's within it. The inner one knows the cache, so it stays: the child of a span of
 * inference, and of those with one answer in one trace, and no child, the one that began last.
 */
final class TraceCalls {

    private final Map<SpanKey, InferenceSpan> candidates = new LinkedHashMap<>();

    /** Adds a span; one that comes twice is one. */
    void add(InferenceSpan candidate) {
        candidates.put(candidate.key(), candidate);
    }

    /** The spans that count, in the order in which they came. */
    List<InferenceSpan> counted(SpanMemory memory, long nowMs) {
        Set<SpanKey> outer = new HashSet<>();
        for (InferenceSpan candidate : candidates.values()) {
            if (candidate.parent() != null) {
                outer.add(candidate.parent());
            }
        }
        // Only then: a parent's clock may be ahead of its child's.
        Map<SpanKey.AnswerKey, InferenceSpan> inmost = new HashMap<>();
        for (InferenceSpan candidate : candidates.values()) {
            if (candidate.answer() != null && !outer.contains(candidate.key())) {
                inmost.merge(candidate.answer(), candidate, TraceCalls::later);
            }
        }
        return memory.counted(
                candidates.values(),
                candidate -> {
                    InferenceSpan last =
                            candidate.answer() == null
                                    ? candidate
                                    : inmost.getOrDefault(candidate.answer(), candidate);
                    return last.key().equals(candidate.key()) && !outer.contains(candidate.key());
                },
                nowMs);
    }

    private static InferenceSpan later(InferenceSpan one, InferenceSpan other) {
        return other.span().startNanos() > one.span().startNanos() ? other : one;
    }
}
