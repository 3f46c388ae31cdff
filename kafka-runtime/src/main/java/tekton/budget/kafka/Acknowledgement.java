package tekton.budget.kafka;

/**
 * Told how one send ended: exactly one of the two, once, on the producer's thread or the sender's.
 */
public interface Acknowledgement {

    /** Kafka has it on every in-sync replica. */
    void acknowledged(int partition, long offset);

    /** Not known to be durable: Kafka may have it or not. */
    void failed();
}
