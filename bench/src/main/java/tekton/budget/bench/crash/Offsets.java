package tekton.budget.bench.crash;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The committed offsets of a consumer group. */
final class Offsets implements AutoCloseable {

    private static final long LOOK_AGAIN_MS = 500;

    private final Admin admin;
    private final String group;
    private final List<String> topics;

    /**
     * @param topics whose end it shall reach
     */
    Offsets(String bootstrapServers, String group, List<String> topics) {
        this.topics = List.copyOf(topics);
        this.admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
        this.group = group;
    }

    /**
     * Deletes the group and with it all its offsets. Its members are static: the broker would wait
     * for them to come back, so they are removed first.
     *
     * @return how many partitions had an offset
     * @throws IOException if that cannot be done in time, or there is nothing to delete
     */
    int delete(Duration timeout) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try {
                int partitions = committed().size();
                if (partitions == 0) {
                    throw new IOException("group " + group + " has no offsets to delete");
                }
                removeMembers();
                admin.deleteConsumerGroups(List.of(group)).all().get();
                return partitions;
            } catch (ExecutionException e) {
                if (System.nanoTime() - begun > timeout.toNanos()) {
                    throw new IOException("offsets of " + group + ": " + e.getCause(), e);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        }
    }

    private void removeMembers() throws InterruptedException {
        try {
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            // None left, or none that can be removed: deleting the group says whether it matters.
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed()
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach(
                        (partition, offset) -> {
                            if (offset != null) {
                                committed.put(partition, offset);
                            }
                        });
        return committed;
    }

    /** How many records of the topics the group has yet to read. */
    long lag() throws IOException, InterruptedException {
        try {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (TopicDescription topic :
                    admin.describeTopics(topics).allTopicNames().get().values()) {
                topic.partitions()
                        .forEach(
                                info ->
                                        latest.put(
                                                new TopicPartition(topic.name(), info.partition()),
                                                OffsetSpec.latest()));
            }
            Map<TopicPartition, OffsetAndMetadata> committed = committed();
            long lag = 0;
            for (var end : admin.listOffsets(latest).all().get().entrySet()) {
                OffsetAndMetadata reached = committed.get(end.getKey());
                lag += end.getValue().offset() - (reached == null ? 0 : reached.offset());
            }
            return lag;
        } catch (ExecutionException e) {
            throw new IOException("lag of " + group + ": " + e.getCause(), e);
        }
    }

    /** Waits until the group has read all of the topics. */
    void awaitDrained(Duration timeout) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        long lag = lag();
        while (lag > 0) {
            if (System.nanoTime() - begun > timeout.toNanos()) {
                throw new IOException("group " + group + " is still " + lag + " records behind");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            lag = lag();
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
