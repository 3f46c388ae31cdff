package tekton.budget.alerting.consume;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads partitions from their beginning to their end, what others are just writing included: a
 * transaction under way is waited for, because what it says would else be said again.
 */
final class WholePartitions {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaClients clients;
    private final Duration patience;

    WholePartitions(KafkaClients clients, Duration patience) {
        this.clients = clients;
        this.patience = patience;
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
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + patience.toNanos();
            Map<TopicPartition, Long> missing = new HashMap<>(ends);
            while (!missing.isEmpty()) {
                consumer.poll(POLL).forEach(each);
                missing.entrySet().removeIf(end -> reached(consumer, end));
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException("not read in time: " + missing);
                }
            }
        }
        return ends;
    }

    private static boolean reached(
            KafkaConsumer<byte[], byte[]> consumer, Map.Entry<TopicPartition, Long> end) {
        return consumer.position(end.getKey()) >= end.getValue();
    }

    /** Ends as of every writer; a committed reader's own end stops before what is under way. */
    private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
            return consumer.endOffsets(partitions, patience);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        return new KafkaConsumer<>(
                clients.reader(isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
