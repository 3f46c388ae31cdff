package tekton.budget.metering.config;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.metering.store.Stores;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The topics that the metering and the edge beside it need. */
public final class TopicSetup {

    private static final long TIMEOUT_SECONDS = 20;

    private TopicSetup() {}

    /**
     * Makes those that are missing and checks those that exist.
     *
     * @throws IllegalStateException if an existing topic differs, naming topic, value and
     *     expectation
     * @throws ExecutionException if Kafka refuses
     * @throws TimeoutException if Kafka does not answer in time
     */
    public static void ensure(Admin admin, MeteringSettings settings)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Topic> wanted = new ArrayList<>(Topics.ALWAYS);
        if (settings.publishRated()) {
            wanted.add(Topics.USAGE_RATED);
        }
        TopicProvisioning.ensure(
                admin, wanted, settings.scale()::partitionsOf, settings.kafka().replication());
        createUserCellsLog(admin, settings);
    }

    /**
     * Kafka Streams makes changelogs where the group's leader knows their stores. A leader of a
     * version without this one does not, and while instances are replaced one by one those of this
     * version would wait for it. Streams checks the partitions of one that is there.
     */
    private static void createUserCellsLog(Admin admin, MeteringSettings settings)
            throws InterruptedException, ExecutionException, TimeoutException {
        int replication = settings.kafka().replication();
        Map<String, String> config = new HashMap<>(Stores.userCellsLog());
        config.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                String.valueOf(TopicProvisioning.minInSync(replication)));
        NewTopic topic =
                new NewTopic(
                                "%s-%s-changelog"
                                        .formatted(StreamsSettings.METERING_ID, Stores.USER_CELLS),
                                settings.scale().usagePartitions(),
                                (short) replication)
                        .configs(config);
        try {
            admin.createTopics(List.of(topic)).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
