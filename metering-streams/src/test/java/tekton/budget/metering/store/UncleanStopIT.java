package tekton.budget.metering.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.state.internals.OffsetCheckpoint;
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

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MeteringMetrics metrics = new MeteringMetrics(registry);

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
                Patience.await(() -> isCounted(metering, Dimension.USER, "ann", ids + 1));
                Patience.await(() -> metrics.usage().duplicates().count() == duplicates + 3);
                assertThat(databases).isNotEmpty().isEqualTo(identities(task));
            }
        }
    }

    /**
     * What a version leaves that did not count users: nothing is wiped, and users are counted from
     * then on.
     */
    @Test
    void shouldGoOnFromADirectoryWithoutAStoreOfUsers() throws Exception {
        try (TestBroker broker = TestBroker.start();
                KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            try (Metering metering = Metering.start(settings(broker, directory), metrics)) {
                for (int i = 0; i < 100; i++) {
                    Future<RecordMetadata> _ =
                            producer.send(record("{\"record_id\":\"r%d\",".formatted(i)));
                }
                awaitCounted(metering, 100);
            }
            Path task = takeUsersAway();
            List<String> databases = identities(task);
            double restored = restored();

            try (Metering metering = Metering.start(settings(broker, directory), metrics)) {
                awaitCounted(metering, 100);
                write(producer, 100);
                awaitCounted(metering, 101);

                assertThat(databases).isNotEmpty().isEqualTo(identities(task));
                assertThat(restored()).isEqualTo(restored);
                Patience.await(() -> isCounted(metering, Dimension.USER, "ann", 1));
            }
        }
    }

    /** Takes the store of users out of every task; returns the task that has ids. */
    private Path takeUsersAway() throws IOException {
        for (Path file : files(directory, ".checkpoint")) {
            OffsetCheckpoint checkpoint = new OffsetCheckpoint(file.toFile());
            Map<TopicPartition, Long> offsets = checkpoint.read();
            offsets.keySet().removeIf(each -> each.topic().contains(Stores.USER_CELLS));
            checkpoint.write(offsets);
        }
        for (Path store : files(directory, Stores.USER_CELLS)) {
            Utils.delete(store.toFile());
        }
        Path ids =
                files(directory, "IDENTITY").stream()
                        .filter(UncleanStopIT::isOfIds)
                        .findFirst()
                        .orElseThrow();
        while (!ids.endsWith("rocksdb")) {
            ids = ids.getParent();
        }
        assertThat(ids.resolveSibling(".checkpoint")).exists();
        return ids.getParent();
    }

    private static boolean isOfIds(Path file) {
        return file.toString().contains(Stores.IDS);
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
        Patience.await(() -> isCounted(metering, Dimension.CONTEXT, CONTEXT, records));
    }

    private static boolean isCounted(
            Metering metering, Dimension dimension, String id, int records) {
        return metering.totals().allTime(dimension, id, Consistency.NOTHING)
                        instanceof Found<Totals>(Totals totals)
                && totals.recordCount() == records;
    }

    private double restored() {
        return registry.get("budget.restored.records")
                .tag("application", "metering")
                .counter()
                .count();
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, int id) {
        Future<RecordMetadata> _ =
                producer.send(record("{\"record_id\":\"r%d\",\"user_id\":\"ann\",".formatted(id)));
    }

    private static ProducerRecord<byte[], byte[]> record(String begin) {
        String json =
                "%s\"context_id\":\"%s\",\"component\":\"c\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":1}"
                        .formatted(begin, CONTEXT);
        return new ProducerRecord<>(
                Topics.USAGE_REPORTED.name(),
                Partitions.of(CONTEXT, 6),
                CONTEXT.getBytes(StandardCharsets.UTF_8),
                json.getBytes(StandardCharsets.UTF_8));
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
