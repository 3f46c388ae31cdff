package tekton.budget.metering.topology;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

import tekton.budget.codec.FeedCodec;
import tekton.budget.event.Notice;
import tekton.budget.event.SessionReached;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.TotalsFeed.Progress;
import tekton.budget.metering.streams.DeadLetters;
import tekton.budget.metering.usage.UsageChanges;
import tekton.budget.metering.usage.UsageOutcome.Misrouted;
import tekton.budget.metering.usage.UsageOutcome.New;
import tekton.budget.metering.usage.UsageOutcome.Unusable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a task of stage one sends on. Of one stream thread. */
final class UsageOutput {

    private final ProcessorContext<byte[], byte[]> context;
    private final MeteringTopology.Shape shape;
    private long progressTold;

    /**
     * The output of a task.
     *
     * @param progressTold how far usage had been read when that was told last
     */
    UsageOutput(
            ProcessorContext<byte[], byte[]> context,
            MeteringTopology.Shape shape,
            long progressTold) {
        this.context = context;
        this.shape = shape;
        this.progressTold = progressTold;
    }

    /** A record into the partition of its context. */
    void misrouted(Record<byte[], byte[]> record, Misrouted to) {
        context.forward(
                new Record<>(to.key(), record.value(), record.timestamp(), to.origin().toHeaders()),
                Nodes.MOVE_STRAYS);
    }

    /** A record that cannot be counted. */
    void unusable(Record<byte[], byte[]> record, Unusable why) {
        context.forward(
                DeadLetters.of(
                        record,
                        context.recordMetadata().orElseThrow(),
                        why.reason(),
                        why.message()),
                Nodes.BURY_DEAD_LETTERS);
    }

    /** A record that was counted, for those who ask for records as rated, and its notice. */
    void counted(Record<byte[], byte[]> record, New counted) {
        Notice notice = counted.notice();
        if (notice != null) {
            context.forward(
                    Notices.record(notice, context.currentSystemTimeMs()), Nodes.TELL_ESTIMATE);
        }
        if (shape.publishRated()) {
            context.forward(
                    new Record<>(
                            record.key(),
                            RatedUsage.write(
                                    record.value(), counted.timestampMs(), counted.charge()),
                            record.timestamp()),
                    Nodes.PUBLISH_RATED);
        }
    }

    /** What a commit tells stage two and the ledger. */
    void changes(UsageChanges changes) {
        changes.crossed()
                .forEach(
                        each ->
                                forward(
                                        each.budgetId().getBytes(StandardCharsets.UTF_8),
                                        FeedCodec.write(new SessionReached(each)),
                                        Nodes.HAND_OVER_TO_LEDGER));
        changes.deltas()
                .forEach(
                        each ->
                                forward(
                                        budgetKey(each.cell()),
                                        FeedCodec.write(each),
                                        Nodes.HAND_OVER_TO_LEDGER));
        changes.counted()
                .forEach(
                        each ->
                                forward(
                                        budgetKey(each.cell()),
                                        FeedCodec.write(each),
                                        Nodes.HAND_OVER_COUNTED));
    }

    /** How far usage has been read and all of it told: to every partition, behind the rest. */
    void progress(long offset) {
        if (offset == progressTold) {
            return;
        }
        byte[] progress = FeedCodec.write(new Progress(context.taskId().partition(), offset));
        for (int partition = 0; partition < shape.usagePartitions(); partition++) {
            forward(partitionKey(partition), progress, Nodes.HAND_OVER_PROGRESS);
        }
        for (int partition = 0; partition < shape.ledgerPartitions(); partition++) {
            forward(partitionKey(partition), progress, Nodes.TELL_LEDGER_PROGRESS);
        }
        progressTold = offset;
    }

    private void forward(byte[] key, byte[] value, String node) {
        context.forward(new Record<>(key, value, context.currentSystemTimeMs()), node);
    }

    private static byte[] budgetKey(Cell cell) {
        return cell.budgetId().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] partitionKey(int partition) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
    }
}
