package tekton.budget.kafka.backup;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.kafka.KafkaClients;
import tekton.budget.kafka.backup.Manifest.SavedGroup;
import tekton.budget.kafka.backup.Manifest.SavedOffset;
import tekton.budget.kafka.backup.Manifest.SavedPartition;
import tekton.budget.kafka.backup.Manifest.SavedTopic;
import tekton.budget.kafka.backup.RecordFileReader.Block;
import tekton.budget.settings.KafkaConnection;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes a backup into a cluster that Budget has never written to: every record at its offset and
 * with its timestamp, and how far the groups had read. Reads all of it back before it says so.
 */
public final class BackupRestore {

    private static final int REQUEST_BYTES = 32 << 20;
    private static final int BATCH_BYTES = 512 << 10;
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration STALLED = Duration.ofSeconds(60);

    private final KafkaConnection kafka;
    private final BackupDirectory directory;
    private final Manifest manifest;
    private final Admin admin;
    private final BackupCluster cluster;
    private final Consumer<String> out;

    /** A partition of a topic, with records or without. */
    private record SavedPart(SavedTopic topic, SavedPartition saved) {

        TopicPartition partition() {
            return new TopicPartition(topic.name(), saved.partition());
        }
    }

    private BackupRestore(
            KafkaConnection kafka,
            BackupDirectory directory,
            Manifest manifest,
            Admin admin,
            Consumer<String> out) {
        this.kafka = kafka;
        this.directory = directory;
        this.manifest = manifest;
        this.admin = admin;
        this.cluster = new BackupCluster(admin);
        this.out = out;
    }

    /**
     * Checks the files, then restores. When it fails, the same call goes on: topics that are whole
     * stay, others are made anew.
     *
     * @param kafka an empty cluster; topics get as many copies as it says
     * @param path the backup's directory
     * @param version of this Budget; not older than the one that saved
     * @param out takes lines for the user
     * @throws BackupException if the backup is not whole or of a newer version, the cluster is not
     *     empty, or Kafka does not answer
     * @throws IOException if the files cannot be read
     */
    public static void run(KafkaConnection kafka, Path path, String version, Consumer<String> out)
            throws IOException, BackupException, InterruptedException {
        BackupCheck.run(path, out);
        BackupDirectory directory = BackupDirectory.open(path);
        Manifest manifest = directory.manifest();
        if (VersionOrder.isNewer(manifest.budgetVersion(), version)) {
            throw new BackupException(
                    "%s was saved by Budget %s (expected: %s or older)"
                            .formatted(path, manifest.budgetVersion(), version));
        }
        try (Admin admin = Admin.create(kafka.client())) {
            new BackupRestore(kafka, directory, manifest, admin, out).restore();
        } catch (KafkaException away) {
            throw BackupCluster.away(away);
        }
    }

    private void restore() throws IOException, BackupException, InterruptedException {
        cluster.awaitStopped(List.of(), out);
        RestoreTopics topics =
                new RestoreTopics(admin, cluster, manifest, directory.id(), kafka.replication());
        Set<String> unfinished = topics.make();
        List<SavedPart> parts =
                manifest.topics().stream()
                        .flatMap(
                                topic ->
                                        topic.partitions().stream()
                                                .map(saved -> new SavedPart(topic, saved)))
                        // The longest first: nothing is left waiting for it at the end.
                        .sorted(
                                Comparator.comparingLong(
                                        (SavedPart part) -> -part.saved().contentBytes()))
                        .toList();
        if (unfinished.size() < manifest.topics().size()) {
            out.accept(
                    "Going on: %d of %d topics are there"
                            .formatted(
                                    manifest.topics().size() - unfinished.size(),
                                    manifest.topics().size()));
        }
        TransferProgress writing = write(parts, unfinished);
        deletePrefixes(parts);
        TransferProgress reading = readBack(parts);
        moveGroups();
        topics.finish();
        out.accept(
                "Restored %,d records of %d topics, %,d MB of content: written in %.1f s, read back"
                                .formatted(
                                        manifest.records(),
                                        manifest.topics().size(),
                                        manifest.contentBytes() / 1_000_000,
                                        writing.seconds())
                        + " and found the same in %.1f s".formatted(reading.seconds()));
    }

    private TransferProgress write(List<SavedPart> parts, Set<String> unfinished)
            throws IOException, BackupException, InterruptedException {
        Queue<SavedPart> left = new ConcurrentLinkedQueue<>();
        parts.stream().filter(part -> unfinished.contains(part.topic().name())).forEach(left::add);
        TransferProgress progress =
                new TransferProgress(
                        "restored",
                        left.stream().mapToLong(part -> part.saved().records()).sum(),
                        out,
                        System::nanoTime);
        List<Callable<Void>> workers = new ArrayList<>();
        for (int i = 0; i < BackupJobs.AT_A_TIME; i++) {
            String id = "budget-restore-" + i;
            workers.add(
                    () -> {
                        write(left, id, progress);
                        return null;
                    });
        }
        BackupJobs.run(workers, progress);
        return progress;
    }

