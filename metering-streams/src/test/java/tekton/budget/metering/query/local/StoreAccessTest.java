package tekton.budget.metering.query.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.local.LedgerShard.Budgets;
import tekton.budget.metering.query.local.TotalsShard.AllTime;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.value.Positions;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** Its Kafka Streams is never started and reaches no broker. */
class StoreAccessTest {

    @TempDir Path directory;

    private final ProgressBoard board = new ProgressBoard(3, 2);
    private boolean member = true;
    private KafkaStreams streams;
    private StoreAccess stores;

    @BeforeEach
    void create() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "never-started");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        streams = new KafkaStreams(new Topology().addSource("read", "topic"), config);
        stores = new StoreAccess(streams, 3, board, () -> member);
    }

    @AfterEach
    void close() {
        streams.close(Duration.ZERO);
    }

    @Test
    void shouldHaveAPartitionForEveryId() {
        assertThat(stores.allPartitions()).containsExactly(0, 1, 2);
        assertThat(List.of("", "team", "chat-7", "é"))
                .allSatisfy(id -> assertThat(stores.partitionOf(id)).isBetween(0, 2));
    }

    /** Each kind of shard is whole by what its own task has read. */
    @Test
    void shouldOpenAShardByWhatItsTaskHasRead() {
        board.inputReached(0, 5);
        board.usageOpened(1);
        board.inputReached(2, 5);
        board.usageOpened(2);

        assertThat(open(ShardKind.CONTEXTS)).containsExactly(0, 2);
        assertThat(open(ShardKind.BUDGETS)).containsExactly(1, 2);
        assertThat(open(ShardKind.LEDGER)).containsExactly(2);

        board.inputClosed(2);
        assertThat(open(ShardKind.LEDGER)).isEmpty();
    }

    /** Others may go on counting while its stores stay as they are. */
    @Test
    void shouldOpenNothingWhileTheGroupMayHaveGivenItAway() {
        board.inputReached(0, 5);
        member = false;

        assertThat(open(ShardKind.CONTEXTS)).isEmpty();
    }

    /** No wait either: what is not here will not come within the time of a question. */
    @Test
    void shouldNameWhatCannotBeAsked() {
        board.inputReached(1, 5);
        Consistency after = new Consistency(Positions.of(1, 9), Duration.ofHours(1));

        assertThat(ask(new AllTime(List.of(1, 2), Dimension.CONTEXT, "chat", after)))
                .isEqualTo(new NotReady<>("usage [1, 2]: being restored or moved"));
        assertThat(ask(new AllTime(List.of(0), Dimension.BUDGET, "team", after)))
                .isEqualTo(new NotReady<>("totals [0]: being restored or moved"));
        assertThat(ask(new Budgets(List.of(2), Consistency.STALE_ALLOWED)))
                .isEqualTo(new NotReady<>("ledger [2]: being restored or moved"));
    }

    private Object ask(Question<?> question) {
        return new LocalPeer(stores, stores).ask(question);
    }

    private List<Integer> open(ShardKind shard) {
        return stores.allPartitions().stream()
                .filter(partition -> stores.isOpen(shard, partition))
                .toList();
    }
}
