package tekton.budget.metering.recordlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Some partitions of a log, each record at the offset behind the one before. */
final class LogInMemory extends MockConsumer<byte[], byte[]> {

    private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> logs = new HashMap<>();

    LogInMemory(String topic, int partitions, String... moreTopics) {
        super("earliest");
        List<String> topics = new ArrayList<>(List.of(moreTopics));
        topics.add(topic);
        for (String each : topics) {
            for (int partition = 0; partition < partitions; partition++) {
                TopicPartition log = new TopicPartition(each, partition);
                logs.put(log, new ArrayList<>());
                updateBeginningOffsets(Map.of(log, 0L));
                updateEndOffsets(Map.of(log, 0L));
            }
        }
    }

    /** Returns the record's offset. */
    long append(TopicPartition log, String key, String value, long atMs, Headers headers) {
        List<ConsumerRecord<byte[], byte[]>> records = logs.get(log);
        long offset = records.size();
        records.add(record(log, offset, key, value, atMs, headers));
        updateEndOffsets(Map.of(log, offset + 1));
        return offset;
    }

    static ConsumerRecord<byte[], byte[]> record(
            TopicPartition log, long offset, String key, String value, long atMs, Headers headers) {
        return new ConsumerRecord<>(
                log.topic(),
                log.partition(),
                offset,
                atMs,
                TimestampType.LOG_APPEND_TIME,
                key.length(),
                value == null ? 0 : value.length(),
                key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                headers,
                Optional.empty());
    }

    static Headers none() {
        return new RecordHeaders();
    }

    /** Forgets what stands before an offset, as retention does. */
    void deleteBefore(TopicPartition log, long offset) {
        updateBeginningOffsets(Map.of(log, offset));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        TopicPartition log = assignment().iterator().next();
        if (paused().contains(log)) {
            return ConsumerRecords.empty();
        }
        long from = position(log);
        List<ConsumerRecord<byte[], byte[]>> all = logs.get(log);
        seek(log, all.size());
        return new ConsumerRecords<>(
                Map.of(log, all.stream().filter(each -> each.offset() >= from).toList()), Map.of());
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
            Map<TopicPartition, Long> times, Duration timeout) {
        Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
        times.forEach(
                (log, atMs) ->
                        logs.get(log).stream()
                                .filter(each -> each.timestamp() >= atMs)
                                .findFirst()
                                .ifPresent(
                                        each ->
                                                found.put(
                                                        log,
                                                        new OffsetAndTimestamp(
                                                                each.offset(), each.timestamp()))));
        return found;
    }
}
