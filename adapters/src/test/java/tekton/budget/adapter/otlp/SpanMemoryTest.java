package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The memory is bounded, and threads share it. */
class SpanMemoryTest {

    @Test
    void shouldForgetTheOldestAndNeverHoldMore() {
        SpanMemory memory = new SpanMemory();
        for (int i = 0; i < 50_000; i++) {
            assertThat(memory.counts("s" + i, "p" + i, "r" + i, 0)).isTrue();
            assertThat(memory.size()).isLessThanOrEqualTo(SpanMemory.ENTRIES_MAX);
        }

        assertThat(memory.counts("other", null, "r49999", 0)).isFalse();
        assertThat(memory.counts("p49999", null, null, 0)).isFalse();
        assertThat(memory.counts("other", null, "r0", 0)).isTrue();
    }

    @Test
    void shouldCountTheChildrenOfOneParentEach() {
        SpanMemory memory = new SpanMemory();

        assertThat(memory.counts("a", "p", null, 0)).isTrue();
        assertThat(memory.counts("b", "p", null, 0)).isTrue();
        assertThat(memory.counts("p", null, null, 0)).isFalse();
        assertThat(memory.counts("a", "p", null, 0)).isTrue();
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
                                            String span = thread + ":" + i;
                                            if (memory.counts(span, null, "r" + i, i)) {
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
}
