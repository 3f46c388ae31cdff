package tekton.budget.metering.config;

import io.micrometer.core.instrument.Timer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.store.CommitHook;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
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
        return new TellingProducer(config);
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

    /** A transaction of a stream thread is committed; runs on that thread. */
    void committed() {
        CommitHook.committed(System.currentTimeMillis());
    }

    /**
     * A producer is the first to know of a commit: it tells the tasks of its thread. What would
     * write nothing and say the same offsets again is no commit: Streams asks for one whenever a
     * clock has called a processor, several times a second while nothing at all happens. Used by
     * its stream thread alone.
     */
    private final class TellingProducer extends KafkaProducer<byte[], byte[]> {

        private final Map<TopicPartition, OffsetAndMetadata> committedOffsets = new HashMap<>();
        private Map<TopicPartition, OffsetAndMetadata> openOffsets = Map.of();
        private boolean isWriting;

        private TellingProducer(Map<String, Object> config) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            isWriting = true;
            return super.send(record, callback);
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            if (isWriting || !committedOffsets.entrySet().containsAll(offsets.entrySet())) {
                isWriting = true;
                openOffsets = Map.copyOf(offsets);
                super.sendOffsetsToTransaction(offsets, group);
            }
        }

        @Override
        public void commitTransaction() {
            long began = System.nanoTime();
            super.commitTransaction();
            if (isWriting) {
                commits.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
                committedOffsets.putAll(openOffsets);
            }
            ended();
            committed();
        }

        @Override
        public void abortTransaction() {
            super.abortTransaction();
            ended();
        }

        private void ended() {
            openOffsets = Map.of();
            isWriting = false;
        }
    }
}
