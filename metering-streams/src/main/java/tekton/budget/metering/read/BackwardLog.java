package tekton.budget.metering.read;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/** One partition of the log, newest record first, read in stretches. One thread. */
final class BackwardLog {

    private static final int STRETCH = 1_000;

    private final LogReader log;
    private final TopicPartition of;
    private final long begin;
    private final Deque<ConsumerRecord<byte[], byte[]>> newestFirst = new ArrayDeque<>();
    private long unread;
    private long next;

    /**
     * Begins before an offset.
     *
     * @param before the offset behind the first record wanted, or null for the log's end
     */
    BackwardLog(LogReader log, TopicPartition of, @Nullable Long before) {
        this.log = log;
        this.of = of;
        LogReader.Bounds bounds = log.bounds(of);
        begin = bounds.begin();
        unread = before == null ? bounds.end() : Math.min(before, bounds.end());
        next = unread;
    }

    /** The newest record not yet taken, or null at the log's beginning. */
    @Nullable ConsumerRecord<byte[], byte[]> peek() {
        while (newestFirst.isEmpty() && unread > begin) {
            long from = Math.max(begin, unread - STRETCH);
            log.read(of, from, unread).forEach(newestFirst::addFirst);
            unread = from;
        }
        return newestFirst.peekFirst();
    }

    /** Takes the record that {@link #peek} showed. */
    ConsumerRecord<byte[], byte[]> take() {
        ConsumerRecord<byte[], byte[]> record = newestFirst.removeFirst();
        next = record.offset();
        return record;
    }

    /** The offset behind what is still to be read. */
    long next() {
        return next;
    }
}
