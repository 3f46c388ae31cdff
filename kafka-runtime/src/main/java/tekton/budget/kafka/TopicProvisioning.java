package tekton.budget.kafka;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

import tekton.budget.topic.Topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Makes the topics that are missing and checks those that exist. An existing topic is never
 * changed: a partition count that differs would send a context's records to a task that does not
 * have its ids, so it stops the start.
 */
public final class TopicProvisioning {

    private static final int MAX_RECORD_BYTES = 1024 * 1024;

    private static final long TIMEOUT_SECONDS = 20;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private TopicProvisioning() {}

    /**
     * Makes and checks them.
     *
     * @param wanted the topics
     * @param partitions how many partitions each has
     * @param replication copies of every topic, 1 to the number of brokers
     * @throws IllegalStateException if an existing topic differs, naming topic, value and
     *     expectation, or a newer version has written what this one cannot read
     * @throws ExecutionException if Kafka refuses
     * @throws TimeoutException if Kafka does not answer in time
     */
    public static void ensure(
            Admin admin, List<Topic> wanted, ToIntFunction<Topic> partitions, int replication)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Topic> found =
                createMissing(
                        admin,
                        wanted,
                        topic ->
                                new NewTopic(
                                                topic.name(),
                                                Optional.of(partitions.applyAsInt(topic)),
                                                Optional.of((short) replication))
                                        .configs(configuration(topic, replication)));
        // At a first start that is none.
        if (!found.isEmpty()) {
            check(admin, found, partitions, replication);
        }
    }

    /** How many copies must have a record before its write is acknowledged: all but one. */
    public static int minInSync(int replication) {
        return Math.max(1, replication - 1);
    }

    /** Returns those that were there, or that another made meanwhile. */
    private static List<Topic> createMissing(
            Admin admin, List<Topic> wanted, Function<Topic, NewTopic> newTopic)
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> existing = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        FormatMark.requireReadable(existing);
        List<Topic> missing =
                wanted.stream().filter(topic -> !existing.contains(topic.name())).toList();
        Map<String, KafkaFuture<Void>> creations =
                admin.createTopics(missing.stream().map(newTopic).toList()).values();
        Set<String> created = new HashSet<>();
        for (Map.Entry<String, KafkaFuture<Void>> creation : creations.entrySet()) {
            try {
                creation.getValue().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                created.add(creation.getKey());
            } catch (ExecutionException e) {
                // Another instance that starts at the same time may have been quicker.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        return wanted.stream().filter(topic -> !created.contains(topic.name())).toList();
    }

    /** What a topic is made with; durability and time of an existing one must be the same. */
    private static Map<String, String> configuration(Topic topic, int replication) {
        Map<String, String> config = new HashMap<>();
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, topic.cleanup().policy());
        config.put(
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                topic.appendTime() ? "LogAppendTime" : "CreateTime");
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(MAX_RECORD_BYTES));
        config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, String.valueOf(minInSync(replication)));
        if (topic.retention() != null) {
            config.put(
                    TopicConfig.RETENTION_MS_CONFIG, String.valueOf(topic.retention().toMillis()));
        }
        return config;
    }

    private static void check(
            Admin admin, List<Topic> wanted, ToIntFunction<Topic> partitions, int replication)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> names = wanted.stream().map(Topic::name).toList();
        Map<String, TopicDescription> described = describe(admin, names);
        Map<ConfigResource, Config> configs =
                admin.describeConfigs(
                                names.stream()
                                        .map(n -> new ConfigResource(ConfigResource.Type.TOPIC, n))
                                        .collect(Collectors.toSet()))
                        .all()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        for (Topic topic : wanted) {
            TopicDescription found = described.get(topic.name());
            Config config =
                    configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            if (found == null || config == null) {
                throw new IllegalStateException(topic.name() + ": missing (expected: to exist)");
            }
            requireSame(
                    topic,
                    "partitions",
                    String.valueOf(found.partitions().size()),
                    String.valueOf(partitions.applyAsInt(topic)));
            Map<String, String> expected = configuration(topic, replication);
            for (String name :
                    List.of(
                            TopicConfig.CLEANUP_POLICY_CONFIG,
                            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)) {
                requireSame(topic, name, config.get(name).value(), expected.getOrDefault(name, ""));
            }
            long copies =
                    found.partitions().stream()
                            .mapToInt(partition -> partition.replicas().size())
                            .min()
                            .orElse(0);
            requireAtLeast(topic, "replication", copies, replication);
            for (String name :
                    List.of(
                            TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            TopicConfig.RETENTION_MS_CONFIG)) {
                String wantedValue = expected.get(name);
                if (wantedValue != null) {
                    requireAtLeast(
                            topic,
                            name,
                            Long.parseLong(config.get(name).value()),
                            Long.parseLong(wantedValue));
                }
            }
        }
    }

    /** A topic made a moment ago may not be known to the broker that is asked. */
    private static Map<String, TopicDescription> describe(Admin admin, List<String> names)
            throws InterruptedException, ExecutionException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            try {
                return admin.describeTopics(names)
                        .allTopicNames()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Thread.sleep(LOOK_AGAIN);
            }
        }
    }

    private static void requireSame(Topic topic, String what, String found, String expected) {
        if (!found.equals(expected)) {
            throw new IllegalStateException(
                    "topic %s: %s: %s (expected: %s; an existing topic is never changed)"
                            .formatted(topic.name(), what, found, expected));
        }
    }

    /** More is an operator's choice; less would break what is promised. Negative is for ever. */
    private static void requireAtLeast(Topic topic, String what, long found, long expected) {
        if (found >= 0 && found < expected) {
            throw new IllegalStateException(
                    "topic %s: %s: %d (expected: at least %d; an existing topic is never changed)"
                            .formatted(topic.name(), what, found, expected));
        }
    }
}
