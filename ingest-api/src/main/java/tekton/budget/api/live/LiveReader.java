package tekton.budget.api.live;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.publish.TopicTail;
import tekton.budget.serde.AlertCodec;
import tekton.budget.serde.LedgerCodec;
import tekton.budget.serde.PriceCodec;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Reads the topics that are told live, and fills the feeds. */
final class LiveReader implements TopicTail.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveReader.class);

    private static final List<Topic> READ = List.of(Topics.EVENTS, Topics.DECISIONS, Topics.PRICES);

    /**
     * How many budget events of each partition are read from before the start: clients come back to
     * another process, or to this one started anew.
     */
    private static final long LOOK_BACK = 1_000;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private final Feeds feeds;
    private final Consumer<String> touched;
    private final TopicTail tail;
    private final Thread opener = Thread.ofVirtual().name("live-open").unstarted(this::open);
    private final Map<Integer, Long> newFrom = new ConcurrentHashMap<>();

    /**
     * Not reading yet.
     *
     * @param touched hears the id of every budget that may stand differently
     */
    LiveReader(String bootstrapServers, Feeds feeds, Consumer<String> touched) {
        this.feeds = feeds;
        this.touched = touched;
        tail = new TopicTail("live", READ, bootstrapServers, this);
    }

    /** Begins to read as soon as Kafka and the topics are there; returns at once. */
    void start() {
        opener.start();
    }

    /** True while the topics are read. */
    boolean isOpen() {
        return tail.isOpen();
    }

    @Override
    public long lookBack(TopicPartition partition) {
        return partition.topic().equals(Topics.EVENTS.name()) ? LOOK_BACK : 0;
    }

    @Override
    public void begins(TopicPartition partition, long from, long end) {
        if (partition.topic().equals(Topics.EVENTS.name())) {
            newFrom.put(partition.partition(), end);
            feeds.of(LiveTopic.ALERTS).begins(partition.partition(), from, end);
        }
    }

    @Override
    public void read(ConsumerRecords<byte[], byte[]> records) {
        Map<LiveTopic, List<Message>> messages = new EnumMap<>(LiveTopic.class);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            // Deleted ones are no news.
            if (record.value() != null) {
                read(record, messages);
            }
        }
        messages.forEach((topic, some) -> feeds.of(topic).add(some));
    }

    private void read(
            ConsumerRecord<byte[], byte[]> record, Map<LiveTopic, List<Message>> messages) {
        try {
            News news = news(record);
            if (news.topic() != null && news.message() != null) {
                messages.computeIfAbsent(news.topic(), _ -> new ArrayList<>()).add(news.message());
            }
            if (news.budgetId() != null) {
                touched.accept(news.budgetId());
            }
        } catch (RuntimeException unreadable) {
            // The others of the same fetch are as good as ever.
            LOG.error(
                    "{}-{} at {}: not told to anybody",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    unreadable);
        }
    }

    private News news(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topics.EVENTS.name())) {
            long fresh = newFrom.getOrDefault(record.partition(), 0L);
            return News.of(
                    AlertCodec.readEvent(record.value()),
                    record.partition(),
                    record.offset(),
                    record.offset() < fresh);
        }
        return record.topic().equals(Topics.DECISIONS.name())
                ? News.of(LedgerCodec.readEvent(record.value()))
                : News.of(PriceCodec.read(record.value()), record.timestamp());
    }

    @Override
    public void close() {
        opener.interrupt();
        tail.close();
    }

    private void open() {
        boolean said = false;
        while (!tail.isOpen()) {
            try {
                tail.open();
                return;
            } catch (KafkaException notThere) {
                if (!said) {
                    LOG.info("Live streams wait for Kafka: {}", notThere.toString());
                    said = true;
                }
            }
            try {
                Thread.sleep(BETWEEN_ATTEMPTS);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }
}
