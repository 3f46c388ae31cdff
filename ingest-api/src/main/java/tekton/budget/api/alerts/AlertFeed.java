package tekton.budget.api.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.Channel;
import tekton.budget.codec.AlertCodec;
import tekton.budget.kafka.TopicFollower;
import tekton.budget.kafka.TopicLog;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Takes what alerting writes from the log of results, into a view. */
final class AlertFeed implements TopicFollower {

    /** What alerting writes for those who ask. */
    static final List<Topic> TOPICS =
            List.of(Topics.EVENTS, Topics.ALERT_OUTCOMES, Topics.ALERT_CHANNELS);

    private final AlertView view = new AlertView();
    private final DeliveryCounts deliveries = new DeliveryCounts();
    private final Consumer<AlertOutcome.RequestAnswered> answers;

    /** What is new in each partition of outcomes begins there; of the log's thread. */
    private final Map<TopicPartition, Long> newFrom = new HashMap<>();

    /**
     * Follows by a log that is not started yet.
     *
     * @param answers hears every answer to a request
     */
    AlertFeed(TopicLog results, Consumer<AlertOutcome.RequestAnswered> answers) {
        this.answers = answers;
        results.follow(TOPICS, TopicLog.StartPosition.BEGINNING, this);
    }

    AlertView view() {
        return view;
    }

    /** What became of deliveries since this began to read. */
    DeliveryCounts deliveries() {
        return deliveries;
    }

    @Override
    public void begins(TopicPartition partition, long from, long end) {
        // Reading again what was lost is nothing new.
        newFrom.putIfAbsent(partition, end);
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> found) {
        if (found.value() == null) {
            if (found.topic().equals(Topics.ALERT_CHANNELS.name())) {
                view.removeChannel(new String(found.key(), UTF_8));
            }
        } else if (found.topic().equals(Topics.EVENTS.name())) {
            view.put(AlertCodec.readEvent(found.value()), found.partition());
        } else if (found.topic().equals(Topics.ALERT_OUTCOMES.name())) {
            take(AlertCodec.readOutcome(found.value()), found);
        } else {
            view.put(AlertCodec.readRow(found.value(), Channel.class));
        }
    }

    private void take(AlertOutcome outcome, ConsumerRecord<byte[], byte[]> found) {
        view.put(outcome);
        switch (outcome) {
            case AlertOutcome.Delivery delivery -> count(delivery, found);
            case AlertOutcome.RequestAnswered answered -> answers.accept(answered);
            case AlertOutcome.Acknowledged _, AlertOutcome.Snoozed _ -> {
                // The view has it.
            }
        }
    }

    private void count(AlertOutcome.Delivery delivery, ConsumerRecord<byte[], byte[]> found) {
        TopicPartition partition = new TopicPartition(found.topic(), found.partition());
        if (found.offset() >= newFrom.getOrDefault(partition, Long.MAX_VALUE)) {
            newFrom.put(partition, found.offset() + 1);
            deliveries.attempted(
                    view.channel(delivery.channelId()).map(Channel::kind).orElse(null), delivery);
        }
        deliveries.stands(delivery);
    }
}
