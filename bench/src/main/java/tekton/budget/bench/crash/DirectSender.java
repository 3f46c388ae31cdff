package tekton.budget.bench.crash;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;

/**
 * Writes the usage topic itself; some records into a wrong partition, with a wrong key or with
 * none, and now and then something that is no usage record.
 */
final class DirectSender extends KafkaSender {

    private static final String TOPIC = WayIn.DIRECT.target();
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

    DirectSender(
            Parts parts,
            SplittableRandom random,
            AckLog log,
            SenderShare share,
            String bootstrapServers) {
        super(parts, random, log, share, bootstrapServers);
    }

    @Override
    ProducerRecord<byte[], byte[]> record(Shot shot, int partitions) {
        if (!shot.mayBeMisrouted() || random.nextInt(100) >= MISROUTED_PERCENT) {
            return super.record(shot, partitions);
        }
        byte[] key = key(shot);
        byte[] value = shot.json().getBytes(StandardCharsets.UTF_8);
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
}
