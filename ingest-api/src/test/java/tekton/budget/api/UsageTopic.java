package tekton.budget.api;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.testbroker.Patience;
import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Looks into the usage topic. For use by one thread. */
final class UsageTopic implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;

    record Stored(int partition, String key, Parsed parsed) {}

    UsageTopic(String bootstrapServers) {
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrapServers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    /** The record at a single position. */
    Stored at(Positions position) {
        int partition = position.offsets().firstKey();
        long offset = position.offsets().get(partition);
        TopicPartition place = new TopicPartition(Topics.USAGE_REPORTED.name(), partition);
        consumer.assign(List.of(place));
        consumer.seek(place, offset);
        for (int attempt = 0; attempt < 100; attempt++) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(100))) {
                return new Stored(
                        found.partition(),
                        new String(found.key(), StandardCharsets.UTF_8),
                        UsageReader.fromTopic(found.value()));
            }
        }
        throw new AssertionError("nothing at " + position);
    }

    /** Writes to it as another program may, and waits until Kafka has it. */
    static void write(String bootstrapServers, int partition, String key, String value)
            throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.USAGE_REPORTED.name(),
                                    partition,
                                    key.getBytes(StandardCharsets.UTF_8),
                                    value.getBytes(StandardCharsets.UTF_8)))
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        }
    }

    /** How many records there are. */
    long size() {
        List<TopicPartition> all =
                consumer.partitionsFor(Topics.USAGE_REPORTED.name()).stream()
                        .map(p -> new TopicPartition(p.topic(), p.partition()))
                        .toList();
        return consumer.endOffsets(all).values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
