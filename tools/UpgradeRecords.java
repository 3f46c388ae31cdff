import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.StringSerializer;

import tekton.budget.broker.Broker;
import tekton.budget.broker.BrokerProperties;
import tekton.budget.broker.FreePorts;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For {@code upgrade-fixture.py}: starts only the broker of a data directory, has its topics keep
 * everything for ever, and writes records that nobody has counted. Arguments: the directory and a
 * file with a key, a tab and a value a line.
 */
public final class UpgradeRecords {

    private UpgradeRecords() {}

    public static void main(String[] arguments) throws Exception {
        List<Integer> ports = FreePorts.find(2);
        Path configuration =
                BrokerProperties.write(Path.of(arguments[0]), ports.get(0), ports.get(1), Map.of());
        String servers = "127.0.0.1:" + ports.get(0);
        try (Broker broker = Broker.start(configuration);
                Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", servers, "acks", "all"),
                                new StringSerializer(),
                                new StringSerializer())) {
            keep(admin);
            for (String line : Files.readAllLines(Path.of(arguments[1]), StandardCharsets.UTF_8)) {
                int tab = line.indexOf('\t');
                producer.send(
                                new ProducerRecord<>(
                                        "budget.usage",
                                        line.substring(0, tab),
                                        line.substring(tab + 1)))
                        .get();
            }
        }
    }

    /** A fixture is opened years later: by then the defaults would have deleted most of it. */
    private static void keep(Admin admin) throws Exception {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String topic : admin.listTopics().names().get()) {
            changes.put(
                    new ConfigResource(ConfigResource.Type.TOPIC, topic),
                    List.of(
                            new AlterConfigOp(
                                    new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, "-1"),
                                    AlterConfigOp.OpType.SET)));
        }
        admin.incrementalAlterConfigs(changes).all().get();
    }
}
