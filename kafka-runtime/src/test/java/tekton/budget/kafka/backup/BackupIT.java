package tekton.budget.kafka.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.kafka.KafkaClients;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Topics with gaps of every kind, saved and restored on a real broker. */
class BackupIT {

    private static final String USAGE = "budget.usage";
    private static final String DECISIONS = "budget.decisions";
    private static final String CHANGELOG = "budget-ledger-ledger-changelog";
    private static final List<String> TOPICS = List.of(USAGE, DECISIONS, CHANGELOG);
    private static final TopicPartition OLD = new TopicPartition(USAGE, 0);
    private static final TopicPartition EMPTIED = new TopicPartition(USAGE, 1);

    @TempDir static Path directory;
    private static TestBroker broker;
    private static KafkaConnection kafka;
    private static Admin admin;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        kafka = KafkaConnection.plain(broker.bootstrapServers());
        admin = Admin.create(kafka.client());
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void shouldRestoreEveryRecordAtItsOffset() throws Exception {
        Path backup = directory.resolve("backup");
        List<String> said = new ArrayList<>();
        fill();
        Map<TopicPartition, List<String>> before = contents();
        Map<TopicPartition, OffsetAndMetadata> read =
                Map.of(
                        OLD,
                        new OffsetAndMetadata(17, "as of then"),
                        new TopicPartition("of.others", 0),
                        new OffsetAndMetadata(3));
        done(admin.alterConsumerGroupOffsets("budget-metering", read).all());
        Map<String, Map<String, String>> configs = new BackupCluster(admin).configs(TOPICS);

        BackupSave.run(kafka, backup, "0.1.0", said::add);
        BackupCheck.run(backup, said::add);

        assertThatThrownBy(() -> BackupRestore.run(kafka, backup, "0.1.0", said::add))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("has records or has had some");
        assertThat(contents()).isEqualTo(before);
        assertThatThrownBy(() -> BackupRestore.run(kafka, backup, "0.0.9", said::add))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("was saved by Budget 0.1.0 (expected: 0.0.9 or older)");

        delete(List.of(USAGE, DECISIONS, CHANGELOG, "of.others"));
        BackupRestore.run(kafka, backup, "0.1.0", said::add);

        requireSame(before, configs);
        assertThat(committed("budget-metering"))
                .isEqualTo(Map.of(OLD, new OffsetAndMetadata(17, "as of then")));
        assertThat(said)
                .contains(
                        "Not restored: how far group budget-metering had read topics of others:"
                                + " [of.others]");

        // As after a restore that ended halfway.
        String id = BackupDirectory.open(backup).id();
        delete(List.of(DECISIONS));
        done(admin.createTopics(List.of(new NewTopic("budget-restore-" + id, 1, (short) 1))).all());
        BackupRestore.run(kafka, backup, "0.1.0", said::add);

        assertThat(said).contains("Going on: 2 of 3 topics are there");
        requireSame(before, configs);
        assertThat(done(admin.listTopics().names()))
                .noneMatch(name -> name.startsWith("budget-restore-"));
    }

    private static void requireSame(
            Map<TopicPartition, List<String>> before, Map<String, Map<String, String>> configs)
            throws Exception {
        Map<TopicPartition, List<String>> after = contents();
        for (Map.Entry<TopicPartition, List<String>> partition : before.entrySet()) {
            assertThat(after.get(partition.getKey()))
                    .as(partition.getKey().toString())
                    .isEqualTo(partition.getValue());
        }
        assertThat(after.keySet()).isEqualTo(before.keySet());
        Map<String, Map<String, String>> now =
                new TreeMap<>(new BackupCluster(admin).configs(TOPICS));
        assertThat(now).isEqualTo(new TreeMap<>(configs));
        // The next record comes where it would have come.
        BackupCluster cluster = new BackupCluster(admin);
        assertThat(cluster.begins(List.of(OLD, EMPTIED))).isEqualTo(Map.of(OLD, 5L, EMPTIED, 4L));
        assertThat(cluster.ends(List.of(EMPTIED))).isEqualTo(Map.of(EMPTIED, 4L));
    }

