package tekton.budget.metering.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The producer of a stream thread on a real broker. */
class StreamsClientsIT {

    private static final TopicPartition READ = new TopicPartition("read", 0);
    private static final String GROUP = "streams";

    private final Timer commits = new SimpleMeterRegistry().timer("commits");

    @Test
    void shouldSendEveryCommitThatSaysSomethingAndNoOther() throws Exception {
        try (TestBroker broker = TestBroker.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                Producer<byte[], byte[]> producer =
                        new StreamsClients(commits)
                                .getProducer(
                                        Map.of(
                                                "bootstrap.servers",
                                                broker.bootstrapServers(),
                                                "transactional.id",
                                                "thread",
                                                "enable.metrics.push",
                                                false))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(READ.topic(), 1, (short) 1),
                                    new NewTopic("written", 1, (short) 1)))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            producer.initTransactions();

            commit(producer, true, 1);
            assertThat(commits.count()).isEqualTo(1);
            awaitCommitted(admin, 1);

            double requests = requests(producer);
            commit(producer, false, 1);
            assertThat(requests(producer)).isEqualTo(requests);
            assertThat(commits.count()).isEqualTo(1);

            commit(producer, false, 2);
            assertThat(commits.count()).isEqualTo(2);
            awaitCommitted(admin, 2);

            requests = requests(producer);
            commit(producer, true, 2);
            // What was written, the offsets of a member that must still be one, and the end.
            assertThat(requests(producer)).isEqualTo(requests + 3);
            assertThat(commits.count()).isEqualTo(3);

            producer.beginTransaction();
            position(producer, 3);
            producer.abortTransaction();
            commit(producer, false, 3);
            awaitCommitted(admin, 3);
        }
    }

    private static void commit(Producer<byte[], byte[]> producer, boolean write, long offset)
            throws Exception {
        producer.beginTransaction();
        if (write) {
            producer.send(new ProducerRecord<>("written", new byte[1]))
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        }
        position(producer, offset);
        producer.commitTransaction();
    }

    @SuppressWarnings("removal") // Of a consumer in a group it would be the real one.
    private static void position(Producer<byte[], byte[]> producer, long offset) {
        producer.sendOffsetsToTransaction(
                Map.of(READ, new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(GROUP));
    }

    /** A commit is answered a moment before all of it can be seen. */
    private static void awaitCommitted(Admin admin, long offset) throws Exception {
        Patience.await(
                () ->
                        new OffsetAndMetadata(offset)
                                .equals(
                                        admin.listConsumerGroupOffsets(GROUP)
                                                .partitionsToOffsetAndMetadata()
                                                .get(Patience.SECONDS, TimeUnit.SECONDS)
                                                .get(READ)));
    }

    private static double requests(Producer<byte[], byte[]> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("request-total"))
                .filter(metric -> metric.getKey().group().equals("producer-metrics"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }
}
