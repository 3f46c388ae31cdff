package tekton.budget.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Records of topics of this service that a reader could not read: written by somebody else. Says
 * the first one of each topic in one line, with its place and the reason, and counts all of them,
 * each once, whoever reads it, and however often. Any thread.
 */
public final class UnreadableRecords {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRecords.class);

    /** By topic: there are as many as this service reads. */
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** The last one of each partition: several readers find the same ones. */
    private final Map<TopicPartition, Long> last = new ConcurrentHashMap<>();

    /**
     * A reader could not read a record, and reads on.
     *
     * @param reader what it is called
     */
    public void found(ConsumerRecord<?, ?> record, String reader, RuntimeException why) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Long before = last.put(partition, record.offset());
        if (before != null && before >= record.offset()) {
            last.merge(partition, before, Math::max);
            return;
        }
        LongAdder count = counts.computeIfAbsent(record.topic(), _ -> new LongAdder());
        boolean first = count.sum() == 0;
        count.increment();
        if (first) {
            LOG.error(
                    "{}-{} at {}: not readable by {}, which reads on: {}; further ones of the topic"
                            + " are counted and not said",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    reader,
                    reason(why));
        }
        LOG.debug("{} at {}", partition, record.offset(), why);
    }

    /** Why, in one line. */
    public static String reason(RuntimeException why) {
        String message = why.getMessage();
        return why instanceof IllegalArgumentException && message != null
                ? message.lines().findFirst().orElse("")
                : why.getClass().getSimpleName();
    }

    /** How many there were since the start of this reader. */
    public long count() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }
}
