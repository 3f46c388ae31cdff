package tekton.budget.metering.figures;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.metering.store.CommitHook;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The transactions that an application's stream threads have committed. Their producers are made
 * here, because a producer is the first to know: it tells the tasks of its thread. Any thread.
 */
public final class CommitCounts {

    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** A producer for one stream thread, as Streams would make it, that counts its commits here. */
    public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return new Counting(config);
    }

    long count() {
        return count.sum();
    }

    /** How long the commits took in all. */
    long nanos() {
        return nanos.sum();
    }

    private final class Counting extends KafkaProducer<byte[], byte[]> {

        private Counting(Map<String, Object> config) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void commitTransaction() {
            long began = System.nanoTime();
            super.commitTransaction();
            nanos.add(System.nanoTime() - began);
            count.increment();
            CommitHook.committed(System.currentTimeMillis());
        }
    }
}
