package tekton.budget.metering.recordlog;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/** One partition of the log, newest record first, read in stretches. One thread. */
final class BackwardLog {

    /** How many records all logs that are walked together hold in memory at most. */
    private static final int HELD_MAX = 2_000;

    private final LogReader log;
    private final TopicPartition of;
    private final int stretch;
    private final long begin;
    private final Deque<ConsumerRecord<byte[], byte[]>> newestFirst = new ArrayDeque<>();
    private long unread;
    private long next;

    /**
     * Begins before an offset.
     *
     * @param bounds how far the log goes
     * @param before the offset behind the first record wanted, or null for the log's end
     * @param together how many logs are walked together
     */
    BackwardLog(
            LogReader log,
            TopicPartition of,
            LogReader.Bounds bounds,
            @Nullable Long before,
            int together) {
        this.log = log;
        this.of = of;
        stretch = Math.max(1, HELD_MAX / together);
        begin = bounds.begin();
        unread = before == null ? bounds.end() : Math.min(before, bounds.end());
        next = unread;
    }

    /** The newest record not yet taken, or null at the log's beginning. */
    @Nullable ConsumerRecord<byte[], byte[]> peek() {
        while (newestFirst.isEmpty() && unread > begin) {
            long from = Math.max(begin, unread - stretch);
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

    /** Those that are in memory and not yet taken. */
    Stream<ConsumerRecord<byte[], byte[]>> held() {
        return newestFirst.stream();
    }

    /** The offset behind what is still to be read. */
    long next() {
        return next;
    }
}
