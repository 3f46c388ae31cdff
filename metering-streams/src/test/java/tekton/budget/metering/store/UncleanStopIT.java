package tekton.budget.metering.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** What a kill leaves of the ids, on a real broker. */
class UncleanStopIT {

    private static final String CONTEXT = "one";
    private static final int BEYOND_THE_MARK = 5_000;

    @TempDir Path directory;

    private final MeteringMetrics metrics = new MeteringMetrics(new SimpleMeterRegistry());

    @Test
    void shouldKeepMarkedIdsOverAKillAndRestoreTheRest() throws Exception {
        int ids = DedupStore.MARK_IDS + BEYOND_THE_MARK;
        Path killed = directory.resolve("killed");
        try (TestBroker broker = TestBroker.start();
                KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            Path running = directory.resolve("running");
            try (Metering metering = Metering.start(settings(broker, running), metrics)) {
                for (int i = 0; i < DedupStore.MARK_IDS; i++) {
                    write(producer, i);
                }
                awaitCounted(metering, DedupStore.MARK_IDS);
                Patience.await(() -> files(running, "budget-id-mark").size() == 1);
                for (int i = DedupStore.MARK_IDS; i < ids; i++) {
                    write(producer, i);
                }
                awaitCounted(metering, ids);
                // Nothing happens any more: this is what the files of a killed process are.
                copy(running, killed);
            }
            Path task = files(killed, "budget-id-mark").getFirst().resolve("../../..").normalize();
            assertThat(task.resolve(".checkpoint")).doesNotExist();
            List<String> databases = identities(task);

            try (Metering metering = Metering.start(settings(broker, killed), metrics)) {
                awaitCounted(metering, ids);
                double duplicates = metrics.usage().duplicates().count();
                write(producer, 0);
                write(producer, DedupStore.MARK_IDS - 1);
                write(producer, ids - 1);
                write(producer, ids);

                awaitCounted(metering, ids + 1);
                Patience.await(() -> metrics.usage().duplicates().count() == duplicates + 3);
                assertThat(databases).isNotEmpty().isEqualTo(identities(task));
            }
        }
    }

    /** RocksDB gives every database a name when it is made: one that was wiped has another. */
    private static List<String> identities(Path task) throws IOException {
        return files(task.resolve("rocksdb").resolve(Stores.IDS), "IDENTITY").stream()
                .map(UncleanStopIT::text)
                .toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> files(Path root, String name) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> file.endsWith(name)).sorted().toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }

    private static void awaitCounted(Metering metering, int records) {
        Patience.await(
                () ->
                        metering.totals().allTime(Dimension.CONTEXT, CONTEXT, Consistency.NOTHING)
                                        instanceof Found<Totals>(Totals totals)
                                && totals.recordCount() == records);
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, int id) {
        String json =
                "{\"record_id\":\"r%d\",\"context_id\":\"%s\",\"component\":\"c\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":1}"
                        .formatted(id, CONTEXT);
        Future<RecordMetadata> _ =
                producer.send(
                        new ProducerRecord<>(
                                Topics.USAGE_REPORTED.name(),
                                Partitions.of(CONTEXT, 6),
                                CONTEXT.getBytes(StandardCharsets.UTF_8),
                                json.getBytes(StandardCharsets.UTF_8)));
    }

    private static KafkaProducer<byte[], byte[]> producer(TestBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static MeteringSettings settings(TestBroker broker, Path stateDirectory)
            throws IOException {
        return MeteringSettings.of(broker.bootstrapServers(), stateDirectory, "localhost:8013");
    }
}
