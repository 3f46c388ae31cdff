package tekton.budget.bench.decide;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.bench.control.BenchTopics;

import java.io.IOException;
import java.util.Map;

/**
 * What a decision is compared with: one record to one partition of the same broker and its
 * acknowledgement, in a topic of its own that is deleted at the end.
 */
final class ProduceAcknowledge implements AutoCloseable {

    /** About as long as a request. */
    private static final int BYTES = 400;

    private final BenchTopics topics;
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    ProduceAcknowledge(String bootstrapServers) throws IOException, InterruptedException {
        topics = new BenchTopics(bootstrapServers);
        topic = topics.create("acknowledge", 1);
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.LINGER_MS_CONFIG,
                                0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /** Callers share the producer, as requests share the service's. */
    ClosedLoop.LoopClient caller() {
        byte[] value = new byte[BYTES];
        return new ClosedLoop.LoopClient() {
            @Override
            public String call(long number) throws Exception {
                producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
                return "";
            }

            @Override
            public void close() {
                // The producer is everybody's.
            }
        };
    }

    @Override
    public void close() throws IOException, InterruptedException {
        producer.close();
        topics.close();
    }
}
