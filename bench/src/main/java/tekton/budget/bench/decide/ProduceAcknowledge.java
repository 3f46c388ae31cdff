package tekton.budget.bench.decide;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * What a decision is compared with: one record to one partition of the same broker and its
 * acknowledgement, in a topic of its own that is deleted at the end.
 */
final class ProduceAcknowledge implements AutoCloseable {

    /** About as long as a request. */
    private static final int BYTES = 400;

    private final Admin admin;
    private final String topic = "bench-acknowledge-" + Long.toHexString(System.nanoTime());
    private final KafkaProducer<byte[], byte[]> producer;

    ProduceAcknowledge(String bootstrapServers) throws IOException, InterruptedException {
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
        try {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        } catch (ExecutionException e) {
            admin.close();
            throw new IOException("topic " + topic + ": " + e.getCause(), e);
        }
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
        try (admin) {
            admin.deleteTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            throw new IOException("topic " + topic + ": " + e.getCause(), e);
        }
    }
}
