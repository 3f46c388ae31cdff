package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.NotReached;
import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Answer.Stale;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.local.TotalsShard.AllTime;
import tekton.budget.metering.query.local.TotalsShard.Cells;
import tekton.budget.metering.query.local.TotalsShard.RowCount;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What comes back from another instance, over HTTP, and what becomes of what goes wrong. */
class HttpPeersTest {

    private static final AllTime QUESTION =
            new AllTime(List.of(1, 4), Dimension.BUDGET, "team", Consistency.NOTHING);
    private static final Cells ROWS =
            new Cells(
                    List.of(2), null, new EpochMinute(0), new EpochMinute(60), Consistency.NOTHING);
    private static final Totals TOTALS =
            new Totals(TokenCounts.of(3, 4), 0, Money.ofPico(5), 1, 10, 20);
    private static final Bytes[] KEYS = {
        Bytes.wrap(new byte[] {1}), Bytes.wrap(new byte[] {2, 3}), Bytes.wrap(new byte[0])
    };

    private final HttpPeers peers = new HttpPeers(Instance.SECRET);

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void shouldBringEveryAnswerAsItWasGiven() throws IOException {
        for (Answer<?> answer :
                List.of(
                        new Found<>(TOTALS),
                        new Stale<>(TOTALS, 0),
                        new Stale<>(TOTALS, 42),
                        new Unknown<>(),
                        new NotReached<>(Positions.of(3, 17).and(Positions.ofRequest(1, 2))))) {
            try (Instance instance = new Instance(_ -> answer)) {
                assertThat(peers.at(instance.host()).ask(QUESTION)).isEqualTo(answer);
                assertThat(instance.asked()).containsExactly(QUESTION);
            }
        }
    }

    @Test
    void shouldBringEveryRowAndHowManyThereWere() throws IOException {
        for (Answer<RowCount> answer :
                List.of(new Found<>(new RowCount(3)), new Stale<RowCount>(new RowCount(3), 7))) {
            try (Instance instance = new Instance(_ -> answer, KEYS)) {
                List<Bytes> seen = new ArrayList<>();

                assertThat(
                                peers.at(instance.host())
                                        .visit(
                                                ROWS,
                                                (key, value) -> {
                                                    assertThat(value).isEqualTo(key.get());
                                                    seen.add(key);
                                                }))
                        .isEqualTo(answer);
                assertThat(seen).containsExactly(KEYS);
            }
        }
    }

    /** Behind the rows nobody can be told any more that there is no answer. */
    @Test
    void shouldNotTakeRowsForAnAnswerThatWereBrokenOff() throws IOException {
        try (Instance instance = new Instance(_ -> new NotReady<>("moved under way"), KEYS)) {
            assertThat(peers.at(instance.host()).visit(ROWS, (_, _) -> {}))
                    .isEqualTo(missing(instance, "totals [2]", "does not answer"));
        }
        try (Instance instance = new Instance(_ -> new Found<>(new RowCount(2)), KEYS)) {
            assertThat(peers.at(instance.host()).visit(ROWS, (_, _) -> {}))
                    .as("another number of rows than came")
                    .isEqualTo(missing(instance, "totals [2]", "does not answer"));
        }
    }

    @Test
    void shouldThrowOnWhatAVisitorThrows() throws IOException {
        try (Instance instance = new Instance(_ -> new Found<>(new RowCount(3)), KEYS)) {
            assertThatThrownBy(
                            () ->
                                    peers.at(instance.host())
                                            .visit(
                                                    ROWS,
                                                    (_, _) -> {
                                                        throw new IllegalStateException("enough");
                                                    }))
                    .hasMessage("enough");
        }
    }

    @Test
    void shouldNameAnInstanceThatCannotAnswer() throws IOException {
        try (Instance instance = new Instance(_ -> new NotReady<>("anything"))) {
            assertThat(peers.at(instance.host()).ask(QUESTION))
                    .isEqualTo(missing(instance, "is restoring or has moved it"));
            assertThat(peers.at(instance.host()).visit(ROWS, (_, _) -> {}))
                    .isEqualTo(missing(instance, "totals [2]", "is restoring or has moved it"));
        }
    }

    @Test
    void shouldNameAnInstanceThatIsAway() throws IOException {
        Instance instance = new Instance(_ -> new Found<>(TOTALS));
        HostInfo host = instance.host();
        instance.close();

        assertThat(peers.at(host).ask(QUESTION)).isEqualTo(missing(instance, "does not answer"));
        assertThat(peers.at(host).visit(ROWS, (_, _) -> {}))
                .isEqualTo(missing(instance, "totals [2]", "does not answer"));
    }

    @Test
    void shouldNameAnInstanceWithAnotherSecret() throws IOException {
        try (Instance instance = new Instance(_ -> new Found<>(TOTALS));
                HttpPeers strangers =
                        new HttpPeers(new PeerSecret("fedcba9876543210fedcba9876543210"))) {
            assertThat(strangers.at(instance.host()).ask(QUESTION))
                    .isEqualTo(missing(instance, "has another cluster secret"));
            assertThat(instance.asked()).isEmpty();
        }
    }

    /** Something else may listen there, or stand between. */
    @Test
    void shouldTakeNothingForAnAnswerThatIsNotOurs() throws IOException {
        assertNoAnswer(204, "", "gives no proper answer");
        assertNoAnswer(504, "<html>", "gives no proper answer");
        assertNoAnswer(200, "{}", "does not answer");
        assertNoAnswer(200, "<html>", "does not answer");
        assertNoAnswer(500, "oops", "does not answer instances (status 500)");
    }

    private void assertNoAnswer(int status, String body, String why) throws IOException {
        try (Instance instance = new Instance(status, body)) {
            assertThat(peers.at(instance.host()).ask(QUESTION)).isEqualTo(missing(instance, why));
        }
    }

    private static NotReady<Object> missing(Instance instance, String why) {
        return missing(instance, "totals [1, 4]", why);
    }

    private static NotReady<Object> missing(Instance instance, String part, String why) {
        return new NotReady<>("%s: localhost:%d %s".formatted(part, instance.host().port(), why));
    }
}
