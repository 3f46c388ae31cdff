package tekton.budget.metering.topology;

import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Record;

import tekton.budget.codec.FeedCodec;
import tekton.budget.event.Notice;
import tekton.budget.topic.Partitions;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Notices as records of the status topic: the latest of each budget, kind and subject stays. */
final class Notices {

    private Notices() {}

    /** The record of a notice that is given now, epoch milliseconds. */
    static Record<byte[], byte[]> record(Notice notice, long nowMs) {
        String key = notice.budgetId() + '.' + notice.kind().wireName() + '/' + notice.subject();
        return new Record<>(key.getBytes(StandardCharsets.UTF_8), FeedCodec.write(notice), nowMs);
    }

    /** A notice lies with its budget: its key begins with the budget id, which has no dot. */
    static StreamPartitioner<byte[], byte[]> besideTheirBudget() {
        return (topic, key, value, count) ->
                Optional.of(Set.of(Partitions.of(budgetOf(key), count)));
    }

    private static byte[] budgetOf(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        return text.substring(0, text.indexOf('.')).getBytes(StandardCharsets.UTF_8);
    }
}
