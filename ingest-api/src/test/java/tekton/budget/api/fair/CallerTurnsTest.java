package tekton.budget.api.fair;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.api.fair.CallerTurns.TurnOutcome;
import tekton.budget.testbroker.Patience;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class CallerTurnsTest {

    private final CallerTurns turns = new CallerTurns(4, 2, 1);

    private boolean take(String caller) throws InterruptedException {
        return turns.take(caller, 0) == TurnOutcome.TAKEN;
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
            Future<TurnOutcome> third =
                    threads.submit(() -> turns.take("a", Patience.LIMIT.toNanos()));
            turns.back("a");

            assertThat(third.get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.TAKEN);
        }
    }

    @Test
    void shouldSayWhoseTurnsAreMissing() throws Exception {
        take("a");
        take("a");
        assertThat(turns.take("a", 0)).isEqualTo(TurnOutcome.OWN_SHARE_TAKEN);
        take("b");
        take("b");
        assertThat(turns.take("c", 0)).isEqualTo(TurnOutcome.ALL_TAKEN);
        assertThat(turns.taken()).isEqualTo(4);
    }

    @Test
    void shouldLetOnlySoManyOfACallerWait() throws Exception {
        take("a");
        take("a");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<TurnOutcome> waiting =
                    threads.submit(() -> turns.take("a", Patience.LIMIT.toNanos()));
            // One place to wait: whoever comes while it is taken is told at once.
            Patience.await(() -> !waiting.isDone() && turns.waiting("a") == 1);

            assertThat(turns.take("a", Patience.LIMIT.toNanos()))
                    .isEqualTo(TurnOutcome.OWN_SHARE_TAKEN);
            assertThat(take("b")).isTrue();

            turns.back("a");
            assertThat(waiting.get(Patience.SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(TurnOutcome.TAKEN);
        }
    }

    @Test
    void shouldCountTurnsOfDifferentSizeTogether() throws Exception {
        CallerTurns bytes = new CallerTurns(100, 60, 1);

        assertThat(bytes.take("a", 40, 0)).isEqualTo(TurnOutcome.TAKEN);
        assertThat(bytes.take("a", 30, 0)).isEqualTo(TurnOutcome.OWN_SHARE_TAKEN);
        assertThat(bytes.take("b", 60, 0)).isEqualTo(TurnOutcome.TAKEN);
        assertThat(bytes.take("a", 10, 0)).isEqualTo(TurnOutcome.ALL_TAKEN);

        bytes.back("b", 60);
        assertThat(bytes.take("a", 20, 0)).isEqualTo(TurnOutcome.TAKEN);
        bytes.back("a", 60);
        assertThat(bytes.callers()).isZero();
        assertThat(bytes.taken()).isZero();
    }
}
