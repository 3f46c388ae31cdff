package tekton.budget.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a killed broker left is a copy of its directory, taken while it runs. */
class StaleRegistrationIT {

    private static final long LIMIT_SECONDS = 60;
    private static final String TOPIC = "kept";

    @TempDir private Path directory;
    private Path live;
    private Path killed;

    @BeforeEach
    void setUp() {
        live = directory.resolve("live");
        killed = directory.resolve("killed");
    }

    @Test
    void killedBrokerIsFencedBeforeTheNextBegins() throws Exception {
        leaveKilledBroker();
        Path configuration = configuration(killed);
        assertThat(registeredAndFenced()).as("what the kill leaves").isFalse();

        assertThat(StaleRegistration.end(properties(configuration))).isTrue();

        assertThat(registeredAndFenced()).isTrue();
    }

    @Test
    void brokerGoesOnWhereTheKilledOneEndedWithoutEverLeadingByItsRegistration() throws Exception {
        leaveKilledBroker();
        Path configuration = configuration(killed);

        try (Broker next = Broker.start(configuration)) {
            assertThat(recordsIn(configuration)).isEqualTo(1);
        }

        // Each life of the controller has an epoch of its own.
        assertThat(epochOfLastRegistration()).isGreaterThan(epochOfFencing());
    }

    @Test
    void brokerStoppedInOrderHasNoneToEnd() throws Exception {
        Path configuration = configuration(killed);
        Broker.start(configuration).close();

        assertThat(StaleRegistration.end(properties(configuration))).isFalse();
    }

    @Test
    void newDirectoryHasNoneToEnd() throws Exception {
        assertThat(StaleRegistration.end(properties(configuration(killed)))).isFalse();
    }

    private void leaveKilledBroker() throws Exception {
        Path configuration = configuration(live);
        try (Broker broker = Broker.start(configuration);
                Admin admin = Admin.create(clients(configuration));
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                clients(configuration),
                                new StringSerializer(),
                                new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                    .all()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            producer.send(new ProducerRecord<>(TOPIC, "value"))
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            copy(live.resolve("data"), killed.resolve("data"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copied = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(file, copied);
                }
            }
        }
    }

    private static Path configuration(Path of) throws IOException {
        List<Integer> ports = FreePorts.find(2);
        return BrokerProperties.write(of, ports.get(0), ports.get(1), Map.of());
    }

    private static Properties properties(Path configuration) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(configuration)) {
            properties.load(reader);
        }
        return properties;
    }

    private static Map<String, Object> clients(Path configuration) throws IOException {
        String listener = properties(configuration).getProperty("advertised.listeners");
        return Map.of("bootstrap.servers", listener.replace("PLAINTEXT://", ""));
    }

    private static long recordsIn(Path configuration) throws Exception {
        try (Admin admin = Admin.create(clients(configuration))) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            Map<TopicPartition, ListOffsetsResultInfo> ends =
                    admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .all()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return ends.get(partition).offset();
        }
    }

    /** What the last record about the broker in the controller's log says. */
    private boolean registeredAndFenced() throws IOException {
        boolean fenced = true;
        for (Said said : controllerLog()) {
            if (said.message() instanceof RegisterBrokerRecord registered) {
                fenced = registered.fenced();
            } else if (said.message() instanceof BrokerRegistrationChangeRecord changed
                    && changed.fenced() != 0) {
                fenced = changed.fenced() > 0;
            }
        }
        return fenced;
    }

    /** Of the controller that registered the broker last. */
    private int epochOfLastRegistration() throws IOException {
        return controllerLog().stream()
                .filter(said -> said.message() instanceof RegisterBrokerRecord)
                .mapToInt(Said::epoch)
                .max()
                .orElseThrow();
    }

    /** Of the controller that fenced the killed broker: the first that fenced any. */
    private int epochOfFencing() throws IOException {
        return controllerLog().stream()
                .filter(
                        said ->
                                said.message() instanceof BrokerRegistrationChangeRecord changed
                                        && changed.fenced() > 0)
                .mapToInt(Said::epoch)
                .min()
                .orElseThrow();
    }

    private record Said(int epoch, ApiMessage message) {}

    private List<Said> controllerLog() throws IOException {
        Path log =
                killed.resolve("data")
                        .resolve("__cluster_metadata-0")
                        .resolve("00000000000000000000.log");
        List<Said> all = new ArrayList<>();
        try (FileRecords records = FileRecords.open(log.toFile(), false)) {
            for (RecordBatch batch : records.batches()) {
                if (batch.isControlBatch()) {
                    continue;
                }
                for (Record record : batch) {
                    ByteBufferAccessor value = new ByteBufferAccessor(record.value());
                    all.add(
                            new Said(
                                    batch.partitionLeaderEpoch(),
                                    MetadataRecordSerde.INSTANCE
                                            .read(value, record.valueSize())
                                            .message()));
                }
            }
        }
        return all;
    }
}
