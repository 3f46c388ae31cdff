package tekton.budget.bench.crash;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Writes a topic that Budget reads, one record for each usage record. */
class KafkaSender extends Sender {

    private final Map<String, Object> settings;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaSender(
            Parts parts,
            SplittableRandom random,
            AckLog log,
            SenderShare share,
            String bootstrapServers) {
        super(parts, random, log, share);
        settings =
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4",
                        ProducerConfig.LINGER_MS_CONFIG, 5,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000,
                        ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    }

    @Override
    List<Shot> attempt(List<Shot> shots) throws IOException, InterruptedException {
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        List<Shot> open = new ArrayList<>();
        try {
            KafkaProducer<byte[], byte[]> writer = producer();
            int partitions = writer.partitionsFor(way.target()).size();
            for (Shot shot : shots) {
                answers.add(writer.send(record(shot, partitions)));
            }
        } catch (KafkaException e) {
            begin();
            retried(way.word() + ' ' + e.getClass().getSimpleName());
        }
        for (int i = 0; i < shots.size(); i++) {
            if (i >= answers.size() || !acknowledged(answers.get(i))) {
                open.add(shots.get(i));
            }
        }
        if (!open.isEmpty()) {
            begin();
        }
        return open;
    }

    /** As what a record is written. */
    ProducerRecord<byte[], byte[]> record(Shot shot, int partitions) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(way.target(), key(shot), ShotBodies.of(way, List.of(shot)));
        if (!way.contentType().isEmpty()) {
            record.headers()
                    .add("content-type", way.contentType().getBytes(StandardCharsets.UTF_8));
        }
        return record;
    }

    static byte[] key(Shot shot) {
        return shot.contextId().getBytes(StandardCharsets.UTF_8);
    }

    private boolean acknowledged(Future<RecordMetadata> answer) throws InterruptedException {
        try {
            answer.get();
            return true;
        } catch (ExecutionException e) {
            retried(way.word() + ' ' + String.valueOf(e.getCause()));
            return false;
        }
    }

    KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            open =
                    new KafkaProducer<>(
                            settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
        }
        return open;
    }

    /** A producer that has failed may stay failed, so the next attempt makes another. */
    private void begin() {
        KafkaProducer<byte[], byte[]> failed = producer;
        producer = null;
        if (failed != null) {
            failed.close(Duration.ZERO);
        }
    }

    @Override
    public void run() {
        super.run();
        begin();
    }
}
