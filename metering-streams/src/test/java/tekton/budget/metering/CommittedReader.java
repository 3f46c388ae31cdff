package tekton.budget.metering;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import tekton.budget.topic.Topic;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads what is committed in a topic, from its beginning. */
public final class CommittedReader {

    private CommittedReader() {}

    public static KafkaConsumer<byte[], byte[]> of(
            String bootstrapServers, Topic topic, int partitions) {
        var reader =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "isolation.level",
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all =
                IntStream.range(0, partitions)
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                        .toList();
        reader.assign(all);
        reader.seekToBeginning(all);
        return reader;
    }
}
