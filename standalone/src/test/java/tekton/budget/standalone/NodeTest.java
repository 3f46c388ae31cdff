package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.BrokerProperties;
import tekton.budget.broker.Cluster;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

final class NodeTest {

    private static final List<String> SECOND_OF_THREE =
            List.of(
                    "node",
                    "dir",
                    "AAAAAAAAAAAAAAAAAAAAAQ",
                    "2",
                    "1001/2001",
                    "1002/2002",
                    "1003/2003");

    @TempDir Path directory;

    @Test
    void readsWhichOfWhichItIs() {
        assertThat(Node.of(SECOND_OF_THREE))
                .isEqualTo(
                        new Node(
                                Path.of("dir"),
                                "AAAAAAAAAAAAAAAAAAAAAQ",
                                2,
                                new Cluster(
                                        List.of(
                                                new Cluster.Member(1001, 2001),
                                                new Cluster.Member(1002, 2002),
                                                new Cluster.Member(1003, 2003)))));
        assertThatThrownBy(() -> Node.of(SECOND_OF_THREE.subList(0, 4)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneOfThreeHasItsPortsAndKeepsThreeCopiesOfWhichTwoMustBeInSync() throws Exception {
        Node node = Node.of(SECOND_OF_THREE);

        assertThat(written(node.cluster(), node.id()))
                .containsEntry("node.id", "2")
                .containsEntry("advertised.listeners", "PLAINTEXT://127.0.0.1:1002")
                .containsEntry(
                        "controller.quorum.voters",
                        "1@127.0.0.1:2001,2@127.0.0.1:2002,3@127.0.0.1:2003")
                .containsEntry("offsets.topic.replication.factor", "3")
                .containsEntry("transaction.state.log.replication.factor", "3")
                .containsEntry("transaction.state.log.min.isr", "2")
                .containsEntry("min.insync.replicas", "2");
    }

    @Test
    void oneThatIsAloneKeepsOneCopy() throws Exception {
        assertThat(written(new Cluster(List.of(new Cluster.Member(1001, 2001))), 1))
                .containsEntry("offsets.topic.replication.factor", "1")
                .containsEntry("transaction.state.log.min.isr", "1")
                .containsEntry("min.insync.replicas", "1");
    }

    private Properties written(Cluster cluster, int nodeId) throws Exception {
        Path file = BrokerProperties.write(directory, cluster, nodeId, Map.of());
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }
}
