package tekton.budget.api.access;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.codec.AuditCodec;
import tekton.budget.event.AdminAct;
import tekton.budget.kafka.Acknowledgement;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.settings.KafkaConnection;

import java.time.Duration;

/**
 * Writes administrative acts down, behind their answers. An act is not undone because it could not
 * be written down: then the log has it.
 */
public final class AuditTrail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    private final TopicPublisher publisher;

    /**
     * A trail.
     *
     * @param timeout how long Kafka may take to acknowledge an act
     */
    public AuditTrail(KafkaConnection kafka, Duration timeout) {
        publisher = new TopicPublisher(PublisherSettings.audit(kafka, timeout));
    }

    /**
     * Connects; until then acts go to the log.
     *
     * @throws KafkaException if Kafka or the topic is not there; call again
     */
    public void open() {
        publisher.open();
    }

    /** Waits a moment for what is on its way. */
    @Override
    public void close() {
        publisher.close();
    }

    /** Writes it, or logs it. Never waits. */
    void keep(AdminAct act) {
        boolean taken = false;
        try {
            taken =
                    publisher.isOpen()
                            && publisher.offer(
                                    act.caller(),
                                    AuditCodec.write(act),
                                    Duration.ZERO,
                                    new AuditAcknowledgement(act));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        if (!taken) {
            log(act);
        }
    }

    private static void log(AdminAct act) {
        LOG.warn("Not in the audit topic: {}", act);
    }

    private record AuditAcknowledgement(AdminAct act) implements Acknowledgement {

        @Override
        public void acknowledged(int partition, long offset) {
            LOG.trace("audited at {}", offset);
        }

        @Override
        public void failed() {
            log(act);
        }
    }
}
