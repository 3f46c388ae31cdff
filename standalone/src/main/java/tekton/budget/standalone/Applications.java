package tekton.budget.standalone;

import tekton.budget.alerting.AlertingApplication;
import tekton.budget.api.IngestApplication;
import tekton.budget.api.config.PortRelease;
import tekton.budget.poller.config.PricingPoller;
import tekton.budget.settings.KafkaConnection;

/**
 * The applications in this JVM, as one thing to stop. HTTP with the metering first, because a start
 * without it is none and because it makes the topics; what works in the background follows, and
 * ends before what it tells its findings to.
 *
 * @param ingest HTTP and the metering
 * @param alerting what tells people
 * @param poller the price poller
 */
record Applications(AutoCloseable ingest, AutoCloseable alerting, AutoCloseable poller)
        implements AutoCloseable {

    /**
     * Starts them. None waits for Kafka or a network.
     *
     * @param release frees the port, right before it is taken
     * @param exit ends this process in order
     * @throws RuntimeException if the port cannot be had
     */
    static Applications start(
            Settings settings, KafkaConnection kafka, PortRelease release, Runnable exit) {
        return new Applications(
                IngestApplication.start(settings.ingest().withKafka(kafka), exit, release),
                AlertingApplication.start(settings.alerting().withKafka(kafka)),
                PricingPoller.start(settings.poller().withKafka(kafka)));
    }

    @Override
    public void close() throws Exception {
        try (ingest;
                alerting) {
            poller.close();
        }
    }
}
