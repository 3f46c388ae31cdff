package tekton.budget.metering.recordlog;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.RecordFilter;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.remote.ScatterGather;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Goes back through the logs of some partitions, merged by arrival, and shows the counted records
 * that match. Reads at most {@link RecordQueries#READ_MAX} records, for at most ten seconds. One
 * thread.
 */
final class RecordWalk {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ScatterGather gather;
    private final RecordFilter filter;
    private final byte @Nullable [] contextKey;
    private final List<Track> tracks = new ArrayList<>();
    private final long deadline = System.nanoTime() + TIMEOUT.toNanos();
    private int read;
    private boolean atEnd;

    /** A partition: its two logs, and which of their records were counted. */
    private record Track(int partition, DedupLookup ids, BackwardLog usage, BackwardLog strays) {

        /** The log with the newer record; the usage log's of one instant; null at the end. */
        @Nullable BackwardLog newer() {
            ConsumerRecord<byte[], byte[]> a = usage.peek();
            ConsumerRecord<byte[], byte[]> b = strays.peek();
            if (a == null) {
                return b == null ? null : strays;
            }
            return b == null || a.timestamp() >= b.timestamp() ? usage : strays;
        }
    }

    /**
     * Begins at the log's end, or where a walk before has ended.
     *
     * @throws IllegalArgumentException if that walk went through other partitions
     */
    RecordWalk(
            ScatterGather gather,
            LogReader log,
            List<Integer> partitions,
            RecordFilter filter,
            @Nullable WalkCursor from) {
        this.gather = gather;
        this.filter = filter;
        String context = filter.contextId();
        contextKey = context == null ? null : context.getBytes(StandardCharsets.UTF_8);
        List<TopicPartition> logs = new ArrayList<>();
        for (int partition : partitions) {
            logs.add(usage(partition));
            logs.add(strays(partition));
        }
        Map<TopicPartition, LogReader.Bounds> bounds = log.bounds(logs);
        for (int partition : partitions) {
            WalkCursor.Part part = from == null ? null : from.parts().get(partition);
            if (from != null && part == null) {
                throw WalkCursor.notOurs();
            }
            tracks.add(
                    new Track(
                            partition,
                            new DedupLookup(gather, partition),
                            new BackwardLog(
                                    log,
                                    usage(partition),
                                    LogReader.boundsOf(bounds, usage(partition)),
                                    part == null ? null : part.usage(),
                                    logs.size()),
                            new BackwardLog(
                                    log,
                                    strays(partition),
                                    LogReader.boundsOf(bounds, strays(partition)),
                                    part == null ? null : part.strays(),
                                    logs.size())));
        }
    }

    /** The next record, or null when the logs' begin or the bound is reached. */
    @Nullable CountedRecord next() {
        while (read < RecordQueries.READ_MAX && !atEnd) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(
                        "record list: not read within " + TIMEOUT.toSeconds() + " s");
            }
            Track track = newest();
            BackwardLog newer = track == null ? null : track.newer();
            if (track == null || newer == null) {
                atEnd = true;
                return null;
            }
            read++;
            CountedRecord found = wanted(newer.take(), track);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** True when there is nothing behind what was shown. */
    boolean atEnd() {
        return atEnd;
    }

    /** Where a further walk begins. */
    WalkCursor rest() {
        TreeMap<Integer, WalkCursor.Part> parts = new TreeMap<>();
        for (Track track : tracks) {
            parts.put(
                    track.partition(),
                    new WalkCursor.Part(track.usage().next(), track.strays().next()));
        }
        return new WalkCursor(parts);
    }

    /** The partition with the newest record; of those of one instant the first. */
    private @Nullable Track newest() {
        Track newest = null;
        long newestMs = Long.MIN_VALUE;
        for (Track track : tracks) {
            BackwardLog newer = track.newer();
            ConsumerRecord<byte[], byte[]> head = newer == null ? null : newer.peek();
            if (head != null && (newest == null || head.timestamp() > newestMs)) {
                newest = track;
                newestMs = head.timestamp();
            }
        }
        return newest;
    }

    private @Nullable CountedRecord wanted(ConsumerRecord<byte[], byte[]> record, Track track) {
        CountedRecord candidate = candidate(record, track);
        return candidate != null && isFirst(candidate, track) ? candidate : null;
    }

    /** The record, if it is wanted; whether it was counted is not known yet. */
    private @Nullable CountedRecord candidate(ConsumerRecord<byte[], byte[]> record, Track track) {
        if (contextKey != null && !Arrays.equals(record.key(), contextKey)) {
            return null;
        }
        return StoredRecord.read(record)
                .filter(counted -> filter.takes(counted.usage(), counted.timestampMs()))
                .filter(counted -> isInPlace(record, counted, track))
                .orElse(null);
    }

    /** What stands elsewhere than its context's records was moved, and is shown where it went. */
    private boolean isInPlace(
            ConsumerRecord<byte[], byte[]> record, CountedRecord counted, Track track) {
        String context = counted.usage().contextId();
        return Arrays.equals(record.key(), context.getBytes(StandardCharsets.UTF_8))
                && gather.partitionsOf(ShardKind.CONTEXTS, context).getFirst() == track.partition();
    }

    /** Duplicates and conflicts stand in the log too; the counted one is where the id points. */
    private boolean isFirst(CountedRecord counted, Track track) {
        FirstOccurrence entry =
                track.ids()
                        .find(
                                counted,
                                () ->
                                        Stream.concat(track.usage().held(), track.strays().held())
                                                .map(record -> candidate(record, track))
                                                .filter(Objects::nonNull));
        return entry != null
                && entry.partition() == counted.partition()
                && entry.offset() == counted.offset();
    }

    private static TopicPartition usage(int partition) {
        return new TopicPartition(Topics.USAGE_REPORTED.name(), partition);
    }

    private static TopicPartition strays(int partition) {
        return new TopicPartition(Topics.USAGE_STRAYS.name(), partition);
    }
}
