package tekton.budget.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes the committed records of topics, in the order of each partition, one at a time, in the
 * thread of a {@link TopicLog}. A record that it throws at is one of the {@link UnreadableRecords}
 * of that log, and the next one is taken.
 */
@FunctionalInterface
public interface TopicFollower {

    /**
     * Takes a record.
     *
     * @throws IllegalArgumentException if it cannot be read, in one sentence
     */
    void take(ConsumerRecord<byte[], byte[]> record);

    /**
     * How many records before a partition's end are wanted too, where reading begins at the end.
     */
    default long lookBack(TopicPartition partition) {
        return 0;
    }

    /**
     * A partition is read from here on; said again if its position was lost.
     *
     * @param from the offset of the first record that may come
     * @param end the present end: records from there on are new
     */
    default void begins(TopicPartition partition, long from, long end) {}

    /** All that has come in one fetch has been taken. */
    default void taken() {}
}
