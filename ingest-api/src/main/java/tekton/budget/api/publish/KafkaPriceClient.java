package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import tekton.budget.codec.PollerCodec;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.RequestReply;
import tekton.budget.kafka.TopicFollower;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Asks the price poller by topic, and keeps what it says. Which process polls, and whether one
 * does, is not known here.
 */
public final class KafkaPriceClient implements PriceClient, TopicFollower {

    private static final int WAITING_MAX = 100;

    private final RequestReply<PriceReply> asking;
    private final Map<String, PriceStatus> byKey = new ConcurrentSkipListMap<>();

    /**
     * A client that is not connected yet.
     *
     * @param results a log that is not started yet
     * @param timeout how long to wait for an answer
     */
    public KafkaPriceClient(KafkaConnection kafka, TopicLog results, Duration timeout) {
        asking =
                new RequestReply<>(
                        new TopicPublisher(PublisherSettings.priceRequests(kafka, timeout)),
                        results,
                        List.of(Topics.PRICE_STATUS),
                        timeout,
                        WAITING_MAX);
        results.follow(List.of(Topics.PRICE_STATUS), TopicLog.StartPosition.BEGINNING, this);
    }

    @Override
    public void open() throws InterruptedException {
        asking.open();
    }

    @Override
    public boolean isOpen() {
        return asking.isOpen();
    }

    @Override
    public ReplyOutcome<PriceReply> ask(PriceRequest request) throws InterruptedException {
        return asking.ask(request.requestId(), request.requestId(), PollerCodec.write(request));
    }

    @Override
    public <S extends PriceStatus> List<S> all(Class<S> type) {
        return byKey.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            byKey.remove(key);
            return;
        }
        // Nobody asks for answers later; they are the poller's to remember.
        switch (PollerCodec.readStatus(record.value())) {
            case PriceReply reply when reply.outcome() == PriceStatus.PriceOutcome.STARTED ->
                    asking.begun(reply.requestId(), reply);
            case PriceReply reply -> asking.answered(reply.requestId(), reply);
            case PriceStatus status -> byKey.put(key, status);
        }
    }

    @Override
    public void close() {
        asking.close();
    }
}
