package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignCall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The spans of inference of one request, of which several may tell of one call: a framework's and
 * the client's within it. The inner one knows the cache, so it stays: the child of a span of
 * inference, and of those with one answer in one trace the one that began last.
 */
final class TraceCalls {

    private final Map<String, InferenceSpan> candidates = new LinkedHashMap<>();

    /** A span and the call in the making. */
    record InferenceSpan(OtlpItem span, ForeignCall call, @Nullable String responseId) {

        String key() {
            return span.traceId() + ':' + span.spanId();
        }

        @Nullable String parentKey() {
            return span.parentSpanId().isEmpty() || span.parentSpanId().equals(span.spanId())
                    ? null
                    : span.traceId() + ':' + span.parentSpanId();
        }

        @Nullable String responseKey() {
            return responseId == null ? null : span.traceId() + ':' + responseId;
        }
    }

    /** Adds a span; one that comes twice is one. */
    void add(InferenceSpan candidate) {
        candidates.put(candidate.key(), candidate);
    }

    /** The spans that count, in the order in which they came. */
    List<InferenceSpan> counted(SpanMemory memory, long nowMs) {
        Set<String> outer = new HashSet<>();
        Map<String, InferenceSpan> inmost = new HashMap<>();
        for (InferenceSpan candidate : candidates.values()) {
            if (candidate.parentKey() != null) {
                outer.add(candidate.parentKey());
            }
            if (candidate.responseKey() != null) {
                inmost.merge(candidate.responseKey(), candidate, TraceCalls::inner);
            }
        }
        List<InferenceSpan> counted = new ArrayList<>();
        for (InferenceSpan candidate : candidates.values()) {
            String response = candidate.responseKey();
            InferenceSpan last = response == null ? candidate : inmost.get(response);
            boolean isInner = candidate.equals(last) && !outer.contains(candidate.key());
            if (memory.hasCounted(candidate.key())
                    || (isInner
                            && memory.counts(
                                    candidate.key(), candidate.parentKey(), response, nowMs))) {
                counted.add(candidate);
            }
        }
        return counted;
    }

    private static InferenceSpan inner(InferenceSpan one, InferenceSpan other) {
        return other.span().startNanos() > one.span().startNanos() ? other : one;
    }
}
