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

/**
 * Writes the usage topic itself; some records into a wrong partition, with a wrong key or with
 * none, and now and then something that is no usage record.
 */
final class DirectSender extends Sender {

    private static final String TOPIC = "budget.usage";
    private static final int MISROUTED_PERCENT = 10;
    private static final int POISON_PERMILLE = 100;

    private static final List<String> POISON =
            List.of(
                    "this is not JSON",
                    "{\"context_id\":\"poison\",\"component\":\"c\",\"provider\":\"p\",\"model\":\"m\","
                        + "\"input_tokens\":1,\"output_tokens\":1}",
                    "{\"record_id\":\"poison\",\"context_id\":\"poison\",\"component\":\"c\","
                            + "\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":-1,"
                            + "\"output_tokens\":1}",
                    "{\"record_id\":\"poison\",\"context_id\":\"poison\",\"component\":\"c\","
                            + "\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":1,"
                            + "\"output_tokens\":1,\"timestamp\":\"2001-01-01T00:00:00Z\"}");

    private final Map<String, Object> settings;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    DirectSender(
            Parts parts,
            SplittableRandom random,
            AckLog log,
            int atOnce,
            double perSecond,
            String bootstrapServers) {
        super(parts, random, log, atOnce, perSecond);
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
            int partitions = writer.partitionsFor(TOPIC).size();
            for (Shot shot : shots) {
                answers.add(writer.send(record(shot, partitions)));
            }
        } catch (KafkaException e) {
            begin();
            board.retried("direct " + e.getClass().getSimpleName());
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

    private boolean acknowledged(Future<RecordMetadata> answer) throws InterruptedException {
        try {
            answer.get();
            return true;
        } catch (ExecutionException e) {
            board.retried("direct " + String.valueOf(e.getCause()));
            return false;
        }
    }

    private ProducerRecord<byte[], byte[]> record(Shot shot, int partitions) {
        byte[] key = shot.contextId().getBytes(StandardCharsets.UTF_8);
        byte[] value = shot.json().getBytes(StandardCharsets.UTF_8);
        if (!shot.mayBeMisrouted() || random.nextInt(100) >= MISROUTED_PERCENT) {
            return new ProducerRecord<>(TOPIC, key, value);
        }
        board.misrouted.incrementAndGet();
        int anywhere = random.nextInt(partitions);
        return switch (random.nextInt(3)) {
            case 0 -> new ProducerRecord<>(TOPIC, anywhere, key, value);
            case 1 -> new ProducerRecord<>(TOPIC, anywhere, null, value);
            default -> {
                byte[] wrong = ("wrong-" + anywhere).getBytes(StandardCharsets.UTF_8);
                yield new ProducerRecord<>(TOPIC, wrong, value);
            }
        };
    }

    @Override
    boolean standsRight(Shot shot) {
        return !shot.mayBeMisrouted();
    }

    @Override
    void between() throws InterruptedException {
        if (random.nextInt(1_000) >= POISON_PERMILLE) {
            return;
        }
        byte[] poison = POISON.get(random.nextInt(POISON.size())).getBytes(StandardCharsets.UTF_8);
        try {
            producer().send(new ProducerRecord<>(TOPIC, poison)).get();
            board.poison.incrementAndGet();
        } catch (KafkaException | ExecutionException e) {
            // Nobody waits for this one.
            board.retried("direct poison");
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
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
