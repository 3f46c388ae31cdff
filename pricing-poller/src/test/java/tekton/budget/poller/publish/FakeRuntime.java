package tekton.budget.poller.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

import tekton.budget.kafka.shard.Shard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a shard as the runtime does, with lists for topics: what is committed is replayed, an owner
 * that is fenced commits nothing and loads again.
 */
final class FakeRuntime<S, I> {

    private final Shard<S, I> shard;
    private final List<ConsumerRecord<byte[], byte[]>> committed = new ArrayList<>();
    private S state;
    private boolean fenced;

    FakeRuntime(Shard<S, I> shard) {
        this.shard = shard;
        state = shard.newState();
    }

    S state() {
        return state;
    }

    /** Another owner has taken over: the next decision is not committed. */
    void fence() {
        fenced = true;
    }

    /** Begins again with what is committed. */
    void reload() {
        state = shard.newState();
        committed.forEach(record -> shard.replay(state, record));
    }

    /** Decides and commits; answers what was written, which is nothing when it was fenced. */
    List<ProducerRecord<byte[], byte[]>> decide(I input, Instant now) {
        List<ProducerRecord<byte[], byte[]>> records = shard.decide(state, input, now);
        if (fenced) {
            fenced = false;
            reload();
            return List.of();
        }
        for (ProducerRecord<byte[], byte[]> record : records) {
            ConsumerRecord<byte[], byte[]> read =
                    new ConsumerRecord<>(
                            record.topic(), 0, committed.size(), record.key(), record.value());
            committed.add(read);
            shard.replay(state, read);
        }
        return records;
    }
}
