package tekton.budget.bench.product;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Makes topics of other programs, which the product only reads. */
public final class TopicMaker {

    private TopicMaker() {}

    /**
     * Makes those that are not there.
     *
     * @param copies of each, 1 to the number of brokers
     * @throws IOException if one cannot be made
     */
    public static void make(String bootstrapServers, List<String> names, int partitions, int copies)
            throws IOException, InterruptedException {
        try (Admin admin =
                Admin.create(
                        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            for (String name : names) {
                try {
                    admin.createTopics(List.of(new NewTopic(name, partitions, (short) copies)))
                            .all()
                            .get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new IOException(name + ": " + e.getCause(), e);
                    }
                }
            }
        }
    }
}