    private void write(Queue<SavedPart> left, String id, TransferProgress progress)
            throws IOException, BackupException, InterruptedException {
        Map<String, Object> config = producerConfig();
        Map<String, Object> transactions = producerConfig();
        transactions.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        transactions.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
        try (Producer<byte[], byte[]> plain = producer(config);
                Producer<byte[], byte[]> transactional = producer(transactions)) {
            transactional.initTransactions();
            for (SavedPart part = left.poll(); part != null; part = left.poll()) {
                write(part, plain, transactional, progress);
            }
        }
    }

    private static Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerConfig() {
        Map<String, Object> config = new HashMap<>(kafka.client());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES);
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        return config;
    }

    private void write(
            SavedPart part,
            Producer<byte[], byte[]> plain,
            Producer<byte[], byte[]> transactional,
            TransferProgress progress)
            throws IOException, BackupException, InterruptedException {
        SavedPartition saved = part.saved();
        PartitionRestore restore =
                new PartitionRestore(
                        cluster,
                        plain,
                        transactional,
                        part.partition(),
                        part.topic().keepsOffsets());
        if (saved.fileSha256() == null) {
            if (part.topic().keepsOffsets()) {
                restore.skipTo(saved.end());
            }
            return;
        }
        try (RecordFileReader reader = directory.reader(part.topic(), saved)) {
            boolean first = true;
            for (Block block = reader.read(); block != null; block = reader.read()) {
                if (first && part.topic().keepsOffsets()) {
                    restore.skipTo(block.records().getFirst().offset());
                }
                first = false;
                restore.write(block);
                progress.add(block.records().size());
            }
            restore.finish();
        }
        if (restore.next() != RestoreTopics.end(part.topic(), saved)) {
            throw new BackupException(
                    "%s ends at %d (expected: %d)"
                            .formatted(
                                    part.partition(),
                                    restore.next(),
                                    RestoreTopics.end(part.topic(), saved)));
        }
    }

    /** Up to where each began, or to its first record where compaction had left nothing before. */
    private void deletePrefixes(List<SavedPart> parts)
            throws IOException, BackupException, InterruptedException {
        Map<TopicPartition, RecordsToDelete> prefixes = new HashMap<>();
        for (SavedPart part : parts) {
            long first = part.topic().keepsOffsets() ? first(part) : 0;
            if (first > 0) {
                prefixes.put(part.partition(), RecordsToDelete.beforeOffset(first));
            }
        }
        BackupCluster.await(admin.deleteRecords(prefixes).all());
    }

    private long first(SavedPart part) throws IOException, BackupException {
        if (part.saved().fileSha256() == null) {
            return part.saved().end();
        }
        try (RecordFileReader reader = directory.reader(part.topic(), part.saved())) {
            Block block = reader.read();
            return block == null ? 0 : block.records().getFirst().offset();
        }
    }

    private TransferProgress readBack(List<SavedPart> parts)
            throws IOException, BackupException, InterruptedException {
        TransferProgress progress =
                new TransferProgress("read back", manifest.records(), out, System::nanoTime);
        List<Callable<Void>> jobs = new ArrayList<>();
        for (SavedPart part : parts) {
            if (part.saved().records() == 0) {
                continue;
            }
            jobs.add(
                    () -> {
                        readBack(part, progress);
                        return null;
                    });
        }
        BackupJobs.run(jobs, progress);
        return progress;
    }

    private void readBack(SavedPart part, TransferProgress progress) throws BackupException {
        TopicPartition partition = part.partition();
        SavedPartition saved = part.saved();
        ContentDigest content = new ContentDigest(part.topic().keepsOffsets());
        long end = RestoreTopics.end(part.topic(), saved);
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.reader(BackupSave.readerConfig(kafka))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long moved = System.nanoTime();
            for (long position = consumer.position(partition); position < end; ) {
                int count = 0;
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    byte[] bytes = SavedRecord.bytes(record);
                    content.add(bytes, 0, bytes.length);
                    count++;
                }
                progress.add(count);
                long reached = consumer.position(partition);
                if (reached > position) {
                    moved = System.nanoTime();
                } else if (System.nanoTime() - moved > STALLED.toNanos()) {
                    throw new BackupException(
                            "%s gives nothing behind %d for %d s"
                                    .formatted(partition, position, STALLED.toSeconds()));
                }
                position = reached;
            }
        }
        if (content.records() != saved.records() || !content.end().equals(saved.contentSha256())) {
            throw new BackupException(
                    "%s does not hold what was saved: %d records (expected: %d, of one SHA-256)"
                            .formatted(partition, content.records(), saved.records()));
        }
    }

    private void moveGroups() throws BackupException, InterruptedException {
        Set<String> restored =
                manifest.topics().stream().map(SavedTopic::name).collect(Collectors.toSet());
        for (SavedGroup group : manifest.groups()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            Set<String> elsewhere = new TreeSet<>();
            for (SavedOffset at : group.offsets()) {
                if (restored.contains(at.topic())) {
                    offsets.put(
                            new TopicPartition(at.topic(), at.partition()),
                            new OffsetAndMetadata(at.offset(), at.metadata()));
                } else {
                    elsewhere.add(at.topic());
                }
            }
            if (!elsewhere.isEmpty()) {
                out.accept(
                        "Not restored: how far group %s had read topics of others: %s"
                                .formatted(group.name(), elsewhere));
            }
            if (!offsets.isEmpty()) {
                BackupCluster.await(admin.alterConsumerGroupOffsets(group.name(), offsets).all());
            }
        }
    }
}
