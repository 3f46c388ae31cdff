package tekton.budget.kafka.backup;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Questions to Kafka about Budget's topics and groups, each with a bound. Safe for threads. */
final class BackupCluster {

    private static final long TIMEOUT_SECONDS = 30;

    /**
     * A killed instance is a member for 45 s at most, and Kafka ends its transaction within a
     * minute.
     */
    private static final Duration STOPPED_TIMEOUT = Duration.ofSeconds(90);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final Admin admin;

    BackupCluster(Admin admin) {
        this.admin = admin;
    }

    /** Budget's own topics and those that Kafka Streams has made for its stores; sorted. */
    List<String> topics() throws BackupException, InterruptedException {
        return await(admin.listTopics().names()).stream()
                .filter(BackupCluster::isTopic)
                .sorted()
                .toList();
    }

    private static boolean isTopic(String name) {
        return name.startsWith("budget.")
                || name.startsWith("budget-metering-")
                || name.startsWith("budget-ledger-");
    }

    /** How many partitions each has. */
    Map<String, Integer> partitions(Collection<String> topics)
            throws BackupException, InterruptedException {
        Map<String, Integer> counts = new TreeMap<>();
        for (TopicDescription topic :
                await(admin.describeTopics(topics).allTopicNames()).values()) {
            counts.put(topic.name(), topic.partitions().size());
        }
        return counts;
    }

    /** What each topic says itself; what it takes from the brokers is not in it. */
    Map<String, Map<String, String>> configs(Collection<String> topics)
            throws BackupException, InterruptedException {
        Map<String, Map<String, String>> configs = new HashMap<>();
        Map<ConfigResource, Config> described =
                await(
                        admin.describeConfigs(topics.stream().map(BackupCluster::resource).toList())
                                .all());
        described.forEach(
                (resource, config) -> {
                    Map<String, String> own = new TreeMap<>();
                    for (ConfigEntry entry : config.entries()) {
                        if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                            own.put(entry.name(), entry.value());
                        }
                    }
                    configs.put(resource.name(), own);
                });
        return configs;
    }

    static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** Where each partition begins. */
    Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions)
            throws BackupException, InterruptedException {
        return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    }

    /** Where each partition ends, open transactions included. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
            throws BackupException, InterruptedException {
        return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    }

    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation)
            throws BackupException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found :
                await(admin.listOffsets(wanted, new ListOffsetsOptions(isolation)).all())
                        .entrySet()) {
            offsets.put(found.getKey(), found.getValue().offset());
        }
        return offsets;
    }

    /** Budget's consumer groups. */
    List<String> groups() throws BackupException, InterruptedException {
        return await(admin.listGroups().all()).stream()
                .map(GroupListing::groupId)
                .filter(group -> group.startsWith("budget-"))
                .sorted()
                .toList();
    }

    /**
     * Waits until no instance is a member of a group of Budget's, and no transaction is open.
     *
     * @param out is told when there is something to wait for
     * @throws BackupException if that is not so within 90 s, naming who is there
     */
    void awaitStopped(Collection<TopicPartition> partitions, Consumer<String> out)
            throws BackupException, InterruptedException {
        long deadline = System.nanoTime() + STOPPED_TIMEOUT.toNanos();
        String said = "";
        while (true) {
            String running = running(partitions);
            if (running.isEmpty()) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BackupException(
                        running + " (expected: every process of Budget is stopped, Kafka runs)");
            }
            if (!running.equals(said)) {
                out.accept(
                        "Waiting for up to %d s: %s"
                                .formatted(STOPPED_TIMEOUT.toSeconds(), running));
                said = running;
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private String running(Collection<TopicPartition> partitions)
            throws BackupException, InterruptedException {
        for (ConsumerGroupDescription group :
                await(admin.describeConsumerGroups(groups()).all()).values()) {
            if (!group.members().isEmpty()) {
                return "group %s has members: %s"
                        .formatted(
                                group.groupId(),
                                new TreeSet<>(
                                        group.members().stream()
                                                .map(one -> one.clientId() + " on " + one.host())
                                                .toList()));
            }
        }
        Map<TopicPartition, Long> ends = ends(partitions);
        Map<TopicPartition, Long> committed =
                offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
        for (TopicPartition partition : partitions) {
            if (!Objects.equals(ends.get(partition), committed.get(partition))) {
                return partition + " has an open transaction";
            }
        }
        return "";
    }

    /** The answer, within a bound. */
    static <T> T await(KafkaFuture<T> answer) throws BackupException, InterruptedException {
        try {
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw away(refused.getCause() == null ? refused : refused.getCause());
        } catch (TimeoutException late) {
            throw new BackupException(
                    "Kafka has not answered within %d s".formatted(TIMEOUT_SECONDS), late);
        }
    }

    static BackupException away(Throwable why) {
        return new BackupException(
                "Kafka: %s (%s)".formatted(why.getMessage(), why.getClass().getSimpleName()), why);
    }
}
