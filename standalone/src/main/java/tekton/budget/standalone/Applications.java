package tekton.budget.standalone;

import org.springframework.context.ConfigurableApplicationContext;

import tekton.budget.alerting.AlertingApplication;
import tekton.budget.api.IngestApplication;
import tekton.budget.api.config.PortRelease;
import tekton.budget.api.ops.HealthController;
import tekton.budget.api.ops.HealthReport;
import tekton.budget.poller.config.PricingPoller;
import tekton.budget.settings.KafkaConnection;

/**
 * The applications in this JVM, as one thing to stop. HTTP with the metering first, because a start
 * without it is none and because it makes the topics; what works in the background follows, and
 * ends before what it tells its findings to.
 *
 * @param ingest HTTP and the metering
 * @param health says whether they would take a record
 * @param alerting what tells people
 * @param poller the price poller
 */
record Applications(
        AutoCloseable ingest, HealthController health, AutoCloseable alerting, AutoCloseable poller)
        implements Serving {

    /**
     * Starts them. None waits for Kafka or a network.
     *
     * @param release frees the port, right before it is taken
     * @param exit ends this process in order
     * @throws RuntimeException if the port cannot be had
     */
    static Applications start(
            Settings settings, KafkaConnection kafka, PortRelease release, Runnable exit) {
        ConfigurableApplicationContext ingest =
                IngestApplication.start(settings.ingest().withKafka(kafka), exit, release);
        return new Applications(
                ingest,
                ingest.getBean(HealthController.class),
                AlertingApplication.start(settings.alerting().withKafka(kafka)),
                PricingPoller.start(settings.poller().withKafka(kafka)));
    }

    @Override
    public boolean accepts() {
        return !health.status().equals(HealthReport.STARTING);
    }

    @Override
    public void close() throws Exception {
        try (ingest;
                alerting) {
            poller.close();
        }
    }
}
