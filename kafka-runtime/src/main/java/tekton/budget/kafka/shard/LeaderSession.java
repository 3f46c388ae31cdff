package tekton.budget.kafka.shard;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.kafka.DeadLetterRecord;
import tekton.budget.topic.Topic;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * The time during which this process owns the shard. Everything it decides is written in one
 * transaction with its place in the request topic. For one thread.
 *
 * <p>Any failure to write ends the session; the next begins with what is committed then.
 */
final class LeaderSession<S, I> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderSession.class);

    private static final Duration STATE_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Shard<S, I> shard;
    private final InstantSource clock;
    private final Consumer<byte[], byte[]> requests;
    private final Producer<byte[], byte[]> writer;
    private final S state;
    private final StateLog log;
    private final OwnInputs<S, I> inputs;

    /**
     * Becomes the owner: from here on no earlier one can write anything.
     *
     * @param requests the member of the group that was given the request topic
     */
    LeaderSession(
            ShardClients clients,
            List<Topic> stateTopics,
            Shard<S, I> shard,
            OwnInputs<S, I> inputs,
            Consumer<byte[], byte[]> requests,
            InstantSource clock) {
        this.shard = shard;
        this.inputs = inputs;
        this.clock = clock;
        this.requests = requests;
        state = shard.newState();
        writer = clients.writer();
        log =
                new StateLog(
                        clients.state(),
                        stateTopics.stream()
                                .map(topic -> new TopicPartition(topic.name(), 0))
                                .toList(),
                        STATE_TIMEOUT,
                        this::replay);
        boolean ready = false;
        try {
            writer.initTransactions();
            log.readOn();
            ready = true;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    private void replay(ConsumerRecord<byte[], byte[]> record) {
        try {
            shard.replay(state, record);
        } catch (IllegalArgumentException unreadable) {
            // Written by somebody else; those who read the topic for its own sake say so.
            LOG.debug("{} at {}", record.topic(), record.offset(), unreadable);
        }
    }

    /** Decides about a request. One that cannot be decided about becomes a dead letter. */
    void handle(ConsumerRecord<byte[], byte[]> request) {
        log.readOn();
        List<ProducerRecord<byte[], byte[]>> decided;
        try {
            decided = shard.decide(state, shard.input(request), clock.instant());
        } catch (IllegalArgumentException impossible) {
            decided =
                    List.of(DeadLetterRecord.of(request, String.valueOf(impossible.getMessage())));
        }
        commit(decided, request);
    }

    /** Decides about what has come otherwise. */
    void handleOwnInputs() {
        I input = nextOwn();
        while (input != null) {
            log.readOn();
            commit(shard.decide(state, input, clock.instant()), null);
            input = nextOwn();
        }
    }

    private @Nullable I nextOwn() {
        if (log.isBehind()) {
            log.readOn();
        }
        return inputs.next(state, clock.instant());
    }

    private void commit(
            List<ProducerRecord<byte[], byte[]>> decided,
            @Nullable ConsumerRecord<byte[], byte[]> request) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        writer.beginTransaction();
        decided.forEach(record -> sent.add(writer.send(record)));
        if (request != null) {
            writer.sendOffsetsToTransaction(
                    Map.of(
                            new TopicPartition(request.topic(), request.partition()),
                            new OffsetAndMetadata(request.offset() + 1)),
                    requests.groupMetadata());
        }
        // Throws the failure of any of the sends.
        writer.commitTransaction();
        sent.forEach(one -> log.expect(one.resultNow()));
    }

    @Override
    public void close() {
        inputs.close();
        writer.close(CLOSE_TIMEOUT);
        log.close();
    }
}
