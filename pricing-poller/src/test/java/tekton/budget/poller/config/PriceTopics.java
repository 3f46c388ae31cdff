package tekton.budget.poller.config;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.testbroker.Patience;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** All that is committed in the topics of prices, every record of it, as others read it. */
final class PriceTopics implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    PriceTopics(String bootstrapServers) {
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "isolation.level",
                                "read_committed",
                                "allow.auto.create.topics",
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all =
                List.of(
                        new TopicPartition(Topics.PRICES.name(), 0),
                        new TopicPartition(Topics.PRICE_STATUS.name(), 0),
                        new TopicPartition(Topics.DEAD_LETTERS.name(), 0));
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** Reads on until something holds, within a bound. */
    void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        consumer.poll(Duration.ofMillis(50)).forEach(records::add);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come to hold; prices: " + prices());
            }
            consumer.poll(Duration.ofMillis(50)).forEach(records::add);
        }
    }

    /** Every price record there ever was, in order. */
    List<PricePublished> prices() {
        return of(Topics.PRICES.name()).map(r -> PriceCodec.read(r.value())).toList();
    }

    /** The price of a model that begins last. */
    PricePublished price(String model) {
        return prices().stream()
                .filter(price -> model.equals(price.provider() + '/' + price.model()))
                .filter(
                        price ->
                                price.ofOperator()
                                        || prices().stream().noneMatch(PricePublished::ofOperator))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    /** The latest of every status of a type, by key. */
    <S extends PriceStatus> List<S> latest(Class<S> type) {
        Map<String, PriceStatus> byKey = new LinkedHashMap<>();
        of(Topics.PRICE_STATUS.name())
                .forEach(
                        record -> {
                            String key = new String(record.key(), StandardCharsets.UTF_8);
                            byKey.remove(key);
                            if (record.value() != null) {
                                byKey.put(key, PollerCodec.readStatus(record.value()));
                            }
                        });
        return byKey.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Every status of a type there ever was, in order. */
    <S extends PriceStatus> List<S> records(Class<S> type) {
        return of(Topics.PRICE_STATUS.name())
                .filter(record -> record.value() != null)
                .map(record -> PollerCodec.readStatus(record.value()))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    int deadLetters() {
        return (int) of(Topics.DEAD_LETTERS.name()).count();
    }

    private java.util.stream.Stream<ConsumerRecord<byte[], byte[]>> of(String topic) {
        return List.copyOf(records).stream()
                .filter(record -> record.topic().equals(topic))
                .sorted(Comparator.comparingLong(ConsumerRecord::offset));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
