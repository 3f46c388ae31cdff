package tekton.budget.api.live;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.publish.TopicReader;
import tekton.budget.codec.AlertCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.settings.KafkaConnection;
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
final class LiveReader implements TopicReader.Taker, AutoCloseable {

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
    private final TopicReader reader;
    private final Thread opener = Thread.ofVirtual().name("live-open").unstarted(this::open);
    private final Map<Integer, Long> newFrom = new ConcurrentHashMap<>();

    /** What the present fetch has brought; of the reading thread. */
    private final Map<LiveTopic, List<Message>> fetched = new EnumMap<>(LiveTopic.class);

    /**
     * Not reading yet.
     *
     * @param touched hears the id of every budget that may stand differently
     */
    LiveReader(KafkaConnection kafka, Feeds feeds, Consumer<String> touched) {
        this.feeds = feeds;
        this.touched = touched;
        reader =
                new TopicReader(
                        READ,
                        TopicReader.From.END,
                        () ->
                                new KafkaConsumer<>(
                                        TopicReader.configuration(
                                                kafka, "budget-live", TopicReader.From.END),
                                        new ByteArrayDeserializer(),
                                        new ByteArrayDeserializer()),
                        this);
    }

    /** Begins to read as soon as Kafka and the topics are there; returns at once. */
    void start() {
        opener.start();
    }

    /** True while the topics are read. */
    boolean isOpen() {
        return reader.isOpen();
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
    public void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            // What has been deleted is no news.
            return;
        }
        try {
            News news = news(record);
            if (news.topic() != null && news.message() != null) {
                fetched.computeIfAbsent(news.topic(), _ -> new ArrayList<>()).add(news.message());
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

    @Override
    public void taken() {
        fetched.forEach((topic, messages) -> feeds.of(topic).add(messages));
        fetched.clear();
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
        reader.close();
    }

    private void open() {
        boolean said = false;
        while (!reader.isOpen()) {
            try {
                reader.open();
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
