package tekton.budget.kafka.backup;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

import tekton.budget.kafka.KafkaClients;
import tekton.budget.kafka.backup.Manifest.SavedGroup;
import tekton.budget.kafka.backup.Manifest.SavedOffset;
import tekton.budget.kafka.backup.Manifest.SavedPartition;
import tekton.budget.kafka.backup.Manifest.SavedTopic;
import tekton.budget.settings.KafkaConnection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Writes every topic of Budget, and how far its groups have read, into a directory. Budget is
 * stopped meanwhile: only then do changelogs, positions and what is on its way belong together.
 */
public final class BackupSave {

    private static final Duration POLL = Duration.ofMillis(500);

    /** A partition that gives nothing for so long is given up. */
    private static final Duration STALLED = Duration.ofSeconds(60);

    private static final int FETCH_BYTES = 4 << 20;

    private final KafkaConnection kafka;
    private final BackupDirectory directory;
    private final Consumer<String> out;

    private BackupSave(KafkaConnection kafka, BackupDirectory directory, Consumer<String> out) {
        this.kafka = kafka;
        this.directory = directory;
        this.out = out;
    }

    /**
     * Saves. A directory without sums is what remains when it fails; the next save into it begins
     * anew.
     *
     * @param path a directory that is new, empty, or left by a save that failed
     * @param version of this Budget
     * @param out takes lines for the user
     * @throws BackupException if Budget runs, Kafka does not answer, or the directory holds
     *     something else
     * @throws IOException if the files cannot be written
     */
    public static void run(KafkaConnection kafka, Path path, String version, Consumer<String> out)
            throws IOException, BackupException, InterruptedException {
        BackupDirectory directory = BackupDirectory.create(path);
        try (Admin admin = Admin.create(kafka.client())) {
            new BackupSave(kafka, directory, out).save(admin, version);
        }
    }

    private void save(Admin admin, String version)
            throws IOException, BackupException, InterruptedException {
        BackupCluster cluster = new BackupCluster(admin);
        List<String> names = cluster.topics();
        if (names.isEmpty()) {
            throw new BackupException(
                    "there is no topic of Budget's on " + kafka.bootstrapServers());
        }
        Map<String, Integer> counts = cluster.partitions(names);
        List<TopicPartition> partitions = new ArrayList<>();
        counts.forEach(
                (topic, count) -> {
                    for (int i = 0; i < count; i++) {
                        partitions.add(new TopicPartition(topic, i));
                    }
                });
        cluster.awaitStopped(partitions, out);
        Map<TopicPartition, Long> ends = cluster.ends(partitions);
        Map<TopicPartition, Long> begins = cluster.begins(partitions);
        List<SavedGroup> groups = groups(admin, cluster);
        long offsets = ends.values().stream().mapToLong(Long::longValue).sum();
        offsets -= begins.values().stream().mapToLong(Long::longValue).sum();
        TransferProgress progress = new TransferProgress("saved", offsets, out, System::nanoTime);
        List<Callable<SavedPartition>> jobs = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            jobs.add(() -> save(partition, begin, end, progress));
        }
        List<SavedPartition> saved = BackupJobs.run(jobs, progress);
        if (!cluster.ends(partitions).equals(ends)) {
            throw new BackupException(
                    "somebody has written to Budget's topics meanwhile: stop every process of"
                            + " Budget and save again");
        }
        Manifest manifest =
                new Manifest(
                        Manifest.FORMAT,
                        version,
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        BackupCluster.await(admin.describeCluster().clusterId()),
                        topics(counts, cluster.configs(names), saved),
                        groups);
        directory.finish(manifest);
        out.accept(
                "Saved %,d records of %d topics, %,d MB of content, in %.1f s: %s"
                        .formatted(
                                manifest.records(),
                                names.size(),
                                manifest.contentBytes() / 1_000_000,
                                progress.seconds(),
                                directory.path()));
    }

    private static List<SavedTopic> topics(
            Map<String, Integer> counts,
            Map<String, Map<String, String>> configs,
            List<SavedPartition> saved) {
        List<SavedTopic> topics = new ArrayList<>();
        int from = 0;
        for (Map.Entry<String, Integer> topic : counts.entrySet()) {
            int to = from + topic.getValue();
            topics.add(
                    new SavedTopic(
                            topic.getKey(),
                            configs.getOrDefault(topic.getKey(), Map.of()),
                            saved.subList(from, to)));
            from = to;
        }
        return topics;
    }

    private static List<SavedGroup> groups(Admin admin, BackupCluster cluster)
            throws BackupException, InterruptedException {
        List<SavedGroup> groups = new ArrayList<>();
        for (String group : cluster.groups()) {
            List<SavedOffset> offsets = new ArrayList<>();
            Map<TopicPartition, OffsetAndMetadata> committed =
                    BackupCluster.await(
                            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            committed.forEach(
                    (partition, at) ->
                            offsets.add(
                                    new SavedOffset(
                                            partition.topic(),
                                            partition.partition(),
                                            at.offset(),
                                            at.metadata())));
            groups.add(new SavedGroup(group, offsets));
        }
        return groups;
    }

    private SavedPartition save(
            TopicPartition partition, long begin, long end, TransferProgress progress)
            throws IOException, BackupException {
        boolean keepsOffsets = SavedTopic.keepsOffsets(partition.topic());
        Path file = directory.file(partition.topic(), partition.partition());
        SavedPartition saved;
        try (RecordFileWriter writer = new RecordFileWriter(file, keepsOffsets)) {
            copy(partition, begin, end, writer, progress);
            saved = writer.finish(partition.partition(), begin, end);
        }
        if (saved.fileSha256() == null) {
            Files.delete(file);
        }
        return saved;
    }

    private void copy(
            TopicPartition partition,
            long begin,
            long end,
            RecordFileWriter writer,
            TransferProgress progress)
            throws IOException, BackupException {
        if (begin == end) {
            return;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.reader(readerConfig(kafka))) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, begin);
            long position = begin;
            long moved = System.nanoTime();
            while (position < end) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    writer.append(record);
                }
                long reached = consumer.position(partition);
                progress.add(reached - position);
                if (reached > position) {
                    moved = System.nanoTime();
                } else if (System.nanoTime() - moved > STALLED.toNanos()) {
                    throw new BackupException(
                            "%s gives nothing behind %d for %d s"
                                    .formatted(partition, position, STALLED.toSeconds()));
                }
                position = reached;
            }
        } catch (OffsetOutOfRangeException removed) {
            throw new BackupException(
                    partition + ": Kafka has removed old records meanwhile: save again", removed);
        }
    }

    /** Much at a time; only what is committed. */
    static Map<String, Object> readerConfig(KafkaConnection kafka) {
        Map<String, Object> config =
                new HashMap<>(KafkaClients.readerConfig(kafka, "budget-backup"));
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        return config;
    }
}
