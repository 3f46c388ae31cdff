package tekton.budget.metering.query.remote;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How far groups have read and committed, as Kafka says: three calls at most, of one thread at a
 * time, for everybody who asks within a second. Any thread.
 */
public final class ReadProgress implements AutoCloseable {

    /** How long an answer is given again. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private static final Duration TIMEOUT = Duration.ofMillis(1_500);
    private static final long CALL_TIMEOUT_MS = 5_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

    /** Of so many partitions it is read how old what they have not read is: the worst ones. */
    private static final int AGES_MAX = 32;

    private final Map<String, List<TopicPartition>> inputs;
    private final Supplier<Admin> admins;
    private final Function<Map<TopicPartition, Long>, Map<TopicPartition, Long>> appendTimes;
    private final InstantSource clock;
    private @Nullable Admin admin;
    private @Nullable CompletableFuture<Map<TopicPartition, Reached>> latest;
    private long answeredAtNanos;
    private boolean closed;

    /**
     * How far a partition is read.
     *
     * @param position the offset behind what was committed; null while nothing was
     * @param end the offset behind the last record
     * @param behindMs how long the oldest unread record has been there; null when not known
     */
    record Reached(@Nullable Long position, long end, @Nullable Long behindMs) {

        /** How many records are not read; null when that is not known. */
        @Nullable Long lag() {
            return position == null ? null : Math.max(0, end - position);
        }
    }

    /**
     * Progress that nobody has asked for yet.
     *
     * @param inputs what each group reads
     * @param admins makes the client, when it is first needed
     * @param appendTimes when the records at some offsets were appended, as far as that is found;
     *     while Kafka does not say it, ages are not known
     */
    public ReadProgress(
            Map<String, List<TopicPartition>> inputs,
            Supplier<Admin> admins,
            Function<Map<TopicPartition, Long>, Map<TopicPartition, Long>> appendTimes,
            InstantSource clock) {
        this.inputs = Map.copyOf(inputs);
        this.admins = admins;
        this.appendTimes = appendTimes;
        this.clock = clock;
    }

    /**
     * How far all inputs are read.
     *
     * @throws TimeoutException if Kafka does not answer in time
     * @throws ExecutionException if it refuses, or this is closed
     */
    Map<TopicPartition, Reached> read()
            throws InterruptedException, ExecutionException, TimeoutException {
        return asked().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A look that is under way fails; no later one asks Kafka. */
    @Override
    public synchronized void close() {
        closed = true;
        if (admin != null) {
            admin.close(CLOSE_TIMEOUT);
        }
    }

    /** What is under way, or is fresh; else it is asked anew. */
    private synchronized CompletableFuture<Map<TopicPartition, Reached>> asked() {
        CompletableFuture<Map<TopicPartition, Reached>> current = latest;
        if (current != null
                && (!current.isDone() || System.nanoTime() - answeredAtNanos < FRESH.toNanos())) {
            return current;
        }
        CompletableFuture<Map<TopicPartition, Reached>> next = new CompletableFuture<>();
        latest = next;
        Thread.ofVirtual().name("read-progress").start(() -> complete(next));
        return next;
    }

    private void complete(CompletableFuture<Map<TopicPartition, Reached>> next) {
        try {
            Map<TopicPartition, Reached> reached = ask(client());
            answered();
            next.complete(reached);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            next.completeExceptionally(stopping);
        } catch (Throwable away) {
            // Also an error, or everybody who asks later would wait for this look in vain.
            answered();
            next.completeExceptionally(away);
        }
    }

    private synchronized void answered() {
        answeredAtNanos = System.nanoTime();
    }

    private synchronized Admin client() {
        if (closed) {
            throw new IllegalStateException("the service is stopping");
        }
        Admin known = admin;
        if (known == null) {
            known = admins.get();
            admin = known;
        }
        return known;
    }

    private Map<TopicPartition, Reached> ask(Admin client)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, ListConsumerGroupOffsetsSpec> groups = new HashMap<>();
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        inputs.forEach(
                (group, partitions) -> {
                    groups.put(
                            group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions));
                    partitions.forEach(each -> wanted.put(each, OffsetSpec.latest()));
                });
        var committed =
                client.listConsumerGroupOffsets(groups)
                        .all()
                        .get(CALL_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        // Asked later, so that an end is never before what was committed.
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                client.listOffsets(wanted).all().get(CALL_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        Map<TopicPartition, Reached> reached = new HashMap<>();
        inputs.forEach(
                (group, partitions) -> {
                    for (TopicPartition each : partitions) {
                        OffsetAndMetadata at = committed.getOrDefault(group, Map.of()).get(each);
                        ListOffsetsResultInfo end = ends.get(each);
                        if (end != null) {
                            Long position = at != null ? Long.valueOf(at.offset()) : null;
                            reached.put(each, withoutAge(position, end.offset()));
                        }
                    }
                });
        return aged(reached);
    }

    private static Reached withoutAge(@Nullable Long position, long end) {
        // Where there never was a record nobody has committed, and nothing is missing.
        Long from = position == null && end == 0 ? Long.valueOf(0) : position;
        return new Reached(from, end, from != null && from >= end ? Long.valueOf(0) : null);
    }

    private Map<TopicPartition, Reached> aged(Map<TopicPartition, Reached> reached) {
        Map<TopicPartition, Long> unread = new LinkedHashMap<>();
        reached.entrySet().stream()
                .filter(each -> lag(each.getValue()) > 0)
                .sorted(
                        Comparator.comparingLong(
                                        (Map.Entry<TopicPartition, Reached> each) ->
                                                lag(each.getValue()))
                                .reversed())
                .limit(AGES_MAX)
                .forEach(
                        each ->
                                unread.put(
                                        each.getKey(),
                                        each.getValue().end() - lag(each.getValue())));
        if (unread.isEmpty()) {
            return reached;
        }
        long nowMs = clock.millis();
        appended(unread)
                .forEach(
                        (partition, appendedAtMs) ->
                                reached.computeIfPresent(
                                        partition,
                                        (_, at) ->
                                                new Reached(
                                                        at.position(),
                                                        at.end(),
                                                        Math.max(0, nowMs - appendedAtMs))));
        return reached;
    }

    /** Ages are a help: who cannot have them is still told how much is not read. */
    private Map<TopicPartition, Long> appended(Map<TopicPartition, Long> unread) {
        try {
            return appendTimes.apply(unread);
        } catch (KafkaException notRead) {
            return Map.of();
        }
    }

    private static long lag(Reached reached) {
        Long lag = reached.lag();
        return lag == null ? 0 : lag;
    }
}
