package tekton.budget.metering.prices;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.metering.query.Prices;
import tekton.budget.pricing.PriceBook;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the price topic from its beginning and on, in one thread, into a {@link PriceBook}.
 *
 * <p>A plain consumer rather than a global store: the edge needs the same book without a stream
 * application, and a lookup must cost a map access. What is unreadable is logged and left out.
 */
public final class PriceFeed implements Prices, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PriceFeed.class);

    private static final TopicPartition PRICES = new TopicPartition(Topics.PRICES.name(), 0);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(3);

    /** A stranger may stamp versions that do not exist; they must not slow the stream down. */
    private static final Duration CATCH_UP_PAUSE = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final Map<String, PricePublished> byVersion = new HashMap<>();
    private final CountDownLatch readOnce = new CountDownLatch(1);
    private final Queue<CompletableFuture<PriceBook>> catchUps = new ConcurrentLinkedQueue<>();
    private volatile PriceBook book = PriceBook.EMPTY;
    private volatile long caughtUpAtNanos = System.nanoTime() - CATCH_UP_PAUSE.toNanos();
    private volatile boolean closed;

    /** Begins to read; the consumer becomes this feed's own. */
    public PriceFeed(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        thread = Thread.ofPlatform().name("price-feed").daemon().start(this::run);
    }

    /**
     * Waits until the topic has been read to its end once.
     *
     * @throws IllegalStateException if that takes longer
     */
    public void awaitRead(Duration patience) throws InterruptedException {
        if (!readOnce.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    Topics.PRICES.name() + ": not read within " + patience.toSeconds() + " s");
        }
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
        CompletableFuture<PriceBook> answer = new CompletableFuture<>();
        catchUps.add(answer);
        consumer.wakeup();
        try {
            return answer.get(CATCH_UP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("{}: could not be read to its end in time", Topics.PRICES.name());
            return book;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return book;
        } finally {
            caughtUpAtNanos = System.nanoTime();
        }
    }

    /** Ends the thread and closes the consumer; waits for it, bounded. */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.assign(List.of(PRICES));
            consumer.seekToBeginning(List.of(PRICES));
            while (!closed) {
                step();
            }
        }
    }

    private void step() {
        try {
            read(consumer.poll(POLL));
            if (readOnce.getCount() > 0 || !catchUps.isEmpty()) {
                int asked = catchUps.size();
                readToEnd();
                readOnce.countDown();
                for (int i = 0; i < asked; i++) {
                    catchUps.remove().complete(book);
                }
            }
        } catch (WakeupException e) {
            // Somebody asks to catch up, or to close; the loop looks.
            LOG.trace("woken up");
        } catch (KafkaException e) {
            LOG.warn("{}: {}; tried again in {}", Topics.PRICES.name(), e.getMessage(), RETRY);
            pause();
        }
    }

    private void readToEnd() {
        Long end = consumer.endOffsets(List.of(PRICES), CATCH_UP_MAX).get(PRICES);
        long deadline = System.nanoTime() + CATCH_UP_MAX.toNanos();
        while (end != null && consumer.position(PRICES, CATCH_UP_MAX) < end && !closed) {
            if (System.nanoTime() - deadline > 0) {
                throw new org.apache.kafka.common.errors.TimeoutException("not read to its end");
            }
            read(consumer.poll(POLL));
        }
    }

    private void read(ConsumerRecords<byte[], byte[]> records) {
        boolean changed = false;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            changed |= apply(record);
        }
        if (changed) {
            book = PriceBook.of(byVersion.values());
        }
    }

    private boolean apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            LOG.warn("{}: record {} has no key", Topics.PRICES.name(), record.offset());
            return false;
        }
        String version = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            return byVersion.remove(version) != null;
        }
        try {
            PricePublished price = PriceCodec.read(record.value());
            if (!price.versionId().equals(version)) {
                LOG.warn(
                        "{}: record {} under a foreign key", Topics.PRICES.name(), record.offset());
                return false;
            }
            return !price.equals(byVersion.put(version, price));
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: record {}: {}", Topics.PRICES.name(), record.offset(), e.getMessage());
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
