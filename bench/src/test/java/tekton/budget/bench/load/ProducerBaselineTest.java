package tekton.budget.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProducerBaselineTest {

    @Test
    void readsTheRateFromWhatTheToolPrints() {
        assertThat(
                        ProducerBaseline.rateIn(
                                "3000000 records sent, 371747.2 records/sec (119.12 MB/sec), 8.9 ms"
                                        + " avg latency, 300.0 ms max latency."))
                .contains(371_747.2);
        assertThat(ProducerBaseline.rateIn("Reading payloads from: /tmp/x")).isEmpty();
    }
}
