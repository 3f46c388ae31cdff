package tekton.budget.api;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.codec.AlertCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.event.PricePublished;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.Metadata;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** Writes what alerting, the ledger and the poller write. */
final class LiveTopics implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;

    LiveTopics(String bootstrapServers) {
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /** A budget event of some kind. */
    static BudgetEvent event(String id, BudgetEvent.Type type, Severity severity, String budgetId) {
        return new BudgetEvent(
                id,
                type,
                severity,
                budgetId,
                null,
                null,
                "title of " + id,
                "message of " + id,
                new Metadata("{\"usage_percentage\":0.8}"),
                Instant.parse("2026-05-01T10:00:00Z"));
    }

    /** Writes them in their budgets' partitions, and returns once all are there. */
    void tell(BudgetEvent... events) {
        for (BudgetEvent event : events) {
            int partition = Partitions.of(event.budgetId(), FakeMetering.LEDGER_PARTITIONS);
            send(Topics.EVENTS, partition, event.eventId(), AlertCodec.write(event));
        }
        producer.flush();
    }

    void tell(LedgerEvent... events) {
        for (LedgerEvent event : events) {
            send(Topics.DECISIONS, 0, "key", LedgerCodec.write(event));
        }
        producer.flush();
    }

    void tell(PricePublished price) {
        send(Topics.PRICES, 0, price.versionId(), PriceCodec.write(price));
        producer.flush();
    }

    private void send(Topic topic, int partition, String key, byte[] value) {
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                topic.name(),
                                partition,
                                key.getBytes(StandardCharsets.UTF_8),
                                value));
    }

    @Override
    public void close() {
        producer.close();
    }
}
