package tekton.budget.poller.publish;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.KnownPrices;
import tekton.budget.topic.Topics;

import java.util.HashMap;
import java.util.Map;

/** Everything that has been published, as the topics say it. For one thread. */
final class Known implements AutoCloseable {

    private final KnownPrices prices = new KnownPrices();
    private final KnownFindings findings = new KnownFindings();
    private final Map<String, PricePublished> byVersion = new HashMap<>();
    private final WholeTopic priceTopic;
    private final WholeTopic statusTopic;

    Known(Clients clients) {
        priceTopic = new WholeTopic(clients.table("prices"), Topics.PRICES, this::price);
        statusTopic = new WholeTopic(clients.table("status"), Topics.PRICE_STATUS, this::status);
    }

    KnownPrices prices() {
        return prices;
    }

    KnownFindings findings() {
        return findings;
    }

    /** That record will have been read the next time. */
    void expect(RecordMetadata written) {
        if (written.topic().equals(Topics.PRICES.name())) {
            priceTopic.expect(written.offset());
        } else if (written.topic().equals(Topics.PRICE_STATUS.name())) {
            statusTopic.expect(written.offset());
        }
    }

    /** Takes what has been committed since the last time, what was expected included. */
    void readOn() {
        priceTopic.readOn();
        statusTopic.readOn();
    }

    private void price(String key, byte @Nullable [] value) {
        PricePublished before = byVersion.remove(key);
        if (value == null) {
            if (before != null) {
                prices.remove(before);
            }
            return;
        }
        PricePublished price = PriceCodec.read(value);
        if (price.versionId().equals(key)) {
            byVersion.put(key, price);
            prices.add(price);
        } else if (before != null) {
            byVersion.put(key, before);
        }
    }

    private void status(String key, byte @Nullable [] value) {
        if (value == null) {
            findings.remove(key);
        } else {
            findings.put(PollerCodec.readStatus(value));
        }
    }

    @Override
    public void close() {
        priceTopic.close();
        statusTopic.close();
    }
}
