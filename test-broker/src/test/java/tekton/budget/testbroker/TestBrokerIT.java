package tekton.budget.testbroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

@Timeout(600)
final class TestBrokerIT {

    @Test
    void keepsItsDataOverARestart() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            try (Admin admin =
                    Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("kept", Optional.of(1), Optional.empty())))
                        .all()
                        .get(Patience.SECONDS, TimeUnit.SECONDS);
            }
            sendInTransaction(broker, "before");
            broker.restart();
            sendInTransaction(broker, "after");

            assertThat(readCommitted(broker, 2)).containsExactly("before", "after");
        }
    }

    @Test
    void refusesToStartTwice() {
        try (TestBroker broker = TestBroker.start()) {
            assertThatThrownBy(broker::startAgain).isInstanceOf(IllegalStateException.class);
        }
    }

    private static void sendInTransaction(TestBroker broker, String value) throws Exception {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        "writer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("kept", value))
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            producer.commitTransaction();
        }
    }

    private static List<String> readCommitted(TestBroker broker, int count) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("kept", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                    values.add(each.value());
                }
            }
        }
        return values;
    }
}
