package tekton.budget.metering.read;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.Fingerprint;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.metering.query.RecordFilter;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.read.StoreAccess.Stage;
import tekton.budget.metering.store.IdEntry;
import tekton.budget.metering.store.IdIndex;
import tekton.budget.metering.store.IdKey;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Single records: the remembered id says where, the log says what. */
public final class LocalRecords implements RecordQueries {

    /** How many contexts with one id are told apart. */
    private static final int SAME_ID_MAX = 11;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final StoreAccess stores;
    private final LogReader log;

    public LocalRecords(StoreAccess stores, LogReader log) {
        this.stores = stores;
        this.log = log;
    }

    @Override
    public Answer<List<CountedRecord>> byId(
            String recordId, @Nullable String contextId, ReadAfter after) {
        byte[] key = new Fingerprint().key(recordId, contextId == null ? "" : contextId);
        List<Integer> partitions =
                contextId == null ? stores.allPartitions() : List.of(stores.partitionOf(contextId));
        Answer<List<IdEntry>> entries =
                stores.askAfter(
                        Stage.ONE,
                        partitions,
                        after,
                        () -> {
                            List<IdEntry> found = new ArrayList<>();
                            for (int partition : partitions) {
                                find(partition, key, contextId == null, found);
                            }
                            return found.isEmpty() ? new Unknown<>() : new Found<>(found);
                        });
        return switch (entries) {
            case Found<List<IdEntry>>(List<IdEntry> found) -> bodies(found);
            case Answer.Unknown<List<IdEntry>>() -> new Unknown<>();
            case Answer.NotReady<List<IdEntry>> notReady -> new NotReady<>(notReady.retryAfter());
            case Answer.NotReached<List<IdEntry>> notReached ->
                    new Answer.NotReached<>(notReached.missing());
        };
    }

    @Override
    public Answer<RecordPage> list(
            RecordFilter filter, @Nullable String cursor, int limit, ReadAfter after) {
        WalkCursor from = cursor == null ? null : WalkCursor.parse(cursor);
        return walking(filter, from, after, walk -> next(walk, limit));
    }

    @Override
    public Answer<NumberedPage> page(RecordFilter filter, int number, int limit, ReadAfter after) {
        return walking(filter, null, after, walk -> numbered(walk, number, limit));
    }

    private void find(int partition, byte[] key, boolean everyContext, List<IdEntry> found) {
        IdIndex ids = stores.ids(partition);
        if (everyContext) {
            found.addAll(
                    ids.findInEveryContext(
                            Arrays.copyOf(key, Fingerprint.RECORD_ID_BYTES),
                            SAME_ID_MAX - found.size()));
        } else {
            IdEntry entry = ids.find(new IdKey(key));
            if (entry != null) {
                found.add(entry);
            }
        }
    }

    private Answer<List<CountedRecord>> bodies(List<IdEntry> entries) {
        return reading(
                () -> {
                    List<CountedRecord> records = new ArrayList<>();
                    for (IdEntry entry : entries) {
                        TopicPartition of = usage(entry.partition());
                        Map<TopicPartition, LogReader.Bounds> bounds = log.bounds(List.of(of));
                        if (LogReader.boundsOf(bounds, of).begin() <= entry.offset()) {
                            log.read(of, entry.offset(), entry.offset() + 1)
                                    .forEach(
                                            record ->
                                                    StoredRecord.read(record)
                                                            .ifPresent(records::add));
                        }
                    }
                    return records.isEmpty() ? new Unknown<>() : new Found<>(records);
                });
    }

    private RecordPage next(RecordWalk walk, int limit) {
        List<CountedRecord> items = new ArrayList<>();
        while (items.size() < limit) {
            CountedRecord record = walk.next();
            if (record == null) {
                break;
            }
            items.add(record);
        }
        return new RecordPage(items, walk.atEnd() ? null : walk.rest().toString());
    }

    private NumberedPage numbered(RecordWalk walk, int number, int limit) {
        long before = (number - 1L) * limit;
        long total = 0;
        while (total < before && walk.next() != null) {
            total++;
        }
        RecordPage page = next(walk, limit);
        total += page.items().size();
        while (walk.next() != null) {
            total++;
        }
        return new NumberedPage(page, total, walk.atEnd());
    }

    private <T> Answer<T> walking(
            RecordFilter filter,
            @Nullable WalkCursor from,
            ReadAfter after,
            Function<RecordWalk, T> what) {
        String contextId = filter.contextId();
        List<Integer> partitions =
                contextId == null ? stores.allPartitions() : List.of(stores.partitionOf(contextId));
        return stores.askAfter(
                Stage.ONE,
                partitions,
                after,
                () ->
                        reading(
                                () ->
                                        new Found<>(
                                                what.apply(
                                                        new RecordWalk(
                                                                stores,
                                                                log,
                                                                partitions,
                                                                filter,
                                                                from)))));
    }

    private static TopicPartition usage(int partition) {
        return new TopicPartition(Topics.USAGE_REPORTED.name(), partition);
    }

    private static <T> Answer<T> reading(Supplier<Answer<T>> read) {
        try {
            return read.get();
        } catch (TimeoutException | InterruptException e) {
            return new NotReady<>(RETRY_AFTER);
        }
    }
}
