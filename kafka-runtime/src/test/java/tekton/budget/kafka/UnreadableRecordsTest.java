package tekton.budget.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class UnreadableRecordsTest {

    private final UnreadableRecords unreadable = new UnreadableRecords();

    @Test
    void shouldCountEachRecordOnceWhoeverReadsItAndHoweverOften() {
        for (String reader : new String[] {"one", "another"}) {
            found("budget.prices", 0, 7, reader);
            found("budget.prices", 0, 9, reader);
            found("budget.prices", 1, 7, reader);
            found("budget.events", 0, 7, reader);
        }
        assertThat(unreadable.count()).isEqualTo(4);

        found("budget.prices", 0, 10, "one");
        assertThat(unreadable.count()).isEqualTo(5);
    }

    @Test
    void shouldSayTheReasonInOneLine() {
        assertThat(UnreadableRecords.reason(new IllegalArgumentException("key: a\nsecond line")))
                .isEqualTo("key: a");
        // Whatever else it is: its message was not made to be shown.
        assertThat(UnreadableRecords.reason(new IllegalStateException("bytes of a record")))
                .isEqualTo("IllegalStateException");
    }

    private void found(String topic, int partition, long offset, String reader) {
        unreadable.found(
                new ConsumerRecord<>(topic, partition, offset, null, null),
                reader,
                new IllegalArgumentException("value: missing"));
    }
}
