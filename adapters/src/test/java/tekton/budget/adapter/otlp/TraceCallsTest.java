package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.adapter.ForeignCall;

import java.util.List;

/** Spans of one request that tell of one call. */
class TraceCallsTest {

    /** Two hosts have two clocks, and an exporter may leave times out. */
    @Test
    void shouldCountTheInnerSpanOfOneAnswerWheneverTheOuterOneBegan() {
        for (long outerNanos : new long[] {4, 5, 6, 0}) {
            InferenceSpan outer = span(1, 0, "r", outerNanos);
            InferenceSpan inner = span(2, 1, "r", outerNanos == 0 ? 0 : 5);

            assertThat(counted(outer, inner)).as("%d", outerNanos).containsExactly(inner);
            assertThat(counted(inner, outer)).as("%d", outerNanos).containsExactly(inner);
        }
    }

    @Test
    void shouldCountTheLastOfThoseWithOneAnswerThatHoldNoOther() {
        InferenceSpan outer = span(1, 0, "r", 9);
        InferenceSpan early = span(2, 1, "r", 5);
        InferenceSpan late = span(3, 1, "r", 6);

        assertThat(counted(outer, early, late)).containsExactly(late);
        assertThat(counted(late, early, outer)).containsExactly(late);
    }

    @Test
    void shouldNotTakeAnIdThatComesAgainForAnAnswer() {
        InferenceSpan one = span(1, 0, "chatcmpl-17", 5);
        InferenceSpan other = span(2, 0, "chatcmpl-17", 6);

        assertThat(counted(one, other)).containsExactly(one, other);
    }

    private static List<InferenceSpan> counted(InferenceSpan... spans) {
        TraceCalls calls = new TraceCalls();
        for (InferenceSpan span : spans) {
            calls.add(span);
        }
        return calls.counted(new SpanMemory(), 0);
    }

    /** A span of inference, of one trace. */
    static InferenceSpan span(int id, int parent, @Nullable String response, long startNanos) {
        return InferenceSpan.of(
                new OtlpItem(
                        new OtlpOrigin(new OtlpAttributes(), ""),
                        "5b8efff798038103d269b633813fc60c",
                        "%016x".formatted(id),
                        parent == 0 ? "" : "%016x".formatted(parent),
                        "chat",
                        "",
                        true,
                        startNanos,
                        0,
                        "",
                        new OtlpAttributes()),
                new ForeignCall(),
                response);
    }
}
