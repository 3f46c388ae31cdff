package tekton.budget.metering;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The whole ledger, and the metering that feeds it, on a broker of their own; and what tests say to
 * them.
 */
final class RunningLedger implements AutoCloseable {

    static final int LEDGER_PARTITIONS = 3;
    static final int USAGE_PARTITIONS = 6;

    private final Path directory;
    private final TestBroker broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> decisionReader;
    private final TreeMap<Integer, Long> usage = new TreeMap<>();

    /** The latest decision by its key. */
    final Map<String, ConsumerRecord<byte[], byte[]>> decisions = new HashMap<>();

    /** The offset of the latest request, by partition. */
    final TreeMap<Integer, Long> requests = new TreeMap<>();

    final MeteringMetrics metrics = new MeteringMetrics(new SimpleMeterRegistry());
    Metering metering;

    RunningLedger(Path directory) throws Exception {
        this.directory = directory;
        broker = TestBroker.start();
        metering = Metering.start(settings(), metrics);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        decisionReader = reader(Topics.DECISIONS, LEDGER_PARTITIONS);
    }

    @Override
    public void close() {
        decisionReader.close();
        producer.close();
        metering.close();
        broker.close();
    }

    /** It stops, its consumer group loses its place, and it is started again. */
    void restartWithoutOffsets() throws Exception {
        metering.close();
        loseOffsetsOf("budget-ledger");
        metering = Metering.start(settings(), metrics);
    }

    /** A reader of a topic's beginning. */
    KafkaConsumer<byte[], byte[]> reader(Topic topic, int partitions) {
        return CommittedReader.of(broker.bootstrapServers(), topic, partitions);
    }

    LedgerQueries queries() {
        return metering.ledger();
    }

    private MeteringSettings settings() throws IOException {
        return MeteringSettings.of(
                broker.bootstrapServers(), directory.resolve("streams"), "localhost:8013");
    }

    /** Behind everything that was written here. */
    Consistency after() {
        Patience.await(() -> metering.status().queryable());
        return new Consistency(new Positions(usage, requests), Patience.LIMIT);
    }

    /** Writes a request to the partition of its budget. */
    void ask(LedgerRequest request) throws Exception {
        int partition = Partitions.of(request.head().budgetId(), LEDGER_PARTITIONS);
        long offset = send(partition, LedgerCodec.write(request));
        requests.merge(partition, offset, Math::max);
    }

    /** Writes whatever it is; its offset. */
    long send(int partition, byte[] value) throws Exception {
        return producer.send(
                        new ProducerRecord<>(
                                Topics.REQUESTS.name(), partition, utf8("any key"), value))
                .get(Patience.SECONDS, TimeUnit.SECONDS)
                .offset();
    }

    /** Writes usage as a direct producer does. */
    void report(String id, String context, String allocation, long input, long output)
            throws Exception {
        int partition = Partitions.of(context, USAGE_PARTITIONS);
        String named = allocation == null ? "" : "\"allocation_id\":\"%s\",".formatted(allocation);
        String json =
                """
                {"record_id":"%s","context_id":"%s",%s"component":"chat","provider":"anthropic",\
                "model":"claude-3-opus-20240229","input_tokens":%d,"output_tokens":%d}\
                """
                        .formatted(id, context, named, input, output);
        long offset =
                producer.send(
                                new ProducerRecord<>(
                                        Topics.USAGE_REPORTED.name(),
                                        partition,
                                        utf8(context),
                                        utf8(json)))
                        .get(Patience.SECONDS, TimeUnit.SECONDS)
                        .offset();
        usage.merge(partition, offset, Math::max);
    }

    /** What was decided, as soon as it is committed; the last word under that key. */
    LedgerEvent decision(String key) {
        Patience.await(
                () -> {
                    poll();
                    return decisions.containsKey(key);
                });
        return LedgerCodec.readEvent(decisions.get(key).value());
    }

    private void poll() {
        decisionReader
                .poll(Duration.ofMillis(50))
                .forEach(one -> decisions.put(new String(one.key(), StandardCharsets.UTF_8), one));
    }

    /** How many committed decisions of a request there are. */
    long decisionsOf(String requestId) {
        try (var reader = reader(Topics.DECISIONS, LEDGER_PARTITIONS)) {
            Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
            long[] found = {0};
            Patience.await(
                    () -> {
                        reader.poll(Duration.ofMillis(50))
                                .forEach(
                                        one -> {
                                            if (LedgerCodec.readEvent(one.value())
                                                            instanceof LedgerDecision decision
                                                    && decision.requestId().equals(requestId)) {
                                                found[0]++;
                                            }
                                        });
                        return ends.entrySet().stream()
                                .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
                    });
            return found[0];
        }
    }

    private void loseOffsetsOf(String group) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // The static member is still in the group until its session ends.
            Patience.await(
                    () -> {
                        try {
                            admin.deleteConsumerGroups(List.of(group))
                                    .all()
                                    .get(Patience.SECONDS, TimeUnit.SECONDS);
                            return true;
                        } catch (Exception e) {
                            return false;
                        }
                    });
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
