package tekton.budget.bench.decide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.decide.ClosedLoop.LoopResult;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

class ClosedLoopTest {

    private static final double LONG_ENOUGH = 60;

    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void countsWhatWentRightAndNamesWhatDidNot() throws InterruptedException {
        LoopResult figures = ClosedLoop.run(4, LONG_ENOUGH, 100, i -> new Scripted());

        assertThat(figures.micros().getTotalCount()).isEqualTo(80);
        assertThat(figures.errors())
                .containsOnlyKeys("503 no", "java.io.IOException: gone")
                .containsValues(10L, 10L);
        assertThat(figures.perSecond()).isPositive();
        assertThat(closed).hasValue(4);
    }

    @Test
    void endsWhenItsTimeIsOver() throws InterruptedException {
        LoopResult figures = ClosedLoop.run(2, 0, 100, i -> new Scripted());

        assertThat(figures.micros().getTotalCount()).isZero();
        assertThat(closed).hasValue(2);
    }

    /** Of ten calls one is refused and one fails. */
    private final class Scripted implements ClosedLoop.LoopClient {
        @Override
        public String call(long number) throws IOException {
            if (number % 10 == 9) {
                throw new IOException("gone");
            }
            return number % 10 == 8 ? "503 no" : "";
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
