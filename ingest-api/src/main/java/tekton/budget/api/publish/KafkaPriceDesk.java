package tekton.budget.api.publish;

import static tekton.budget.api.publish.TopicReader.From.BEGINNING;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.codec.PollerCodec;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Reply;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes requests to Kafka and reads there, from the beginning on, what the poller says. Which
 * process polls, and whether one does, is not known here.
 */
public final class KafkaPriceDesk implements PriceDesk {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPriceDesk.class);

    private static final int WAITING_MAX = 100;

    private final TopicPublisher publisher;
    private final TopicReader reader;
    private final Duration patience;
    private final Semaphore places = new Semaphore(WAITING_MAX);
    private final Map<String, PriceStatus> byKey = new ConcurrentSkipListMap<>();
    private final Map<String, Waiter> waiting = new ConcurrentHashMap<>();

    /** One request's wait. */
    private static final class Waiter implements Acknowledgement {

        private final CompletableFuture<Reply> done = new CompletableFuture<>();
        private volatile boolean written;
        private volatile @Nullable Reply begun;

        @Override
        public void acknowledged(int partition, long offset) {
            written = true;
        }

        @Override
        public void failed() {
            // Ends the wait, unless the answer is there: then Kafka has taken the request.
            done.cancel(false);
        }

        void hear(Reply reply) {
            if (reply.outcome() == PriceStatus.Outcome.STARTED) {
                begun = reply;
            } else {
                done.complete(reply);
            }
        }

        Outcome outcome(Duration patience) throws InterruptedException {
            try {
                return new Answered(done.get(patience.toNanos(), TimeUnit.NANOSECONDS));
            } catch (TimeoutException tooLate) {
                Reply reply = begun;
                if (reply != null) {
                    return new Answered(reply);
                }
                return written ? new Unanswered(patience) : new Unwritten(true);
            } catch (CancellationException notWritten) {
                return new Unwritten(true);
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /**
     * A desk that is not connected yet.
     *
     * @param patience how long to wait for an answer
     */
    public KafkaPriceDesk(KafkaConnection kafka, Duration patience) {
        this.patience = patience;
        publisher = new TopicPublisher(PublisherSettings.priceRequests(kafka, patience));
        reader =
                new TopicReader(
                        List.of(Topics.PRICE_STATUS),
                        BEGINNING,
                        () ->
                                new KafkaConsumer<>(
                                        TopicReader.configuration(
                                                kafka, "budget-price-status", BEGINNING),
                                        new ByteArrayDeserializer(),
                                        new ByteArrayDeserializer()),
                        this::take);
    }

    @Override
    public void open() {
        // First the reader: an answer from before it stands at the end has nobody who waits.
        reader.open();
        publisher.open();
    }

    @Override
    public boolean isOpen() {
        return reader.isOpen() && publisher.isOpen();
    }

    @Override
    public Outcome ask(PriceRequest request) throws InterruptedException {
        if (!isOpen()) {
            return new Unwritten(false);
        }
        if (!places.tryAcquire()) {
            return new Full();
        }
        Waiter waiter = new Waiter();
        try {
            waiting.put(request.requestId(), waiter);
            boolean sent =
                    publisher.offer(
                            request.requestId(), PollerCodec.write(request), Duration.ZERO, waiter);
            return sent ? waiter.outcome(patience) : new Full();
        } finally {
            waiting.remove(request.requestId());
            places.release();
        }
    }

    @Override
    public <S extends PriceStatus> List<S> all(Class<S> type) {
        return byKey.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() {
        publisher.close();
        reader.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            byKey.remove(key);
            return;
        }
        try {
            PriceStatus status = PollerCodec.readStatus(record.value());
            if (status instanceof Reply reply) {
                // Nobody asks for answers later; they are the poller's to remember.
                Waiter waiter = waiting.get(reply.requestId());
                if (waiter != null) {
                    waiter.hear(reply);
                }
            } else {
                byKey.put(key, status);
            }
        } catch (RuntimeException unreadable) {
            // The next of the same poll may be what somebody waits for.
            LOG.error("{} at {}: not a status", record.topic(), record.offset(), unreadable);
        }
    }
}
