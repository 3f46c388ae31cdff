package tekton.budget.poller.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.kafka.shard.Shard;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.reconcile.Changes;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.PriceRequestRules;
import tekton.budget.poller.source.Sources;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;
import tekton.budget.value.UsageBounds;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the owner of the prices decides about requests and polls, as records of the price topics.
 *
 * @param sources the configured sources
 * @param factor how many times a figure may change before it is quarantined
 */
record PriceShard(Sources sources, int factor) implements Shard<PublishedState, PriceInput> {

    @Override
    public PublishedState newState() {
        return new PublishedState();
    }

    @Override
    public void replay(PublishedState state, ConsumerRecord<byte[], byte[]> record) {
        state.replay(record);
    }

    /** Anybody can write to the topic, so everything is looked at. */
    @Override
    public PriceInput input(ConsumerRecord<byte[], byte[]> record) {
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
            case PriceRequest.Update _, PriceRequest.ReleasePrice _, PriceRequest.Reject _ -> {}
        }
        return new PriceInput.Requested(request);
    }

    private static void requireModel(String provider, String model) {
        if (ModelKey.of(provider, model).isEmpty()) {
            throw new IllegalArgumentException(
                    "provider or model: not a name (expected: as in usage records)");
        }
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> decide(
            PublishedState state, PriceInput input, Instant now) {
        return records(
                switch (input) {
                    case PriceInput.Requested(PriceRequest request) ->
                            requested(state, request, now);
                    case PriceInput.Polled polled -> polled(state, polled, now);
                });
    }

    private Changes requested(PublishedState state, PriceRequest request, Instant now) {
        KnownFindings findings = state.findings();
        if (findings.reply(request.requestId()) != null) {
            // Written twice by an edge that did not hear the acknowledgement.
            return Changes.NONE;
        }
        PriceRequestRules rules =
                new PriceRequestRules(state.prices(), findings, sources.names(), now);
        Changes changes =
                switch (request) {
                    case PriceRequest.Update(String requestId) ->
                            Changes.NONE.and(
                                    reply(
                                            requestId,
                                            PriceOutcome.STARTED,
                                            "the sources are being asked",
                                            0,
                                            now));
                    case PriceRequest.ReleasePrice release -> rules.release(release);
                    case PriceRequest.Reject reject -> rules.reject(reject);
                    case PriceRequest.SetPrice set -> rules.set(set);
                    case PriceRequest.EndPrice end -> rules.end(end);
                };
        return changes.and(findings.forgotten(now));
    }

    private Changes polled(PublishedState state, PriceInput.Polled polled, Instant now) {
        Changes changes =
                new PollRules(sources, factor)
                        .changes(polled.answers(), state.prices(), state.findings(), now);
        int published = changes.prices().size();
        String message = "%d versions published".formatted(published);
        for (String requestId : polled.askedFor()) {
            changes = changes.and(reply(requestId, PriceOutcome.DONE, message, published, now));
        }
        return changes;
    }

    private PriceReply reply(
            String requestId, PriceOutcome outcome, String message, int published, Instant now) {
        return new PriceReply(
                requestId, outcome, null, message, sources.names(), null, published, now);
    }

    private static List<ProducerRecord<byte[], byte[]>> records(Changes changes) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (PricePublished price : changes.prices()) {
            records.add(record(Topics.PRICES, price.versionId(), PriceCodec.write(price)));
        }
        for (String key : changes.ended()) {
            records.add(record(Topics.PRICE_STATUS, key, null));
        }
        // Answers last: a reader of one has read the prices that it speaks of.
        changes.statuses().stream()
                .sorted(Comparator.comparing(PriceReply.class::isInstance))
                .map(s -> record(Topics.PRICE_STATUS, s.key(), PollerCodec.write(s)))
                .forEach(records::add);
        return records;
    }

    @SuppressWarnings("NullAway") // Kafka's records have null values.
    private static ProducerRecord<byte[], byte[]> record(
            Topic topic, String key, byte @Nullable [] value) {
        return new ProducerRecord<>(topic.name(), 0, key.getBytes(StandardCharsets.UTF_8), value);
    }
}
