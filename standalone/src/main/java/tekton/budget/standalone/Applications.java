package tekton.budget.standalone;

import tekton.budget.api.IngestApplication;
import tekton.budget.api.config.IngestSettings;
import tekton.budget.poller.config.PollerSettings;
import tekton.budget.poller.config.PricingPoller;

/**
 * The applications in this JVM, as one thing to stop. HTTP with the metering first, because a start
 * without it is none; what works in the background follows, and ends before what it tells its
 * findings to.
 *
 * @param ingest HTTP and the metering
 * @param poller the price poller
 */
record Applications(AutoCloseable ingest, AutoCloseable poller) implements AutoCloseable {

    /**
     * Starts them. None waits for Kafka or a network.
     *
     * @throws RuntimeException if the port cannot be had
     */
    static Applications start(IngestSettings ingest, PollerSettings poller) {
        AutoCloseable http = IngestApplication.start(ingest);
        return new Applications(http, PricingPoller.start(poller));
    }

    @Override
    public void close() throws Exception {
        try (ingest) {
            poller.close();
        }
    }
}
