package tekton.budget.standalone;

import tekton.budget.api.config.PortRelease;
import tekton.budget.settings.KafkaConnection;

/** What is started once it is known where Kafka is. */
@FunctionalInterface
interface Service {

    /**
     * Starts serving and returns when it does, or throws if it cannot.
     *
     * @param kafka whose broker may still be starting
     * @param release frees the port, right before it is taken
     * @return stops serving when closed
     */
    Serving start(Settings settings, KafkaConnection kafka, PortRelease release) throws Exception;
}
