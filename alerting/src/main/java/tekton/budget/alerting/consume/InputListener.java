package tekton.budget.alerting.consume;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.support.Acknowledgment;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alerting.deliver.Channels;
import tekton.budget.alerting.deliver.Deliveries;
import tekton.budget.alerting.rule.Input;
import tekton.budget.alerting.rule.StateRow;
import tekton.budget.codec.AlertCodec;
import tekton.budget.event.BudgetEvent;
import tekton.budget.kafka.UnreadableRecords;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Facts and requests in; events, outcomes and what is remembered out, in one transaction with how
 * far it has read. What is remembered follows the topics: when a transaction fails, all is read
 * again from there. Called by one thread.
 */
final class InputListener
        implements BatchAcknowledgingConsumerAwareMessageListener<byte[], byte[]>,
                ConsumerAwareRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(InputListener.class);

    /** How often it is said how far facts were read that lead to nothing. */
    private static final long PLACE_SAID_NANOS = Duration.ofSeconds(1).toNanos();

    private final KafkaTemplate<byte[], byte[]> template;
    private final WholePartitions topics;
    private final Channels channels;
    private final Deliveries deliveries;
    private final AlertRequestRules requests;
    private final UnreadableRecords unreadable;
    private final java.util.function.Consumer<ProcessingStep> observer;
    private final Map<Integer, PartitionState> kept = new HashMap<>();

    /** Read, but not said yet: nothing followed from it, so reading it again does no harm. */
    private final Map<TopicPartition, OffsetAndMetadata> unsaid = new HashMap<>();

    private long saidAtNanos = System.nanoTime();

    InputListener(
            KafkaTemplate<byte[], byte[]> template,
            WholePartitions topics,
            Channels channels,
            Deliveries deliveries,
            AlertRequestRules requests,
            UnreadableRecords unreadable,
            java.util.function.Consumer<ProcessingStep> observer) {
        this.template = template;
        this.topics = topics;
        this.channels = channels;
        this.deliveries = deliveries;
        this.requests = requests;
        this.unreadable = unreadable;
        this.observer = observer;
    }

    @Override
    public void onPartitionsAssigned(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        List<Integer> mine =
                partitions.stream()
                        .filter(assigned -> assigned.topic().equals(Topics.STATUS.name()))
                        .map(TopicPartition::partition)
                        .toList();
        // Whose facts are read here, that one's deliveries are looked after here.
        mine.forEach(deliveries::take);
        for (int partition : mine) {
            // Others may have written since it was here last.
            kept.remove(partition);
            try {
                kept(partition);
            } catch (RuntimeException away) {
                LOG.warn(
                        "what is kept of partition {} is read later: {}",
                        partition,
                        away.toString());
            }
        }
    }

    @Override
    public void onPartitionsRevokedBeforeCommit(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        onPartitionsLost(consumer, partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        for (TopicPartition lost : partitions) {
            unsaid.remove(lost);
            kept.remove(lost.partition());
            if (lost.topic().equals(Topics.STATUS.name())) {
                deliveries.drop(lost.partition());
            }
        }
    }

    @Override
    public void onMessage(
            List<ConsumerRecord<byte[], byte[]>> records,
            @Nullable Acknowledgment notUsed,
            @Nullable Consumer<?, ?> consumer) {
        boolean done = false;
        try {
            handle(records, Objects.requireNonNull(consumer));
            done = true;
        } finally {
            if (!done) {
                // It may know what was not written, or not know what was.
                kept.clear();
                unsaid.clear();
            }
        }
    }

    private void handle(List<ConsumerRecord<byte[], byte[]>> records, Consumer<?, ?> consumer) {
        PendingWrites batch = new PendingWrites(deliveries, channels);
        Set<TopicPartition> mine = consumer.assignment();
        for (ConsumerRecord<byte[], byte[]> read : records) {
            TopicPartition of = new TopicPartition(read.topic(), read.partition());
            // Between two tries of a batch a partition may have gone to another instance.
            if (mine.contains(of)) {
                handle(read, batch);
                unsaid.put(of, new OffsetAndMetadata(read.offset() + 1));
            }
        }
        observer.accept(ProcessingStep.READ);
        if (batch.isEmpty()) {
            // Most grants lead to nothing; a transaction for each of their batches would be waste,
            // and so would be a place in the topic for each.
            if (System.nanoTime() - saidAtNanos > PLACE_SAID_NANOS) {
                consumer.commitSync(unsaid);
                said();
            }
            return;
        }
        template.executeInTransaction(
                transaction -> {
                    for (ProducerRecord<byte[], byte[]> record : batch.records()) {
                        // Whether it was written, the commit tells.
                        CompletableFuture<?> _ = transaction.send(record);
                    }
                    observer.accept(ProcessingStep.WRITTEN);
                    transaction.sendOffsetsToTransaction(unsaid, consumer.groupMetadata());
                    observer.accept(ProcessingStep.POSITIONED);
                    return true;
                });
        said();
        observer.accept(ProcessingStep.COMMITTED);
        batch.begin();
    }

    private void said() {
        unsaid.clear();
        saidAtNanos = System.nanoTime();
    }

    private void handle(ConsumerRecord<byte[], byte[]> read, PendingWrites batch) {
        PartitionState known = kept(read.partition());
        batch.standAt(read.partition());
        try {
            if (read.topic().equals(Topics.ALERT_REQUESTS.name())) {
                requests.handle(
                        AlertCodec.readRequest(read.value()), read.timestamp(), batch, known);
            } else {
                InputReader.read(read).ifPresent(fact -> hear(fact, batch, known));
            }
        } catch (RuntimeException fault) {
            // Whatever it is: no record may hold up those behind it.
            unreadable.found(read, "alerting", fault);
            // Of a dead letter there is none: it would be one for ever.
            if (!read.topic().equals(Topics.DEAD_LETTERS.name())) {
                batch.deadLetter(read, UnreadableRecords.reason(fault));
            }
        }
        for (StateRow row : known.memory().takeChanges()) {
            batch.row(row);
        }
    }

    private void hear(Input fact, PendingWrites batch, PartitionState known) {
        for (BudgetEvent event : known.rules().hear(fact)) {
            batch.event(event, deliveries.plan(event));
        }
    }

    private PartitionState kept(int partition) {
        PartitionState known = kept.get(partition);
        if (known == null) {
            known = PartitionState.load(topics, partition, unreadable);
            kept.put(partition, known);
            for (Delivery undelivered : known.undelivered()) {
                deliveries.start(partition, undelivered);
            }
        }
        return known;
    }
}
