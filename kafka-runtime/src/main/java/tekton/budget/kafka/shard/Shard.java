package tekton.budget.kafka.shard;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.time.Instant;
import java.util.List;

/**
 * The rules of a partition's owner. Knows no Kafka client, clock or thread.
 *
 * <p>State comes from topics alone: an owner begins with {@link #newState}, replays what the topics
 * of the state hold, and replays what it has written once that is committed. A decision whose
 * records are not committed leaves nothing behind.
 *
 * @param <S> the state
 * @param <I> what is decided about
 */
public interface Shard<S, I> {

    /** The state before anything has been read. */
    S newState();

    /**
     * Takes a record of a topic of the state, in the order of that topic.
     *
     * @throws IllegalArgumentException if it cannot be read; the state is as it was
     */
    void replay(S state, ConsumerRecord<byte[], byte[]> record);

    /**
     * The input that a request states.
     *
     * @throws IllegalArgumentException if it states none, in one sentence; it becomes a dead letter
     */
    I input(ConsumerRecord<byte[], byte[]> request);

    /**
     * Decides; the state stays as it is.
     *
     * @return the records to write, all of them or none, in this order
     * @throws IllegalArgumentException if nothing can be decided about this input, in one sentence
     */
    List<ProducerRecord<byte[], byte[]>> decide(S state, I input, Instant now);
}
