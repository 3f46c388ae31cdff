package tekton.budget.bench.product;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessCpuTest {

    @Test
    void addsUserAndSystemTime() {
        assertThat(
                        ProcessCpu.secondsOf(
                                "42 (a (bad) name) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 30 0 9"))
                .isEqualTo(3.0);
    }

    @Test
    void aProcessThatIsGoneHasUsedNothing() {
        assertThat(ProcessCpu.seconds(Long.MAX_VALUE)).isZero();
    }
}
