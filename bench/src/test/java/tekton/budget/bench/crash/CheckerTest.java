package tekton.budget.bench.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

class CheckerTest {

    private final Checker checker = new Checker();

    @Test
    void holdsUntilSomethingFails() {
        checker.require("log", List.of());
        checker.requireNone("lost", 0);
        assertThat(checker.holds()).isTrue();

        checker.require("log", List.of("a", "b"));
        checker.requireNone("lost", 3);
        checker.aborted(new IOException("gone"));
        assertThat(checker.holds()).isFalse();
        assertThat(checker.failures())
                .containsExactly("log: a", "log: b", "3 lost", "java.io.IOException: gone");
    }

    @Test
    void looksAgainUntilThereIsNoDifference() throws InterruptedException {
        Queue<List<String>> found = new ArrayDeque<>(List.of(List.of("behind"), List.of()));
        checker.eventually("totals", Duration.ofMinutes(1), found::remove);
        assertThat(checker.holds()).isTrue();
        assertThat(found).isEmpty();
    }

    @Test
    void namesAFewOfWhatIsLeftWhenTheTimeIsOver() throws InterruptedException {
        checker.eventually("totals", Duration.ZERO, () -> Collections.nCopies(9, "behind"));
        assertThat(checker.failures()).hasSize(5).containsOnly("totals: behind");
    }

    @Test
    void aComparisonThatCannotBeMadeFailsByItsName() throws InterruptedException {
        checker.eventually(
                "totals",
                Duration.ofMinutes(1),
                () -> {
                    throw new IOException("no answer");
                });
        assertThat(checker.failures()).containsExactly("totals: java.io.IOException: no answer");
    }
}
