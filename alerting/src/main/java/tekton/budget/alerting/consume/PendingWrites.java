package tekton.budget.alerting.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.Channel;
import tekton.budget.alerting.deliver.Channels;
import tekton.budget.alerting.deliver.Deliveries;
import tekton.budget.alerting.rule.StateRow;
import tekton.budget.codec.AlertCodec;
import tekton.budget.event.BudgetEvent;
import tekton.budget.kafka.DeadLetterRecord;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the records of one poll lead to: what is written in their transaction, and what is begun
 * once that is committed. Not thread-safe.
 */
final class PendingWrites {

    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private final Deliveries deliveries;
    private final Channels channels;
    private final Map<String, Optional<Channel>> changed = new HashMap<>();
    private int partition;

    PendingWrites(Deliveries deliveries, Channels channels) {
        this.deliveries = deliveries;
        this.channels = channels;
    }

    /** From now on everything belongs to that partition. */
    void standAt(int partition) {
        this.partition = partition;
    }

    /** The partition that everything belongs to now. */
    int partition() {
        return partition;
    }

    void event(BudgetEvent event, List<Delivery> planned) {
        add(Topics.EVENTS, event.eventId(), AlertCodec.write(event));
        planned.forEach(this::delivery);
    }

    void delivery(Delivery delivery) {
        int of = partition;
        outcome(delivery);
        afterwards(() -> deliveries.start(of, delivery));
    }

    void outcome(AlertOutcome outcome) {
        records.add(record(partition, outcome));
    }

    /** Keeps a record that could not be read, with the reason. */
    void deadLetter(ConsumerRecord<byte[], byte[]> unreadable, String why) {
        records.add(DeadLetterRecord.of(unreadable, why));
    }

    void row(StateRow row) {
        add(Topics.ALERT_STATE, row.key(), AlertCodec.writeRow(row));
    }

    /** A channel as it will be when all that came before in this batch is done. */
    Optional<Channel> find(String channelId) {
        Optional<Channel> here = changed.get(channelId);
        return here == null ? channels.find(channelId) : here;
    }

    void channel(Channel channel) {
        changed.put(channel.channelId(), Optional.of(channel));
        records.add(record(channel));
        // The next request may be about it.
        afterwards(() -> channels.put(channel));
    }

    void removeChannel(String channelId) {
        changed.put(channelId, Optional.empty());
        records.add(channelRecord(channelId, null));
        afterwards(() -> channels.remove(channelId));
    }

    void afterwards(Runnable begin) {
        afterwards.add(begin);
    }

    List<ProducerRecord<byte[], byte[]>> records() {
        return records;
    }

    /** True when there is nothing to write and nothing to begin. */
    boolean isEmpty() {
        return records.isEmpty() && afterwards.isEmpty();
    }

    void begin() {
        afterwards.forEach(Runnable::run);
    }

    static ProducerRecord<byte[], byte[]> record(int partition, AlertOutcome outcome) {
        return new ProducerRecord<>(
                Topics.ALERT_OUTCOMES.name(),
                partition,
                outcome.key().getBytes(UTF_8),
                AlertCodec.write(outcome));
    }

    static ProducerRecord<byte[], byte[]> record(Channel channel) {
        return channelRecord(channel.channelId(), AlertCodec.writeRow(channel));
    }

    @SuppressWarnings("NullAway") // Kafka's records have null values.
    private static ProducerRecord<byte[], byte[]> channelRecord(
            String channelId, byte @Nullable [] value) {
        return new ProducerRecord<>(
                Topics.ALERT_CHANNELS.name(), 0, channelId.getBytes(UTF_8), value);
    }

    private void add(Topic topic, String key, byte[] value) {
        records.add(new ProducerRecord<>(topic.name(), partition, key.getBytes(UTF_8), value));
    }
}
