package tekton.budget.bench.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.topic.Partitions;

class Crc32PartitionerTest {

    /** What librdkafka's consistent and Kafka's default make of the same keys, of 12 partitions. */
    @ParameterizedTest
    @CsvSource({"a,3,4", "foobar,5,6", "ctx-0001,0,0", "budget/acme,5,2", "é,2,3"})
    void putsKeysWhereLibrdkafkaDoes(String key, int crc32, int murmur2) {
        assertThat(Crc32Partitioner.of(key, 12)).isEqualTo(crc32);
        assertThat(Partitions.of(key, 12)).isEqualTo(murmur2);
    }
}
