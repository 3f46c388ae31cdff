package tekton.budget.api.live;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

import tekton.budget.codec.AlertCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.kafka.TopicFollower;
import tekton.budget.kafka.TopicLog;
import tekton.budget.topic.Topics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Takes what is told live from the log of results, into the feeds. */
final class LiveReader implements TopicFollower {

    /**
     * How many budget events of each partition are read from before the start: clients come back to
     * another process, or to this one started anew.
     */
    private static final long LOOK_BACK = 1_000;

    private final Feeds feeds;
    private final Consumer<String> touched;
    private final Map<Integer, Long> newFrom = new ConcurrentHashMap<>();

    /** What the present fetch has brought; of the reading thread. */
    private final Map<LiveTopic, List<Message>> fetched = new EnumMap<>(LiveTopic.class);

    /**
     * Follows by a log that is not started yet.
     *
     * @param touched hears the id of every budget that may stand differently
     */
    LiveReader(TopicLog results, Feeds feeds, Consumer<String> touched) {
        this.feeds = feeds;
        this.touched = touched;
        results.follow(
                List.of(Topics.EVENTS, Topics.DECISIONS, Topics.PRICES),
                TopicLog.StartPosition.END,
                this);
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
        LiveEvent news = news(record);
        if (news.topic() != null && news.message() != null) {
            fetched.computeIfAbsent(news.topic(), _ -> new ArrayList<>()).add(news.message());
        }
        if (news.budgetId() != null) {
            touched.accept(news.budgetId());
        }
    }

    @Override
    public void taken() {
        fetched.forEach((topic, messages) -> feeds.of(topic).add(messages));
        fetched.clear();
    }

    private LiveEvent news(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topics.EVENTS.name())) {
            long fresh = newFrom.getOrDefault(record.partition(), 0L);
            return LiveEvent.of(
                    AlertCodec.readEvent(record.value()),
                    record.partition(),
                    record.offset(),
                    record.offset() < fresh);
        }
        return record.topic().equals(Topics.DECISIONS.name())
                ? LiveEvent.of(LedgerCodec.readEvent(record.value()))
                : LiveEvent.of(PriceCodec.read(record.value()), record.timestamp());
    }
}
