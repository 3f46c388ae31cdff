package tekton.budget.poller.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import tekton.budget.codec.PollerCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.value.UsageBounds;

/** Requests as they are read: anybody can write to the topic. */
final class IncomingRequest {

    private IncomingRequest() {}

    /**
     * The request that a record holds.
     *
     * @throws IllegalArgumentException if it holds none that could be done; one sentence
     */
    static PriceRequest of(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new IllegalArgumentException("value: missing (expected: a request)");
        }
        PriceRequest request = PollerCodec.readRequest(record.value());
        int length = request.requestId().length();
        if (length < 1 || length > UsageBounds.ID_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "request_id: %d characters (expected: 1 to %d)"
                            .formatted(length, UsageBounds.ID_LENGTH_MAX));
        }
        switch (request) {
            case PriceRequest.SetPrice set -> {
                PricePublished price = set.price();
                requireModel(price.provider(), price.model());
                if (!price.ofOperator() || price.endsAt() != null) {
                    throw new IllegalArgumentException(
                            "price: of %s (expected: the operator's, without an end)"
                                    .formatted(price.source()));
                }
            }
            case PriceRequest.EndPrice end -> requireModel(end.provider(), end.model());
            case PriceRequest.Update _, PriceRequest.Release _, PriceRequest.Reject _ -> {}
        }
        return request;
    }

    private static void requireModel(String provider, String model) {
        if (ModelKey.of(provider, model).isEmpty()) {
            throw new IllegalArgumentException(
                    "provider or model: not a name (expected: as in usage records)");
        }
    }
}
