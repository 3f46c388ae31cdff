package tekton.budget.poller.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.KnownPrices;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that has been published, as the topics say it. For one thread. */
final class PublishedState {

    /** The topics that say it. */
    static final List<Topic> TOPICS = List.of(Topics.PRICES, Topics.PRICE_STATUS);

    private final KnownPrices prices = new KnownPrices();
    private final KnownFindings findings = new KnownFindings();
    private final Map<String, PricePublished> byVersion = new HashMap<>();

    KnownPrices prices() {
        return prices;
    }

    KnownFindings findings() {
        return findings;
    }

    /**
     * Takes a record of one of the topics.
     *
     * @throws IllegalArgumentException if it cannot be read
     */
    void replay(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.topic().equals(Topics.PRICES.name())) {
            price(key, record);
        } else if (record.value() == null) {
            findings.remove(key);
        } else {
            findings.put(PollerCodec.readStatus(record.value()));
        }
    }

    private void price(String key, ConsumerRecord<byte[], byte[]> record) {
        PricePublished before = byVersion.get(key);
        if (record.value() == null) {
            byVersion.remove(key);
            if (before != null) {
                prices.remove(before);
            }
            return;
        }
        PricePublished price = PriceCodec.read(record.value());
        if (price.versionId().equals(key)) {
            byVersion.put(key, price);
            prices.add(price);
        }
    }
}
