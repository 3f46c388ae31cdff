package tekton.budget.metering.config;

import io.micrometer.core.instrument.Timer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

import tekton.budget.metering.store.CommitHook;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Kafka clients as Streams would make them, but that the producers tell of their commits. */
class StreamsClients implements KafkaClientSupplier {

    private final Timer commits;

    StreamsClients(Timer commits) {
        this.commits = commits;
    }

    @Override
    public final Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public final Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new TellingProducer(config, commits);
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

    /** A producer is the first to know of a commit: it tells the tasks of its thread. */
    private static final class TellingProducer extends KafkaProducer<byte[], byte[]> {

        private final Timer commits;

        private TellingProducer(Map<String, Object> config, Timer commits) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
            this.commits = commits;
        }

        @Override
        public void commitTransaction() {
            long began = System.nanoTime();
            super.commitTransaction();
            commits.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            CommitHook.committed(System.currentTimeMillis());
        }
    }
}