    private static void fill() throws Exception {
        done(
                admin.createTopics(
                                List.of(
                                        topic(
                                                USAGE,
                                                Map.of(
                                                        "message.timestamp.type",
                                                        "LogAppendTime",
                                                        "min.insync.replicas",
                                                        "1",
                                                        "retention.ms",
                                                        "604800000")),
                                        topic(DECISIONS, Map.of("min.insync.replicas", "1")),
                                        topic(
                                                CHANGELOG,
                                                Map.of(
                                                        "cleanup.policy",
                                                        "compact",
                                                        "min.insync.replicas",
                                                        "1")),
                                        topic("of.others", Map.of())))
                        .all());
        Map<String, Object> config = kafka.client();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> plain = producer(config)) {
            for (int i = 0; i < 40; i++) {
                sent.add(plain.send(record(OLD, "plain", i)));
            }
            for (int i = 0; i < 4; i++) {
                sent.add(plain.send(record(EMPTIED, "gone", i)));
            }
        }
        done(
                admin.deleteRecords(
                                Map.of(
                                        OLD, RecordsToDelete.beforeOffset(5),
                                        EMPTIED, RecordsToDelete.beforeOffset(4)))
                        .all());
        config.put("transactional.id", "a-writer");
        try (KafkaProducer<byte[], byte[]> producer = producer(config)) {
            producer.initTransactions();
            writeTransactions(producer, sent);
        }
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    /** Committed and aborted ones of any length, in one partition or in both. */
    private static void writeTransactions(
            KafkaProducer<byte[], byte[]> producer, List<Future<RecordMetadata>> sent) {
        Random random = new Random(19);
        for (int i = 0; i < 120; i++) {
            String topic = random.nextInt(4) == 0 ? CHANGELOG : DECISIONS;
            producer.beginTransaction();
            int records = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 3);
            for (int j = 0; j < records; j++) {
                int partition = i % 3 == 0 ? j % 2 : i % 2;
                sent.add(producer.send(record(new TopicPartition(topic, partition), "t" + i, j)));
            }
            producer.flush();
            if (random.nextInt(3) == 0) {
                producer.abortTransaction();
            } else {
                producer.commitTransaction();
            }
        }
        // Alone in its block: the gap of one offset behind the only record.
        producer.beginTransaction();
        sent.add(producer.send(record(new TopicPartition(DECISIONS, 2), "alone", 0)));
        producer.commitTransaction();
        // Nothing to be seen at all.
        producer.beginTransaction();
        sent.add(producer.send(record(new TopicPartition(DECISIONS, 3), "aborted", 0)));
        producer.flush();
        producer.abortTransaction();
    }

    private static NewTopic topic(String name, Map<String, String> config) {
        return new NewTopic(name, 4, (short) 1).configs(config);
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> record(
            TopicPartition partition, String key, int number) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        bytes(key),
                        number % 5 == 4 ? null : bytes("value " + number));
        record.headers().add("n", bytes(String.valueOf(number))).add("none", null);
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T done(KafkaFuture<T> future) throws Exception {
        return future.get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    private static void delete(List<String> topics) throws Exception {
        done(admin.deleteTopics(topics).all());
        Patience.await(() -> done(admin.listTopics().names()).stream().noneMatch(topics::contains));
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(String group) throws Exception {
        return done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    /** What a reader of what is committed sees; where offsets are kept, with them and the end. */
    private static Map<TopicPartition, List<String>> contents() throws Exception {
        Map<TopicPartition, List<String>> contents = new HashMap<>();
        for (String topic : TOPICS) {
            boolean offsets = Manifest.SavedTopic.keepsOffsets(topic);
            for (int i = 0; i < 4; i++) {
                TopicPartition partition = new TopicPartition(topic, i);
                contents.put(partition, content(partition, offsets));
            }
        }
        return contents;
    }

    private static List<String> content(TopicPartition partition, boolean offsets) {
        List<String> content = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.reader(KafkaClients.readerConfig(kafka, "a-test"))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    String bytes = HexFormat.of().formatHex(SavedRecord.bytes(record));
                    content.add(offsets ? bytes : bytes.substring(16));
                }
            }
            if (offsets) {
                content.add("ends at " + end);
            }
        }
        return content;
    }
}
