package tekton.budget.bench.longrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

class DistributionTest {

    @Test
    void aPercentileIsOneOfTheValues() {
        Distribution spread = new Distribution(LongStream.rangeClosed(1, 200).boxed().toList());

        assertThat(spread.count()).isEqualTo(200);
        assertThat(spread.percentile(0)).isEqualTo(1);
        assertThat(spread.percentile(50)).isEqualTo(100);
        assertThat(spread.percentile(90)).isEqualTo(180);
        assertThat(spread.percentile(99)).isEqualTo(198);
        assertThat(spread.percentile(100)).isEqualTo(200);
    }

    @Test
    void ofThreeValuesTheMiddleOneIsTheMedian() {
        Distribution spread = new Distribution(List.of(30L, 10L, 20L));

        assertThat(spread.percentile(50)).isEqualTo(20);
        assertThat(spread.percentile(99)).isEqualTo(30);
    }

    @Test
    void ofNothingThereIsNone() {
        assertThatThrownBy(() -> new Distribution(List.of()).percentile(50))
                .isInstanceOf(IllegalStateException.class);
    }
}
