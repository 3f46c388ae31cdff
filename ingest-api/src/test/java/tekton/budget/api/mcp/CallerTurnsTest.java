package tekton.budget.api.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.testbroker.Patience;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class CallerTurnsTest {

    private final CallerTurns turns = new CallerTurns(4, 2);

    private boolean take(String caller) throws InterruptedException {
        return turns.take(caller, 0);
    }

    @Test
    void shouldKeepNoCallerOutForAnother() throws Exception {
        assertThat(take("a")).isTrue();
        assertThat(take("a")).isTrue();
        assertThat(take("a")).isFalse();
        assertThat(take("b")).isTrue();

        turns.back("a");
        assertThat(take("a")).isTrue();
    }

    @Test
    void shouldGiveNoMoreThanThereAre() throws Exception {
        for (String caller : new String[] {"a", "a", "b", "b"}) {
            assertThat(take(caller)).isTrue();
        }
        // As often as its own share has turns, and once more: none of them may get lost.
        for (int i = 0; i < 3; i++) {
            assertThat(take("c")).isFalse();
        }

        turns.back("a");
        assertThat(take("c")).isTrue();
    }

    @Test
    void shouldForgetACallerWithItsLastTurn() throws Exception {
        take("a");
        take("a");
        take("a");
        take("b");
        assertThat(turns.callers()).isEqualTo(2);

        turns.back("a");
        turns.back("b");
        assertThat(turns.callers()).isEqualTo(1);
        turns.back("a");
        assertThat(turns.callers()).isZero();
    }

    @Test
    void shouldWaitForATurn() throws Exception {
        take("a");
        take("a");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> third = threads.submit(() -> turns.take("a", Patience.LIMIT.toNanos()));
            turns.back("a");

            assertThat(third.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }
}
