package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;

class SpanMemoryTest {

    @Test
    void shouldForgetTheOldestAndNeverHoldMore() {
        SpanMemory memory = new SpanMemory();
        for (int i = 1; i <= 50_000; i++) {
            assertThat(counts(memory, span(i, 100_000 + i, "r" + i))).isTrue();
            assertThat(memory.size())
                    .isLessThanOrEqualTo(SpanMemory.SPANS_MAX + SpanMemory.ANSWERS_MAX);
        }

        assertThat(counts(memory, span(200_000, 0, "r50000"))).isFalse();
        assertThat(counts(memory, span(150_000, 0, null))).isFalse();
        assertThat(counts(memory, span(200_000, 0, "r1"))).isTrue();
    }

    @Test
    void shouldCountTheChildrenOfOneParentEach() {
        SpanMemory memory = new SpanMemory();

        assertThat(counts(memory, span(1, 9, null))).isTrue();
        assertThat(counts(memory, span(2, 9, null))).isTrue();
        assertThat(counts(memory, span(9, 0, null))).isFalse();
        assertThat(counts(memory, span(1, 9, null))).isTrue();
    }

    @Test
    void shouldCountASpanAgainThatIsSentAgainAlsoWhereItIsForgotten() {
        SpanMemory memory = new SpanMemory();
        InferenceSpan first = span(1, 0, "r1");
        assertThat(counts(memory, first)).isTrue();
        // Spans are forgotten before the answers: these name none.
        for (int i = 2; i <= SpanMemory.SPANS_MAX + 1; i++) {
            assertThat(counts(memory, span(i, 0, null))).isTrue();
        }

        assertThat(counts(memory, span(0x7FFF_FFFF, 0, "r1"))).isFalse();
        assertThat(counts(memory, first)).isTrue();
    }

    @Test
    void shouldLetOneOfManyThreadsCount() throws Exception {
        SpanMemory memory = new SpanMemory();
        int[] counted = new int[4];
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            int thread = t;
            threads[t] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 5_000; i++) {
                                            int id = thread * 5_000 + i + 1;
                                            if (counts(memory, span(id, 0, "r" + i))) {
                                                counted[thread]++;
                                            }
                                        }
                                    });
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(counted[0] + counted[1] + counted[2] + counted[3]).isEqualTo(5_000);
    }

    /** A framework's span may take longer than the memory, as long as calls end within it. */
    @Test
    void shouldRememberTheOuterSpanFromItsLastCallOn() {
        SpanMemory memory = new SpanMemory();
        InferenceSpan last = span(2, 9, null);

        assertThat(counts(memory, span(1, 9, null), 0)).isTrue();
        assertThat(counts(memory, last, 9)).isTrue();
        assertThat(counts(memory, last, 18)).isTrue();
        assertThat(counts(memory, span(9, 0, null), 28)).isFalse();
    }

    @Test
    void shouldNotCountWhatIsAroundAnOuterSpan() {
        SpanMemory memory = new SpanMemory();

        assertThat(counts(memory, span(1, 2, null))).isTrue();
        assertThat(counts(memory, span(2, 3, null))).isFalse();
        assertThat(counts(memory, span(3, 0, null))).isFalse();
    }

    @Test
    void shouldHoldNoLongerIdsThanARecord() {
        SpanMemory memory = new SpanMemory();
        String longId = "r".repeat(8_000);
        InferenceSpan first = span(1, 0, longId);

        assertThat(first.answer().responseId()).hasSize(64);
        assertThat(counts(memory, first)).isTrue();
        assertThat(counts(memory, span(2, 0, longId))).isFalse();
        assertThat(counts(memory, span(3, 0, longId + 's'))).isTrue();
    }

    private static boolean counts(SpanMemory memory, InferenceSpan span) {
        return counts(memory, span, 0);
    }

    private static boolean counts(SpanMemory memory, InferenceSpan span, int minutes) {
        return !memory.counted(List.of(span), any -> true, minutes * 60_000L).isEmpty();
    }

    private static InferenceSpan span(int id, int parent, @Nullable String response) {
        return TraceCallsTest.span(id, parent, response, 0);
    }
}
