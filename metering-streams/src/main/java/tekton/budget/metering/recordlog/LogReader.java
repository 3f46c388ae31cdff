package tekton.budget.metering.recordlog;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Answer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads stretches of the log for single records and lists. Two consumers are shared by all callers;
 * who finds none free waits, bounded. Failures are Kafka's own exceptions.
 */
public final class LogReader implements AutoCloseable {

    private static final int CONSUMERS = 2;
    private static final Duration CONSUMER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_MAX = Duration.ofSeconds(5);
    private static final Duration APPEND_TIMES_MAX = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Supplier<Consumer<byte[], byte[]>> open;
    private final BlockingQueue<Slot> slots = new ArrayBlockingQueue<>(CONSUMERS);
    private volatile boolean closed;

    /** A place for a consumer, which is opened when first needed. */
    private static final class Slot {
        @Nullable Consumer<byte[], byte[]> consumer;
    }

    public LogReader(Supplier<Consumer<byte[], byte[]>> open) {
        this.open = open;
        for (int i = 0; i < CONSUMERS; i++) {
            slots.add(new Slot());
        }
    }

    /** The log's bounds: the first offset there is, and the one behind the last. */
    record Bounds(long begin, long end) {}

    /** The bounds of each of some logs. */
    Map<TopicPartition, Bounds> bounds(List<TopicPartition> logs) {
        return with(
                consumer -> {
                    Map<TopicPartition, Long> begins = consumer.beginningOffsets(logs, READ_MAX);
                    Map<TopicPartition, Long> ends = consumer.endOffsets(logs, READ_MAX);
                    Map<TopicPartition, Bounds> bounds = new HashMap<>();
                    for (TopicPartition log : logs) {
                        bounds.put(log, new Bounds(offset(begins.get(log)), offset(ends.get(log))));
                    }
                    return bounds;
                });
    }

    /** The offset behind the last record of each of some logs. */
    Map<TopicPartition, Long> ends(List<TopicPartition> logs) {
        return with(consumer -> consumer.endOffsets(logs, READ_MAX));
    }

    /** The same from the first record of a time on, epoch milliseconds. */
    Map<TopicPartition, Bounds> boundsSince(List<TopicPartition> logs, long timeMs) {
        return with(
                consumer -> {
                    Map<TopicPartition, Long> times = new HashMap<>();
                    logs.forEach(log -> times.put(log, timeMs));
                    Map<TopicPartition, Long> ends = consumer.endOffsets(logs, READ_MAX);
                    Map<TopicPartition, OffsetAndTimestamp> begins =
                            consumer.offsetsForTimes(times, READ_MAX);
                    Map<TopicPartition, Bounds> bounds = new HashMap<>();
                    for (TopicPartition log : logs) {
                        OffsetAndTimestamp begin = begins.get(log);
                        long end = offset(ends.get(log));
                        bounds.put(log, new Bounds(begin == null ? end : begin.offset(), end));
                    }
                    return bounds;
                });
    }

    /** The bounds of a log that was asked for. */
    static Bounds boundsOf(Map<TopicPartition, Bounds> bounds, TopicPartition log) {
        return Objects.requireNonNull(bounds.get(log), log::toString);
    }

    /** The committed records from an offset to before another, in order. */
    List<ConsumerRecord<byte[], byte[]>> read(TopicPartition log, long from, long until) {
        return with(
                consumer -> {
                    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                    long deadline = System.nanoTime() + READ_MAX.toNanos();
                    consumer.assign(List.of(log));
                    consumer.seek(log, from);
                    while (consumer.position(log, READ_MAX) < until) {
                        if (System.nanoTime() - deadline > 0) {
                            throw new TimeoutException(
                                    log + ": not read within " + READ_MAX.toSeconds() + " s");
                        }
                        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                            if (record.offset() < until) {
                                records.add(record);
                            }
                        }
                    }
                    return records;
                });
    }

    /**
     * When the records at some offsets were appended, epoch milliseconds, as far as they are found
     * within a second.
     */
    public Map<TopicPartition, Long> appendTimes(Map<TopicPartition, Long> offsets) {
        return with(
                consumer -> {
                    Map<TopicPartition, Long> times = new HashMap<>();
                    long deadline = System.nanoTime() + APPEND_TIMES_MAX.toNanos();
                    consumer.assign(offsets.keySet());
                    offsets.forEach(consumer::seek);
                    try {
                        while (times.size() < offsets.size() && System.nanoTime() - deadline < 0) {
                            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                                TopicPartition of =
                                        new TopicPartition(record.topic(), record.partition());
                                times.putIfAbsent(of, record.timestamp());
                                consumer.pause(List.of(of));
                            }
                        }
                    } finally {
                        // A partition that is assigned again would still be paused.
                        consumer.resume(consumer.paused());
                    }
                    return times;
                });
    }

    /** What a reading of the log comes to; what it fails by is cured by time. */
    static <T> Answer<T> answering(Supplier<Answer<T>> read) {
        try {
            return read.get();
        } catch (TimeoutException | InterruptException e) {
            return new Answer.NotReady<>(RETRY_AFTER, "the log cannot be read: " + e.getMessage());
        } catch (IdsAwayException e) {
            return new Answer.NotReady<>(RETRY_AFTER, e.missing());
        }
    }

    /** Closes what is free; what is in use is closed when it is given back. */
    @Override
    public void close() {
        closed = true;
        closeFree();
    }

    private void closeFree() {
        for (Slot slot = slots.poll(); slot != null; slot = slots.poll()) {
            if (slot.consumer != null) {
                slot.consumer.close();
            }
        }
    }

    private <T> T with(Function<Consumer<byte[], byte[]>, T> work) {
        if (closed) {
            throw stopping();
        }
        Slot slot = take();
        try {
            if (closed) {
                throw stopping();
            }
            Consumer<byte[], byte[]> consumer = slot.consumer;
            if (consumer == null) {
                consumer = open.get();
                slot.consumer = consumer;
            }
            return work.apply(consumer);
        } finally {
            slots.add(slot);
            // Asked after it is back: either this or the closing thread finds it.
            if (closed) {
                closeFree();
            }
        }
    }

    private static TimeoutException stopping() {
        return new TimeoutException("record look-up: the service is stopping");
    }

    private Slot take() {
        try {
            Slot slot = slots.poll(CONSUMER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (slot == null) {
                throw new TimeoutException("record look-ups: too many at a time");
            }
            return slot;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("record look-up: interrupted");
        }
    }

    private static long offset(@Nullable Long offset) {
        if (offset == null) {
            throw new TimeoutException("the log's bounds: not answered");
        }
        return offset;
    }
}
