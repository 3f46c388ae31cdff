package tekton.budget.kafka.backup;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.kafka.backup.Manifest.SavedPartition;
import tekton.budget.kafka.backup.Manifest.SavedTopic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The topics of a restore, from nothing to what they were. Until the end they take the records'
 * timestamps and remove nothing; the topic {@code budget-restore-<id>} says which backup is being
 * restored. An instance of Budget that is started meanwhile refuses such topics.
 */
final class RestoreTopics {

    private static final String RESTORE = "budget-restore-";

    private static final int RECORD_BYTES = 16 << 20;

    private static final String ANY = String.valueOf(Long.MAX_VALUE);

    /** Above all what a topic is made with. */
    private static final Map<String, String> MEANWHILE =
            Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_DELETE,
                    TopicConfig.RETENTION_MS_CONFIG,
                    "-1",
                    TopicConfig.RETENTION_BYTES_CONFIG,
                    "-1",
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    "CreateTime",
                    TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    ANY,
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    ANY,
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    String.valueOf(RECORD_BYTES));

    private static final Duration GONE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Admin admin;
    private final BackupCluster cluster;
    private final Manifest manifest;
    private final String marker;
    private final int replication;

    RestoreTopics(
            Admin admin, BackupCluster cluster, Manifest manifest, String id, int replication) {
        this.admin = admin;
        this.cluster = cluster;
        this.manifest = manifest;
        this.marker = RESTORE + id;
        this.replication = replication;
    }

    /**
     * Makes those topics that an earlier try of the same restore has not finished.
     *
     * @return their names
     * @throws BackupException if the cluster is not empty, or another backup is being restored
     */
    Set<String> make() throws BackupException, InterruptedException {
        Set<String> all = BackupCluster.await(admin.listTopics().names());
        for (String name : all) {
            if (name.startsWith(RESTORE) && !name.equals(marker)) {
                throw new BackupException(
                        "the restore of another backup has not ended there: delete the topic %s and"
                                        .formatted(name)
                                + " all of Budget's, or go on with that backup");
            }
        }
        List<String> existing = cluster.topics();
        Map<TopicPartition, Long> ends = ends(existing);
        boolean again = all.contains(marker);
        if (again) {
            setMeanwhile(existing);
        } else {
            requireEmpty(ends);
        }
        Set<String> unfinished = new HashSet<>();
        List<String> remove = new ArrayList<>();
        for (SavedTopic topic : manifest.topics()) {
            if (!again || !isWhole(topic, ends)) {
                unfinished.add(topic.name());
            }
        }
        for (String name : existing) {
            if (unfinished.contains(name) || !isSaved(name)) {
                remove.add(name);
            }
        }
        if (!again) {
            create(List.of(new NewTopic(marker, 1, (short) replication)));
        }
        remove(remove);
        create(
                manifest.topics().stream()
                        .filter(topic -> unfinished.contains(topic.name()))
                        .map(this::newTopic)
                        .toList());
        return unfinished;
    }

    private static void requireEmpty(Map<TopicPartition, Long> ends) throws BackupException {
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (end.getValue() > 0) {
                throw new BackupException(
                        "%s has records or has had some (expected: a cluster that Budget has never"
                                        .formatted(end.getKey())
                                + " written to)");
            }
        }
    }

    private boolean isSaved(String name) {
        return manifest.topics().stream().anyMatch(topic -> topic.name().equals(name));
    }

    /** Where a partition ends when all of it is there. */
    static long end(SavedTopic topic, SavedPartition partition) {
        return topic.keepsOffsets() ? partition.end() : partition.records();
    }

    private static boolean isWhole(SavedTopic topic, Map<TopicPartition, Long> ends) {
        return topic.partitions().stream()
                .allMatch(
                        partition ->
                                ends.getOrDefault(
                                                new TopicPartition(
                                                        topic.name(), partition.partition()),
                                                -1L)
                                        == end(topic, partition));
    }

    private Map<TopicPartition, Long> ends(Collection<String> topics)
            throws BackupException, InterruptedException {
        List<TopicPartition> partitions = new ArrayList<>();
        cluster.partitions(topics)
                .forEach(
                        (topic, count) -> {
                            for (int i = 0; i < count; i++) {
                                partitions.add(new TopicPartition(topic, i));
                            }
                        });
        return cluster.ends(partitions);
    }

    private NewTopic newTopic(SavedTopic topic) {
        Map<String, String> config = new HashMap<>(saved(topic));
        config.putAll(MEANWHILE);
        return new NewTopic(topic.name(), topic.partitions().size(), (short) replication)
                .configs(config);
    }

    /** What it had, for as many copies as the settings say. */
    private Map<String, String> saved(SavedTopic topic) {
        Map<String, String> config = new HashMap<>(topic.config());
        config.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                String.valueOf(TopicProvisioning.minInSync(replication)));
        return config;
    }

    private void create(List<NewTopic> topics) throws BackupException, InterruptedException {
        BackupCluster.await(admin.createTopics(topics).all());
        awaitListed(topics.stream().map(NewTopic::name).toList(), true);
    }

    private void remove(List<String> names) throws BackupException, InterruptedException {
        BackupCluster.await(admin.deleteTopics(names).all());
        awaitListed(names, false);
    }

    private void awaitListed(Collection<String> names, boolean listed)
            throws BackupException, InterruptedException {
        long deadline = System.nanoTime() + GONE_TIMEOUT.toNanos();
        while (true) {
            Set<String> all = BackupCluster.await(admin.listTopics().names());
            if (names.stream().allMatch(name -> all.contains(name) == listed)) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BackupException(
                        "Kafka has not %s topics within %d s"
                                .formatted(listed ? "made" : "deleted", GONE_TIMEOUT.toSeconds()));
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private void setMeanwhile(Collection<String> topics)
            throws BackupException, InterruptedException {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String topic : topics) {
            changes.put(
                    BackupCluster.resource(topic),
                    MEANWHILE.entrySet().stream()
                            .map(one -> set(one.getKey(), one.getValue()))
                            .toList());
        }
        BackupCluster.await(admin.incrementalAlterConfigs(changes).all());
    }

    /** Gives the topics back what they had. The restore is over, and Budget can start. */
    void finish() throws BackupException, InterruptedException {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (SavedTopic topic : manifest.topics()) {
            Map<String, String> saved = saved(topic);
            List<AlterConfigOp> ops = new ArrayList<>();
            for (String name : MEANWHILE.keySet()) {
                String value = saved.get(name);
                ops.add(
                        value == null
                                ? new AlterConfigOp(
                                        new ConfigEntry(name, ""), AlterConfigOp.OpType.DELETE)
                                : set(name, value));
            }
            changes.put(BackupCluster.resource(topic.name()), ops);
        }
        BackupCluster.await(admin.incrementalAlterConfigs(changes).all());
        BackupCluster.await(admin.deleteTopics(List.of(marker)).all());
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }
}
