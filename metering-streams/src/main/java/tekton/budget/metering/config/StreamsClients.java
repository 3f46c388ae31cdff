package tekton.budget.metering.config;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

import tekton.budget.metering.figures.CommitCounts;

import java.util.Map;

/** Kafka clients as Streams would make them, but that the producers tell of their commits. */
class StreamsClients implements KafkaClientSupplier {

    private final CommitCounts commits;

    StreamsClients(CommitCounts commits) {
        this.commits = commits;
    }

    @Override
    public final Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public final Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return commits.producer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    @Override
    public final Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    @Override
    public final Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
