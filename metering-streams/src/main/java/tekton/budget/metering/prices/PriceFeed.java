package tekton.budget.metering.prices;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.kafka.TopicFollower;
import tekton.budget.kafka.TopicLog;
import tekton.budget.metering.query.Prices;
import tekton.budget.pricing.PriceBook;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The price topic as a {@link PriceBook}, taken from a {@link TopicLog}.
 *
 * <p>Not a global store: the edge needs the same book without a stream application, and a lookup
 * must cost a map access. What is unreadable is logged and left out. Any thread may ask.
 */
public final class PriceFeed implements Prices, TopicFollower {

    private static final Logger LOG = LoggerFactory.getLogger(PriceFeed.class);

    private static final Duration CATCH_UP_TIMEOUT = Duration.ofSeconds(3);

    /** A stranger may stamp versions that do not exist; they must not slow the stream down. */
    private static final Duration CATCH_UP_PAUSE = Duration.ofSeconds(1);

    private final TopicLog log;
    private volatile PriceBook book = PriceBook.EMPTY;
    private volatile long caughtUpAtNanos = System.nanoTime() - CATCH_UP_PAUSE.toNanos();

    // Of the log's thread alone.
    private final Map<String, PricePublished> byVersion = new HashMap<>();
    private boolean changed;

    /** Follows the price topic by a log that is not started yet. */
    public PriceFeed(TopicLog log) {
        this.log = log;
        log.follow(List.of(Topics.PRICES), TopicLog.StartPosition.BEGINNING, this);
    }

    @Override
    public PriceBook current() {
        return book;
    }

    @Override
    public PriceBook caughtUp() {
        if (System.nanoTime() - caughtUpAtNanos < CATCH_UP_PAUSE.toNanos()) {
            return book;
        }
        try {
            if (!log.catchUp(Topics.PRICES, CATCH_UP_TIMEOUT)) {
                LOG.warn("{}: could not be read to its end in time", Topics.PRICES.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            caughtUpAtNanos = System.nanoTime();
        }
        return book;
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
        changed |= apply(record);
    }

    @Override
    public void taken() {
        if (changed) {
            changed = false;
            book = PriceBook.of(byVersion.values());
        }
    }

    private boolean apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            throw new IllegalArgumentException("key: missing (expected: a version)");
        }
        String version = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            return byVersion.remove(version) != null;
        }
        PricePublished price = PriceCodec.read(record.value());
        if (!price.versionId().equals(version)) {
            throw new IllegalArgumentException(
                    "key: not that of the value (expected: %s)".formatted(price.versionId()));
        }
        return !price.equals(byVersion.put(version, price));
    }
}
