package tekton.budget.metering.recordlog;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Topics;

import java.util.Optional;

/** Reads a record of the usage log or of the strays. It does not know whether it was counted. */
final class StoredRecord {

    private StoredRecord() {}

    /** The record as it was first written; empty when it could never be counted. */
    static Optional<CountedRecord> read(ConsumerRecord<byte[], byte[]> record) {
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
}
