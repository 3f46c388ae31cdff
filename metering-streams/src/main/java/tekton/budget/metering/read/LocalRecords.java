package tekton.budget.metering.read;

import org.apache.kafka.clients.consumer.ConsumerRecord;
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
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.read.StoreAccess.Stage;
import tekton.budget.metering.store.IdEntry;
import tekton.budget.metering.store.IdIndex;
import tekton.budget.metering.store.IdKey;
import tekton.budget.serde.Parsed;
import tekton.budget.serde.UsageReader;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Single records: the remembered id says where, the log says what. */
public final class LocalRecords implements RecordQueries {

    /** How many records of the log one page reads at most. */
    static final int READ_PER_PAGE_MAX = 20_000;

    /** How many contexts with one id are told apart. */
    private static final int SAME_ID_MAX = 11;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Pattern CURSOR = Pattern.compile("u(\\d{1,18})-s(\\d{1,18})");

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
    public Answer<RecordPage> ofContext(
            String contextId, @Nullable String cursor, int limit, ReadAfter after) {
        int partition = stores.partitionOf(contextId);
        Cursor from = cursor == null ? null : Cursor.parse(cursor);
        return stores.askAfter(
                Stage.ONE,
                List.of(partition),
                after,
                () -> reading(() -> new Found<>(page(contextId, partition, from, limit))));
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
                        if (log.bounds(of).begin() <= entry.offset()) {
                            log.read(of, entry.offset(), entry.offset() + 1)
                                    .forEach(record -> counted(record).ifPresent(records::add));
                        }
                    }
                    return records.isEmpty() ? new Unknown<>() : new Found<>(records);
                });
    }

    private RecordPage page(String contextId, int partition, @Nullable Cursor from, int limit) {
        byte[] contextKey = contextId.getBytes(StandardCharsets.UTF_8);
        IdIndex ids = stores.ids(partition);
        Fingerprint fingerprint = new Fingerprint();
        BackwardLog usage =
                new BackwardLog(log, usage(partition), from == null ? null : from.usage());
        BackwardLog strays =
                new BackwardLog(log, strays(partition), from == null ? null : from.strays());
        List<CountedRecord> items = new ArrayList<>();
        for (int read = 0; read < READ_PER_PAGE_MAX && items.size() < limit; read++) {
            BackwardLog newer = newer(usage, strays);
            if (newer == null) {
                return new RecordPage(items, null);
            }
            ConsumerRecord<byte[], byte[]> record = newer.take();
            if (Arrays.equals(record.key(), contextKey)) {
                counted(record).filter(c -> isFirst(c, ids, fingerprint)).ifPresent(items::add);
            }
        }
        return new RecordPage(items, new Cursor(usage.next(), strays.next()).toString());
    }

    private static @Nullable BackwardLog newer(BackwardLog one, BackwardLog other) {
        ConsumerRecord<byte[], byte[]> a = one.peek();
        ConsumerRecord<byte[], byte[]> b = other.peek();
        if (a == null) {
            return b == null ? null : other;
        }
        return b == null || a.timestamp() >= b.timestamp() ? one : other;
    }

    /** Duplicates and conflicts stand in the log too; the counted one is where the id points. */
    private static boolean isFirst(CountedRecord record, IdIndex ids, Fingerprint fingerprint) {
        IdEntry entry =
                ids.find(
                        new IdKey(
                                fingerprint.key(
                                        record.usage().recordId(), record.usage().contextId())));
        return entry != null
                && entry.partition() == record.partition()
                && entry.offset() == record.offset();
    }

    private static Optional<CountedRecord> counted(ConsumerRecord<byte[], byte[]> record) {
        Optional<Origin> origin =
                record.topic().equals(Topics.USAGE_STRAYS.name())
                        ? Origin.of(record.headers())
                        : Optional.of(
                                new Origin(
                                        record.partition(), record.offset(), record.timestamp()));
        if (origin.isEmpty() || record.value() == null) {
            return Optional.empty();
        }
        return UsageReader.fromTopic(record.value()) instanceof Parsed.Accepted(var usage)
                ? Optional.of(
                        new CountedRecord(
                                usage,
                                usage.timestampMs(origin.get().appendTimeMs()),
                                origin.get().partition(),
                                origin.get().offset()))
                : Optional.empty();
    }

    private static TopicPartition usage(int partition) {
        return new TopicPartition(Topics.USAGE_REPORTED.name(), partition);
    }

    private static TopicPartition strays(int partition) {
        return new TopicPartition(Topics.USAGE_STRAYS.name(), partition);
    }

    private static <T> Answer<T> reading(Supplier<Answer<T>> read) {
        try {
            return read.get();
        } catch (TimeoutException | InterruptException e) {
            return new NotReady<>(RETRY_AFTER);
        }
    }

    /** Where a page ended: the offsets behind what is still to be read of both logs. */
    private record Cursor(long usage, long strays) {

        static Cursor parse(String text) {
            Matcher matcher = CURSOR.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "cursor: not one of ours (expected: the next of the page before)");
            }
            return new Cursor(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }

        @Override
        public String toString() {
            return "u" + usage + "-s" + strays;
        }
    }
}
