package tekton.budget.metering.recordlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.CountedRecord;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Topics;

import java.util.Optional;

class StoredRecordTest {

    private static final TopicPartition USAGE = new TopicPartition(Topics.USAGE_REPORTED.name(), 3);
    private static final TopicPartition STRAYS = new TopicPartition(Topics.USAGE_STRAYS.name(), 4);

    private static final String JSON =
            "{\"record_id\":\"r\",\"context_id\":\"chat\",\"component\":\"x\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":0}";

    @Test
    void shouldReadARecordWhereItStands() {
        assertThat(read(USAGE, JSON, LogInMemory.none()))
                .get()
                .satisfies(record -> assertStands(record, 3, 17, 1_000));
    }

    @Test
    void shouldReadAStrayAsItCameIn() {
        assertThat(read(STRAYS, JSON, new Origin(1, 5, 900).toHeaders()))
                .get()
                .satisfies(record -> assertStands(record, 1, 5, 900));
    }

    @Test
    void shouldReadNothingThatCouldNeverBeCounted() {
        assertThat(read(STRAYS, JSON, LogInMemory.none())).as("nobody knows from where").isEmpty();
        assertThat(read(USAGE, "{", LogInMemory.none())).isEmpty();
        assertThat(read(USAGE, null, LogInMemory.none())).isEmpty();
    }

    private static void assertStands(
            CountedRecord record, int partition, long offset, long timestampMs) {
        assertThat(record.usage().recordId()).isEqualTo("r");
        assertThat(record.partition()).isEqualTo(partition);
        assertThat(record.offset()).isEqualTo(offset);
        assertThat(record.timestampMs()).isEqualTo(timestampMs);
    }

    private static Optional<CountedRecord> read(TopicPartition log, String value, Headers headers) {
        return StoredRecord.read(LogInMemory.record(log, 17, "chat", value, 1_000, headers));
    }
}
