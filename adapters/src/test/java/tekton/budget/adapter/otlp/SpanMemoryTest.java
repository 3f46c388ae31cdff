package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.adapter.ForeignCall;

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

    private static boolean counts(SpanMemory memory, InferenceSpan span) {
        return !memory.counted(List.of(span), any -> true, 0).isEmpty();
    }

    private static InferenceSpan span(int id, int parent, @Nullable String response) {
        return InferenceSpan.of(
                new OtlpItem(
                        new OtlpOrigin(new OtlpAttributes(), ""),
                        "5b8efff798038103d269b633813fc60c",
                        "%016x".formatted(id),
                        parent == 0 ? "" : "%016x".formatted(parent),
                        "chat",
                        "",
                        true,
                        0,
                        0,
                        "",
                        new OtlpAttributes()),
                new ForeignCall(),
                response);
    }
}
