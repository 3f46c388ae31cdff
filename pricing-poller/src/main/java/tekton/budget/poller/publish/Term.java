package tekton.budget.poller.publish;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Outcome;
import tekton.budget.event.PriceStatus.Reply;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.poller.reconcile.Changes;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.Replies;
import tekton.budget.poller.reconcile.Requests;
import tekton.budget.poller.source.Sources;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * The time during which this poller is the one that works. Everything it decides is written in one
 * transaction: prices, findings, the answer, and the place in the request topic. For one thread.
 *
 * <p>Any failure to write ends the term; the next begins with what is committed then.
 */
final class Term implements AutoCloseable {

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final Sources sources;
    private final PollRules poll;
    private final InstantSource clock;
    private final Consumer<byte[], byte[]> requests;
    private final Producer<byte[], byte[]> writer;
    private final Known known;

    /** Requests whose poll is still to come. */
    private final List<String> waiting = new ArrayList<>();

    /**
     * Becomes the one that works: from here on no earlier one can write anything.
     *
     * @param requests the member of the group that was given the request topic
     */
    Term(
            Clients clients,
            Consumer<byte[], byte[]> requests,
            Sources sources,
            PollRules poll,
            InstantSource clock) {
        this.sources = sources;
        this.poll = poll;
        this.clock = clock;
        this.requests = requests;
        writer = clients.writer();
        known = new Known(clients);
        boolean ready = false;
        try {
            writer.initTransactions();
            known.readOn();
            known.findings().replies().stream()
                    .filter(reply -> reply.outcome() == Outcome.STARTED)
                    .map(Reply::requestId)
                    .forEach(waiting::add);
            ready = true;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    /** True when somebody waits for a poll. */
    boolean isPollWanted() {
        return !waiting.isEmpty();
    }

    /** When a source was asked last, by whichever poller; the epoch when none ever was. */
    Instant lastPoll() {
        return known.findings().sources().stream()
                .map(SourceState::askedAt)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    /** Who waits for the poll that begins now. */
    List<String> takeWaiting() {
        List<String> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    /** Decides about a request and answers it. */
    void handle(ConsumerRecord<byte[], byte[]> record) {
        known.readOn();
        Changes changes;
        PriceRequest request;
        try {
            request = IncomingRequest.of(record);
            changes = decide(request, clock.instant());
        } catch (IllegalArgumentException impossible) {
            commit(Changes.NONE, record, String.valueOf(impossible.getMessage()));
            return;
        }
        commit(changes, record, null);
        if (request instanceof PriceRequest.Update && !changes.isEmpty()) {
            waiting.add(request.requestId());
        }
    }

    private Changes decide(PriceRequest request, Instant now) {
        KnownFindings findings = known.findings();
        if (findings.reply(request.requestId()) != null) {
            // Written twice by an edge that did not hear the acknowledgement.
            return Changes.NONE;
        }
        Requests rules = new Requests(known.prices(), findings, sources.names(), now);
        Changes changes =
                switch (request) {
                    case PriceRequest.Update update -> started(update, now);
                    case PriceRequest.Release release -> rules.release(release);
                    case PriceRequest.Reject reject -> rules.reject(reject);
                    case PriceRequest.SetPrice set -> rules.set(set);
                    case PriceRequest.EndPrice end -> rules.end(end);
                };
        return changes.and(Replies.forgotten(findings, now));
    }

    /**
     * Takes the answers of a poll.
     *
     * @param asked who waits for it
     */
    void finish(Sources.Answers answers, List<String> asked) {
        known.readOn();
        Instant now = clock.instant();
        Changes changes = poll.changes(answers, known.prices(), known.findings(), now);
        for (String requestId : asked) {
            changes =
                    changes.and(
                            new Reply(
                                    requestId,
                                    Outcome.DONE,
                                    null,
                                    "%d versions published".formatted(changes.prices().size()),
                                    sources.names(),
                                    null,
                                    changes.prices().size(),
                                    now));
        }
        commit(changes, null, null);
    }

    private Changes started(PriceRequest.Update update, Instant now) {
        PriceStatus reply =
                new Reply(
                        update.requestId(),
                        Outcome.STARTED,
                        null,
                        "the sources are being asked",
                        sources.names(),
                        null,
                        0,
                        now);
        return Changes.NONE.and(reply);
    }

    private void commit(
            Changes changes,
            @Nullable ConsumerRecord<byte[], byte[]> request,
            @Nullable String whyDead) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        writer.beginTransaction();
        for (PricePublished price : changes.prices()) {
            sent.add(send(Topics.PRICES, price.versionId(), PriceCodec.write(price)));
        }
        for (String key : changes.ended()) {
            sent.add(send(Topics.PRICE_STATUS, key, null));
        }
        // Answers last: who reads one has read what it speaks of.
        changes.statuses().stream()
                .sorted(Comparator.comparing(Reply.class::isInstance))
                .map(s -> send(Topics.PRICE_STATUS, s.key(), PollerCodec.write(s)))
                .forEach(sent::add);
        if (request != null) {
            if (whyDead != null) {
                sent.add(sendDead(request, whyDead));
            }
            writer.sendOffsetsToTransaction(
                    Map.of(
                            new TopicPartition(request.topic(), request.partition()),
                            new OffsetAndMetadata(request.offset() + 1)),
                    requests.groupMetadata());
        }
        // Throws what any of the sends has failed with.
        writer.commitTransaction();
        sent.forEach(one -> known.expect(one.resultNow()));
    }

    @SuppressWarnings("NullAway") // Kafka's records have null values.
    private Future<RecordMetadata> send(Topic topic, String key, byte @Nullable [] value) {
        return writer.send(
                new ProducerRecord<>(topic.name(), 0, key.getBytes(StandardCharsets.UTF_8), value));
    }

    @SuppressWarnings("NullAway") // Kafka's records have null keys and values.
    private Future<RecordMetadata> sendDead(ConsumerRecord<byte[], byte[]> request, String why) {
        DeadLetterParts letter =
                DeadLetterParts.of(
                        request.key(),
                        request.value(),
                        new DeadLetterParts.Place(
                                request.topic(),
                                request.partition(),
                                request.offset(),
                                request.timestamp()),
                        DeadLetter.Reason.INVALID,
                        why);
        return writer.send(
                new ProducerRecord<>(
                        Topics.DEAD_LETTERS.name(),
                        0,
                        null,
                        letter.key(),
                        letter.value(),
                        letter.headers()));
    }

    @Override
    public void close() {
        writer.close(CLOSE_PATIENCE);
        known.close();
    }
}
