package tekton.budget.kafka.backup;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import tekton.budget.kafka.backup.RecordFileReader.Block;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes the records of a partition at the offsets that they had. Offsets between them, where a
 * transaction's marker stood or a record that was compacted away, are taken by records of a
 * transaction that is aborted, and its marker: readers of what is committed never see these, and
 * all readers of Budget are such. One gap of a single offset is taken by the marker of a
 * transaction that commits the record before it. Before the first record anything will do: it is
 * deleted afterwards. Of one thread.
 */
final class PartitionRestore {

    /** Of one transaction, so that it is long over before Kafka would abort it by itself. */
    private static final long FILLERS_MAX = 10_000_000;

    private static final Duration MARKER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private static final byte[] FILLER = {0};

    private final BackupCluster cluster;
    private final Producer<byte[], byte[]> plain;
    private final Producer<byte[], byte[]> transactional;
    private final TopicPartition partition;
    private final boolean keepsOffsets;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /** The offset of what is written next. */
    private long next;

    private long timestamp;
    private boolean open;

    /**
     * For a partition that never had a record.
     *
     * @param plain writes what is to be seen, without transactions
     * @param transactional writes what is not to be seen
     * @param keepsOffsets false writes the records one behind the other
     */
    PartitionRestore(
            BackupCluster cluster,
            Producer<byte[], byte[]> plain,
            Producer<byte[], byte[]> transactional,
            TopicPartition partition,
            boolean keepsOffsets) {
        this.cluster = cluster;
        this.plain = plain;
        this.transactional = transactional;
        this.partition = partition;
        this.keepsOffsets = keepsOffsets;
    }

    /** Where it ends by now. */
    long next() {
        return next;
    }

    /** Takes the offsets before the first record, which are to be deleted. */
    void skipTo(long first) throws BackupException {
        while (next < first) {
            send(plain, filler());
        }
        settle(plain);
    }

    /** Writes a block, the gap behind it included. */
    void write(Block block) throws BackupException, InterruptedException {
        List<SavedRecord> records = block.records();
        if (!keepsOffsets) {
            for (SavedRecord record : records) {
                send(plain, record);
            }
            return;
        }
        int gaps = 0;
        int lastGap = -1;
        for (int i = 0; i < records.size(); i++) {
            if (following(block, i) > records.get(i).offset() + 1) {
                gaps++;
                lastGap = i;
            }
        }
        for (int i = 0; i < records.size(); i++) {
            SavedRecord record = records.get(i);
            long following = following(block, i);
            if (gaps == 1 && i == lastGap && following == record.offset() + 2) {
                commit(record);
            } else {
                send(plain, record);
                if (following > next) {
                    fill(following, i == lastGap);
                }
            }
        }
    }

    private static long following(Block block, int index) {
        return index + 1 < block.records().size()
                ? block.records().get(index + 1).offset()
                : block.next();
    }

    /** Its marker takes the offset behind the record. */
    private void commit(SavedRecord record) throws BackupException, InterruptedException {
        settle(plain);
        transactional.beginTransaction();
        send(transactional, record);
        settle(transactional);
        transactional.commitTransaction();
        awaitMarker();
    }

    /** A transaction is open until the last gap of a block, whose last offset its marker takes. */
    private void fill(long until, boolean last) throws BackupException, InterruptedException {
        settle(plain);
        while (until - next > FILLERS_MAX + 1) {
            hide(next + FILLERS_MAX - 1);
            abort();
        }
        hide(last ? until - 1 : until);
        if (last) {
            abort();
        }
    }

    private void hide(long until) throws BackupException {
        if (!open) {
            transactional.beginTransaction();
            open = true;
        }
        while (next < until) {
            send(transactional, filler());
        }
        settle(transactional);
    }

    private void abort() throws BackupException, InterruptedException {
        transactional.abortTransaction();
        open = false;
        awaitMarker();
    }

    /** A producer is told before the marker is written; what comes next has to come behind it. */
    private void awaitMarker() throws BackupException, InterruptedException {
        next++;
        long deadline = System.nanoTime() + MARKER_TIMEOUT.toNanos();
        while (true) {
            long end = cluster.ends(List.of(partition)).getOrDefault(partition, 0L);
            if (end == next) {
                return;
            }
            if (end > next) {
                throw elsewhere(end);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BackupException(
                        "%s: Kafka has not ended a transaction within %d s"
                                .formatted(partition, MARKER_TIMEOUT.toSeconds()));
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private ProducerRecord<byte[], byte[]> filler() {
        return new ProducerRecord<>(
                partition.topic(), partition.partition(), timestamp, FILLER, null, List.of());
    }

    private void send(Producer<byte[], byte[]> producer, SavedRecord record)
            throws BackupException {
        timestamp = record.timestamp();
        send(producer, record.toPartition(partition));
    }

    private void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
            throws BackupException {
        requireNoFailure();
        long expected = next;
        next++;
        Callback acknowledged =
                (metadata, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    } else if (metadata.offset() != expected) {
                        failure.compareAndSet(null, elsewhere(metadata.offset()));
                    }
                };
        var _ = producer.send(record, acknowledged);
    }

    /** Waits until all that was sent is where it shall be. */
    void finish() throws BackupException {
        settle(plain);
    }

    private void settle(Producer<byte[], byte[]> producer) throws BackupException {
        producer.flush();
        requireNoFailure();
    }

    private void requireNoFailure() throws BackupException {
        Exception failed = failure.get();
        if (failed instanceof BackupException known) {
            throw known;
        }
        if (failed != null) {
            throw BackupCluster.away(failed);
        }
    }

    private BackupException elsewhere(long offset) {
        return new BackupException(
                "%s: something stands at %d that this restore has not written there"
                        .formatted(partition, offset));
    }
}
