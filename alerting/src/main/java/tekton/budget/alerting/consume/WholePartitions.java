package tekton.budget.alerting.consume;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import tekton.budget.kafka.shard.StateLog;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads partitions from their beginning to their end, what others are just writing included: a
 * transaction under way is waited for, because what it says would else be said again.
 */
final class WholePartitions {

    private final AlertingClients clients;
    private final Duration timeout;

    WholePartitions(AlertingClients clients, Duration timeout) {
        this.clients = clients;
        this.timeout = timeout;
    }

    /**
     * Reads them.
     *
     * @return where each ends
     * @throws TimeoutException if Kafka does not give them all in time
     */
    Map<TopicPartition, Long> read(
            List<TopicPartition> partitions, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Long> ends = ends(partitions);
        try (StateLog log = new StateLog(consumer("read_committed"), partitions, timeout, each)) {
            ends.forEach(log::expect);
            return log.readOn();
        }
    }

    /** Ends as of every writer; a committed reader's own end stops before what is under way. */
    private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
            return consumer.endOffsets(partitions, timeout);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        return new KafkaConsumer<>(
                clients.reader(isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
