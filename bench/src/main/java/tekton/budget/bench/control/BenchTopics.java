package tekton.budget.bench.control;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Topics of the bench's own beside the product's, deleted at the end. One thread at a time. */
public final class BenchTopics implements AutoCloseable {

    private final Admin admin;
    private final List<String> made = new ArrayList<>();

    public BenchTopics(String bootstrapServers) {
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /**
     * Makes a topic.
     *
     * @param purpose the beginning of its name
     * @return its name, of no other run
     */
    public String create(String purpose, int partitions) throws IOException, InterruptedException {
        String topic = "bench-" + purpose + '-' + Long.toHexString(System.nanoTime());
        try {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        } catch (ExecutionException e) {
            throw new IOException("topic " + topic + ": " + e.getCause(), e);
        }
        made.add(topic);
        return topic;
    }

    /** Into how many partitions a topic is divided. */
    public int partitionsOf(String topic) throws IOException, InterruptedException {
        try {
            TopicDescription described =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            return described == null ? 0 : described.partitions().size();
        } catch (ExecutionException e) {
            throw new IOException("topic " + topic + ": " + e.getCause(), e);
        }
    }

    /** How many records were ever written to a topic without transactions. */
    public long writtenTo(String topic) throws IOException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends =
                IntStream.range(0, partitionsOf(topic))
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .collect(Collectors.toMap(part -> part, part -> OffsetSpec.latest()));
        try {
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new IOException("ends of " + topic + ": " + e.getCause(), e);
        }
    }

    /** How many records of topics without transactions a group has committed as read. */
    public long committedBy(String group) throws IOException, InterruptedException {
        try {
            return admin
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(offset -> offset == null ? 0 : offset.offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new IOException("offsets of " + group + ": " + e.getCause(), e);
        }
    }

    /** Takes all topics into care whose names begin so: they are deleted at the end too. */
    public void adopt(String prefix) throws IOException, InterruptedException {
        try {
            Set<String> names = admin.listTopics().names().get();
            names.stream().filter(name -> name.startsWith(prefix)).forEach(made::add);
        } catch (ExecutionException e) {
            throw new IOException("topics: " + e.getCause(), e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try (admin) {
            admin.deleteTopics(made).all().get();
        } catch (ExecutionException e) {
            throw new IOException("topics " + made + ": " + e.getCause(), e);
        }
    }
}
