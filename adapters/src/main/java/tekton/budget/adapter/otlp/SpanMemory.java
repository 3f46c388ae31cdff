package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which spans counted lately, so that another one that tells of the same call does not, in whatever
 * request it comes: a framework's span ends, and is sent, after the one of the client within it. A
 * span that counted counts again when it is sent again, under the same id: nobody knows here
 * whether it was stored.
 *
 * <p>It remembers {@value #MINUTES} minutes from when a span, or one within it, last counted, and
 * at most {@value #SPANS_MAX} spans, those that counted and those around them, and {@value
 * #ANSWERS_MAX} answers; the oldest is forgotten first. Threads share it.
 */
public final class SpanMemory {

    static final int MINUTES = 10;
    static final int SPANS_MAX = 64 * 1_024;
    static final int ANSWERS_MAX = 32 * 1_024;

    private static final long KEPT_MS = Duration.ofMinutes(MINUTES).toMillis();

    private final LinkedHashMap<SpanKey, SpanFact> spans = new LinkedHashMap<>();
    private final Map<SpanKey.AnswerKey, AnswerFact> answers = new LinkedHashMap<>();

    /** Something that was learnt, and when. */
    private sealed interface Fact {
        long learntMs();
    }

    /**
     * Of a span.
     *
     * @param counted whether it counted; else one within it did
     */
    private record SpanFact(boolean counted, long learntMs) implements Fact {}

    /**
     * Of a provider's answer.
     *
     * @param by the span that counted it
     */
    private record AnswerFact(SpanKey by, long learntMs) implements Fact {}

    /**
     * Those of some spans that count; they and those around them are remembered.
     *
     * @param isInner whether no other one of the same request tells of a span's call better
     * @param nowMs the time, epoch milliseconds
     */
    synchronized List<InferenceSpan> counted(
            Collection<InferenceSpan> candidates, Predicate<InferenceSpan> isInner, long nowMs) {
        List<InferenceSpan> counted = new ArrayList<>(candidates.size());
        for (InferenceSpan candidate : candidates) {
            if (counts(candidate, isInner, nowMs)) {
                counted.add(candidate);
            }
        }
        return counted;
    }

    private boolean counts(InferenceSpan candidate, Predicate<InferenceSpan> isInner, long nowMs) {
        forget(spans, SPANS_MAX - 2, nowMs);
        forget(answers, ANSWERS_MAX - 1, nowMs);
        SpanKey parent = candidate.parent();
        boolean inCounted = parent != null && hasCounted(parent);
        SpanFact known = spans.get(candidate.key());
        if (known == null
                && (inCounted
                        || !isInner.test(candidate)
                        || !isFirst(candidate.key(), candidate.answer(), nowMs))) {
            return false;
        }
        boolean counts = known == null || known.counted;
        if (counts) {
            spans.putLast(candidate.key(), new SpanFact(true, nowMs));
        }
        // Anew with each call: those of a long span are minutes apart.
        if (parent != null && !inCounted && (counts || !spans.containsKey(parent))) {
            spans.putLast(parent, new SpanFact(false, nowMs));
        }
        return counts;
    }

    private boolean hasCounted(SpanKey span) {
        SpanFact known = spans.get(span);
        return known != null && known.counted;
    }

    private boolean isFirst(SpanKey span, SpanKey.@Nullable AnswerKey answer, long nowMs) {
        if (answer == null) {
            return true;
        }
        AnswerFact known = answers.putIfAbsent(answer, new AnswerFact(span, nowMs));
        return known == null || known.by.equals(span);
    }

    synchronized int size() {
        return spans.size() + answers.size();
    }

    private static void forget(Map<?, ? extends Fact> facts, int most, long nowMs) {
        Iterator<? extends Fact> oldest = facts.values().iterator();
        while (oldest.hasNext()) {
            boolean old = nowMs - oldest.next().learntMs() > KEPT_MS;
            if (!old && facts.size() <= most) {
                return;
            }
            oldest.remove();
        }
    }
}
