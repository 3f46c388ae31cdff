package tekton.budget.standalone;

/** What is started once it is known where Kafka is. */
@FunctionalInterface
interface Service {

    /**
     * Starts serving and returns when it does, or throws if it cannot.
     *
     * @param bootstrapServers of a broker that may still be starting
     * @return stops serving when closed
     */
    AutoCloseable start(Settings settings, String bootstrapServers) throws Exception;
}
