package tekton.budget.alerting.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alerting.rule.RuleState;
import tekton.budget.alerting.rule.Rules;
import tekton.budget.alerting.rule.StateRow;
import tekton.budget.codec.AlertCodec;
import tekton.budget.kafka.UnreadableRecords;
import tekton.budget.topic.Topics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of one partition: what the rules remember, which events are acknowledged, and which
 * deliveries are not done. For one thread at a time.
 */
final class PartitionState {

    private final RuleState memory = new RuleState();
    private final Rules rules = new Rules(memory);
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, Delivery> undelivered = new LinkedHashMap<>();
    private final UnreadableRecords unreadable;

    private PartitionState(UnreadableRecords unreadable) {
        this.unreadable = unreadable;
    }

    /** Reads what is kept of a partition. */
    static PartitionState load(
            WholePartitions topics, int partition, UnreadableRecords unreadable) {
        PartitionState kept = new PartitionState(unreadable);
        topics.read(
                List.of(
                        new TopicPartition(Topics.ALERT_STATE.name(), partition),
                        new TopicPartition(Topics.EVENTS.name(), partition),
                        new TopicPartition(Topics.ALERT_OUTCOMES.name(), partition)),
                kept::take);
        return kept;
    }

    RuleState memory() {
        return memory;
    }

    Rules rules() {
        return rules;
    }

    /** Keeps that an event is acknowledged; false if it was before. */
    boolean acknowledge(String eventId) {
        return acknowledged.add(eventId);
    }

    List<Delivery> undelivered() {
        return new ArrayList<>(undelivered.values());
    }

    private void take(ConsumerRecord<byte[], byte[]> found) {
        if (found.key() == null || found.value() == null) {
            return;
        }
        String key = new String(found.key(), UTF_8);
        try {
            if (found.topic().equals(Topics.EVENTS.name())) {
                memory.restoreSaid(key);
            } else if (found.topic().equals(Topics.ALERT_STATE.name())) {
                memory.restore(row(key, found.value()));
            } else {
                take(AlertCodec.readOutcome(found.value()));
            }
        } catch (IllegalArgumentException fault) {
            unreadable.found(found, "alerting", fault);
        }
    }

    private void take(AlertOutcome outcome) {
        switch (outcome) {
            case AlertOutcome.Acknowledged known -> acknowledged.add(known.eventId());
            case Delivery delivery -> {
                if (delivery.state() == Delivery.DeliveryState.PENDING) {
                    undelivered.put(delivery.key(), delivery);
                } else {
                    undelivered.remove(delivery.key());
                }
            }
            case AlertOutcome.Snoozed _, AlertOutcome.RequestAnswered _ -> {
                // Only those who show events look at it.
            }
        }
    }

    private static StateRow row(String key, byte[] value) {
        String kind = key.substring(0, Math.max(0, key.indexOf('/')));
        return switch (kind) {
            case "window" -> AlertCodec.readRow(value, StateRow.LimitRow.class);
            case "budget" -> AlertCodec.readRow(value, StateRow.Named.class);
            case "price" -> AlertCodec.readRow(value, StateRow.Priced.class);
            case "tally" -> AlertCodec.readRow(value, StateRow.Tally.class);
            default -> throw new IllegalArgumentException("key: " + key);
        };
    }
}
