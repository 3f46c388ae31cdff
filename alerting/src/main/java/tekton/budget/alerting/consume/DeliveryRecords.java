package tekton.budget.alerting.consume;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.Channel;
import tekton.budget.alerting.deliver.Records;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Writes how deliveries go. Not in transactions: an attempt has been made whatever else is written,
 * and what is lost here leads to another attempt after the next start.
 */
final class DeliveryRecords implements Records {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryRecords.class);

    private final KafkaTemplate<byte[], byte[]> template;
    private final Consumer<ProcessingStep> observer;

    DeliveryRecords(KafkaTemplate<byte[], byte[]> template, Consumer<ProcessingStep> observer) {
        this.template = template;
        this.observer = observer;
    }

    @Override
    public void keep(int partition, AlertOutcome outcome) {
        observer.accept(ProcessingStep.TRIED);
        write(PendingWrites.record(partition, outcome));
    }

    @Override
    public void keep(Channel channel) {
        write(PendingWrites.record(channel));
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        try {
            CompletableFuture<?> _ =
                    template.send(record)
                            .whenComplete(
                                    (_, failed) -> {
                                        if (failed != null) {
                                            LOG.error("An outcome was not kept", failed);
                                        }
                                    });
        } catch (RuntimeException away) {
            LOG.error("An outcome was not kept", away);
        }
    }
}
