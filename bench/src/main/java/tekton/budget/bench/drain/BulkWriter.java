package tekton.budget.bench.drain;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.bench.load.RecordTemplate;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Writes the usage topic as fast as one idempotent producer can. */
public final class BulkWriter {

    private static final String TOPIC = "budget.usage";
    private static final long TELL_EVERY_NANOS = 10_000_000_000L;

    private BulkWriter() {}

    /**
     * Writes records numbered from 0.
     *
     * @return records per second
     * @throws IOException if one was not acknowledged
     */
    public static double write(String bootstrapServers, RecordTemplate template, long records)
            throws IOException {
        Map<String, Object> settings =
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.LINGER_MS_CONFIG,
                        10,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        64L << 20);
        AtomicReference<String> failed = new AtomicReference<>("");
        Callback callback =
                (metadata, e) -> {
                    if (e != null) {
                        failed.set(e.toString());
                    }
                };
        long begun = System.nanoTime();
        long told = begun;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long i = 0; i < records && failed.get().isEmpty(); i++) {
                byte[] value = new byte[template.size()];
                template.write(i, value, 0);
                var _ =
                        producer.send(
                                new ProducerRecord<>(TOPIC, template.key(i), value), callback);
                if ((i & 0xFFFF) == 0 && System.nanoTime() - told > TELL_EVERY_NANOS) {
                    told = System.nanoTime();
                    System.out.printf(
                            Locale.ROOT,
                            "writing     %,d of %,d, %,.0f/s%n",
                            i,
                            records,
                            i / ((told - begun) / 1e9));
                }
            }
            producer.flush();
        }
        if (!failed.get().isEmpty()) {
            throw new IOException("direct records: " + failed.get());
        }
        return records / ((System.nanoTime() - begun) / 1e9);
    }
}
