package tekton.budget.metering.config;

import org.apache.kafka.clients.admin.Admin;

import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The topics that the metering and the edge beside it need. */
public final class TopicSetup {

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
    }
}
