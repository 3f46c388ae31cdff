package tekton.budget.metering.recordlog;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

import tekton.budget.codec.Parsed;
import tekton.budget.codec.Timestamps;
import tekton.budget.codec.UsageReader;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.Fingerprint;
import tekton.budget.event.UsageReported;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.DeadLetterQueries;
import tekton.budget.metering.query.DeadLetterQueries.ShownDeadLetter;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.RecordTrace;
import tekton.budget.metering.query.RecordTrace.RecordRepeat;
import tekton.budget.metering.query.RecordTrace.RepeatKind;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes forward from a counted record through the logs of its context, because a sender repeats soon
 * or never. Where the bound ends that before the logs do, the newest dead letters are looked
 * through for conflicts. Reads at most {@link RecordQueries#READ_MAX} records, for at most five
 * seconds and a stretch. One thread.
 */
final class TraceWalk {

    /** How many repeats are told apart. */
    private static final int REPEATS_MAX = 100;

    private static final int STRETCH = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final LogReader log;
    private final CountedRecord first;
    private final byte[] contextKey;
    private final Fingerprint fingerprint = new Fingerprint();
    private final long print;
    private final Map<List<Long>, RecordRepeat> byPlace = new HashMap<>();
    private final long deadline = System.nanoTime() + TIMEOUT.toNanos();
    private int read;

    TraceWalk(LogReader log, CountedRecord first) {
        this.log = log;
        this.first = first;
        contextKey = first.usage().contextId().getBytes(StandardCharsets.UTF_8);
        print = fingerprint.of(first.usage());
    }

    /**
     * What there is to tell.
     *
     * @param partition the partition of the record's context
     * @return empty when the log has no longer got the record
     */
    Optional<RecordTrace> trace(int partition) {
        TopicPartition own = usage(first.partition());
        List<TopicPartition> logs =
                List.of(
                        usage(partition),
                        new TopicPartition(Topics.USAGE_STRAYS.name(), partition));
        if (LogReader.boundsOf(log.bounds(List.of(own)), own).begin() > first.offset()) {
            return Optional.empty();
        }
        List<ConsumerRecord<byte[], byte[]>> stored =
                log.read(own, first.offset(), first.offset() + 1);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        long appendedAtMs = stored.getFirst().timestamp();
        Map<TopicPartition, LogReader.Bounds> bounds = log.boundsSince(logs, appendedAtMs);
        boolean complete = true;
        for (TopicPartition each : logs) {
            complete &= walk(each, LogReader.boundsOf(bounds, each));
        }
        if (!complete) {
            lookThroughDeadLetters(appendedAtMs);
        }
        return Optional.of(
                new RecordTrace(
                        appendedAtMs,
                        byPlace.values().stream()
                                .sorted(
                                        Comparator.comparingLong(RecordRepeat::appendedAtMs)
                                                .thenComparingInt(RecordRepeat::partition)
                                                .thenComparingLong(RecordRepeat::offset))
                                .limit(REPEATS_MAX)
                                .toList(),
                        complete));
    }

    /** True when the log was read to its end. */
    private boolean walk(TopicPartition of, LogReader.Bounds bounds) {
        for (long from = bounds.begin(); from < bounds.end(); from += STRETCH) {
            if (read >= RecordQueries.READ_MAX
                    || byPlace.size() >= REPEATS_MAX
                    || System.nanoTime() - deadline > 0) {
                return false;
            }
            long until = Math.min(from + STRETCH, bounds.end());
            read += (int) (until - from);
            log.read(of, from, until).forEach(this::look);
        }
        return true;
    }

    private void look(ConsumerRecord<byte[], byte[]> record) {
        if (!Arrays.equals(record.key(), contextKey)) {
            return;
        }
        long appendedAtMs =
                Origin.of(record.headers())
                        .filter(_ -> record.topic().equals(Topics.USAGE_STRAYS.name()))
                        .map(Origin::appendTimeMs)
                        .orElse(record.timestamp());
        StoredRecord.read(record)
                .filter(found -> isOfSameId(found.usage()))
                .filter(found -> !isFirst(found.partition(), found.offset()))
                .ifPresent(
                        found ->
                                keep(
                                        fingerprint.of(found.usage()) == print
                                                ? RepeatKind.DUPLICATE
                                                : RepeatKind.CONFLICT,
                                        found.partition(),
                                        found.offset(),
                                        appendedAtMs));
    }

    private void lookThroughDeadLetters(long sinceMs) {
        TopicPartition of = BuriedRecords.LETTERS;
        BackwardLog letters =
                new BackwardLog(
                        log,
                        of,
                        LogReader.boundsOf(log.bounds(List.of(of)), of),
                        null,
                        BuriedRecords.TOGETHER);
        for (int i = 0; i < DeadLetterQueries.READ_MAX; i++) {
            ConsumerRecord<byte[], byte[]> letter = letters.peek();
            if (letter == null
                    || letter.timestamp() < sinceMs
                    || System.nanoTime() - deadline > 0) {
                return;
            }
            look(letters.take(), StoredDeadLetter.shown(letter));
        }
    }

    private void look(ConsumerRecord<byte[], byte[]> letter, ShownDeadLetter shown) {
        Integer partition = shown.sourcePartition();
        Long offset = shown.sourceOffset();
        String appendedAt = shown.appendedAt();
        if (partition != null
                && offset != null
                && appendedAt != null
                && DeadLetter.Reason.CONFLICT.wireName().equals(shown.reason())
                // Of a record that was moved it is not known where it was written.
                && Topics.USAGE_REPORTED.name().equals(shown.topic())
                && Arrays.equals(letter.key(), contextKey)
                && letter.value() != null
                && UsageReader.fromTopic(letter.value()) instanceof Parsed.Accepted(var usage)
                && isOfSameId(usage)) {
            Long appendedAtMs = Timestamps.parseMs(appendedAt);
            keep(
                    RepeatKind.CONFLICT,
                    partition,
                    offset,
                    appendedAtMs == null ? letter.timestamp() : appendedAtMs);
        }
    }

    private void keep(RepeatKind kind, int partition, long offset, long appendedAtMs) {
        byPlace.put(
                List.of((long) partition, offset),
                new RecordRepeat(kind, partition, offset, appendedAtMs));
    }

    private boolean isOfSameId(UsageReported usage) {
        return usage.recordId().equals(first.usage().recordId())
                && usage.contextId().equals(first.usage().contextId());
    }

    private boolean isFirst(int partition, long offset) {
        return partition == first.partition() && offset == first.offset();
    }

    private static TopicPartition usage(int partition) {
        return new TopicPartition(Topics.USAGE_REPORTED.name(), partition);
    }
}
