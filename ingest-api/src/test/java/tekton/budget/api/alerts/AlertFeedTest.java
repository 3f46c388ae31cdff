package tekton.budget.api.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.Delivery.DeliveryState;
import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertOutcome.RequestAnswered.AnswerCode;
import tekton.budget.alert.AlertOutcome.Snoozed;
import tekton.budget.alert.Channel;
import tekton.budget.codec.AlertCodec;
import tekton.budget.event.BudgetEvent;
import tekton.budget.kafka.TopicLog;
import tekton.budget.ledger.Metadata;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class AlertFeedTest {

    private static final TopicPartition OUTCOMES =
            new TopicPartition(Topics.ALERT_OUTCOMES.name(), 1);

    private final List<RequestAnswered> answers = new ArrayList<>();

    /** Never started: the test hands the records on. */
    private final TopicLog results =
            new TopicLog(
                    "results",
                    () -> {
                        throw new AssertionError("read");
                    });

    private final AlertFeed feed = new AlertFeed(results, answers::add);

    @Test
    void shouldTakeEventsWithTheirPartition() {
        BudgetEvent event =
                new BudgetEvent(
                        "e",
                        BudgetEvent.Type.MODEL_UNPRICED,
                        BudgetEvent.Severity.WARNING,
                        null,
                        null,
                        null,
                        "title",
                        "message",
                        Metadata.NONE,
                        Instant.ofEpochSecond(1));
        take(Topics.EVENTS, 2, 0, "team", AlertCodec.write(event));
        take(0, new Acknowledged("e", "ann", 5));

        assertThat(feed.view().find("e"))
                .contains(new Alert(event, 2, new Acknowledged("e", "ann", 5), null));

        take(1, new Snoozed("e", 9L, 6));
        assertThat(feed.view().find("e"))
                .contains(new Alert(event, 2, new Acknowledged("e", "ann", 5), 9L));
    }

    @Test
    void shouldForgetAChannelThatIsDeletedAndNoneForAnothersSake() {
        putChannel("ops");
        assertThat(feed.view().channel("ops")).isPresent();

        take(Topics.EVENTS, 0, 0, "ops", null);
        take(Topics.ALERT_OUTCOMES, 1, 0, "ops", null);
        take(Topics.ALERT_CHANNELS, 0, 1, "elsewhere", null);
        assertThat(feed.view().channel("ops")).isPresent();

        take(Topics.ALERT_CHANNELS, 0, 2, "ops", null);
        assertThat(feed.view().channels()).isEmpty();
    }

    @Test
    void shouldCountAttemptsOnlyFromTheEndThatThereWasAtTheBeginning() {
        putChannel("ops");
        feed.begins(OUTCOMES, 0, 5);
        take(4, delivery("old", DeliveryState.DELIVERED));
        assertThat(delivered("webhook")).isZero();

        take(5, delivery("new", DeliveryState.DELIVERED));
        take(8, delivery("newer", DeliveryState.DELIVERED));
        assertThat(delivered("webhook")).isEqualTo(2);
    }

    @Test
    void shouldCountNothingTwiceWhereAPositionWasLost() {
        putChannel("ops");
        feed.begins(OUTCOMES, 0, 5);
        take(6, delivery("d", DeliveryState.DELIVERED));

        feed.begins(OUTCOMES, 0, 9);
        take(5, delivery("read late", DeliveryState.DELIVERED));
        take(6, delivery("d", DeliveryState.DELIVERED));
        assertThat(delivered("webhook")).isEqualTo(1);

        take(7, delivery("written meanwhile", DeliveryState.DELIVERED));
        assertThat(delivered("webhook")).isEqualTo(2);
    }

    @Test
    void shouldCountEachPartitionFromItsOwnEnd() {
        putChannel("ops");
        feed.begins(OUTCOMES, 0, 5);
        feed.begins(new TopicPartition(OUTCOMES.topic(), 0), 0, 2);
        byte[] delivery = AlertCodec.write(delivery("d", DeliveryState.DELIVERED));

        take(Topics.ALERT_OUTCOMES, 0, 2, "d", delivery);
        take(Topics.ALERT_OUTCOMES, 1, 2, "d", delivery);
        take(Topics.ALERT_OUTCOMES, 2, 2, "d", delivery);
        assertThat(delivered("webhook")).isEqualTo(1);
    }

    @Test
    void shouldCountAttemptsAtADeletedChannelAsOfAnUnknownKind() {
        feed.begins(OUTCOMES, 0, 0);
        take(0, delivery("d", DeliveryState.DELIVERED));

        assertThat(delivered(DeliveryCounts.UNKNOWN_KIND)).isEqualTo(1);
    }

    @Test
    void shouldKnowWhatIsPendingFromBeforeTheBeginningToo() {
        feed.begins(OUTCOMES, 0, 5);
        take(1, delivery("d", DeliveryState.PENDING));
        take(2, delivery("e", DeliveryState.PENDING));
        assertThat(feed.deliveries().pending()).isEqualTo(2);

        take(3, delivery("d", DeliveryState.DELIVERED));
        assertThat(feed.deliveries().pending()).isEqualTo(1);
        assertThat(feed.view().deliveries("event"))
                .extracting(Delivery::deliveryId)
                .containsExactly("d", "e");
    }

    @Test
    void shouldHandEveryAnswerOn() {
        feed.begins(OUTCOMES, 0, 5);
        RequestAnswered old = new RequestAnswered("r", 1, AnswerCode.DONE, "done", List.of("e"), 7);
        RequestAnswered fresh =
                new RequestAnswered("s", 1, AnswerCode.TOO_MANY, "too many", List.of(), 8);
        take(4, old);
        take(5, delivery("d", DeliveryState.DELIVERED));
        take(6, fresh);

        assertThat(answers).containsExactly(old, fresh);
    }

    private long delivered(String kind) {
        return feed.deliveries().attempts(kind, true);
    }

    private void putChannel(String id) {
        Channel channel =
                new Channel(
                        id,
                        id,
                        Channel.ChannelKind.WEBHOOK,
                        "https://example.org/hook",
                        List.of(),
                        Channel.Route.ALL,
                        true,
                        null,
                        1,
                        1);
        take(Topics.ALERT_CHANNELS, 0, 0, id, AlertCodec.writeRow(channel));
    }

    private static Delivery delivery(String id, DeliveryState state) {
        return new Delivery(id, "event", "ops", null, state, List.of(), 1, null);
    }

    private void take(long offset, AlertOutcome outcome) {
        take(Topics.ALERT_OUTCOMES, 1, offset, outcome.key(), AlertCodec.write(outcome));
    }

    private void take(Topic topic, int partition, long offset, String key, byte[] value) {
        feed.take(
                new ConsumerRecord<>(topic.name(), partition, offset, key.getBytes(UTF_8), value));
    }
}
