package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.api.foreign.ForeignConsumer;
import tekton.budget.api.foreign.ForeignTopic;
import tekton.budget.api.foreign.ForeignTopics;
import tekton.budget.event.DeadLetter;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topics;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Topics of other programs, written by a plain producer: counted once, whatever is sent or read
 * twice.
 */
class ForeignTopicsIT {

    private static final String EVENTS = "chat-events";
    private static final String SPANS = "otlp_spans";
    private static final String LOGS = "otlp_logs";
    private static final String LATE = "late-events";
    private static final int PARTITIONS = 3;
    private static final String MODEL = "claude-3-opus-20240229";

    /** The same whenever an event is sent again. */
    private static Instant eventTime;

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Admin admin;
    private static KafkaProducer<byte[], byte[]> producer;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        eventTime = Instant.now();
        broker = TestBroker.start();
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(config);
        producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        makeTopics(EVENTS, SPANS, LOGS);
        startApi();
    }

    @AfterAll
    static void stop() {
        api.close();
        producer.close();
        admin.close();
        broker.close();
    }

    private static void startApi() throws Exception {
        api =
                Api.startForeign(
                                broker.bootstrapServers(),
                                data,
                                new ForeignTopics(
                                        List.of(
                                                new ForeignTopic(EVENTS, null),
                                                new ForeignTopic(LATE, null),
                                                new ForeignTopic(SPANS, OtlpSignal.TRACES),
                                                new ForeignTopic(LOGS, OtlpSignal.LOGS))))
                        .awaitHealthy();
    }

    @Test
    void shouldCountEveryFormOnceAlthoughItIsSentTwice() throws Exception {
        long now = System.currentTimeMillis();
        for (int round = 0; round < 2; round++) {
            int partition = round;
            send(
                    EVENTS,
                    partition,
                    event("s1", "forms", "input", 100),
                    "content-type",
                    "application/cloudevents+json; charset=UTF-8");
            send(
                    EVENTS,
                    partition + 1,
                    prompt("output", 250),
                    "content-type",
                    "application/json",
                    "ce_specversion",
                    "1.0",
                    "ce_id",
                    "b1",
                    "ce_source",
                    "forms-bot",
                    "ce_type",
                    "prompt",
                    "ce_subject",
                    "forms");
            send(
                    EVENTS,
                    partition,
                    "[%s, {\"type\": \"other\"}, %s]"
                            .formatted(
                                    event("m1", "forms", "input", 1_000),
                                    event("m2", "forms", "output", 2_000)),
                    "content-type",
                    "application/cloudevents-batch+json");
            send(SPANS, partition, traces(span("forms", 1, now), span("forms", 2, now)));
            send(LOGS, partition, log("forms", now));
        }
        awaitRead(EVENTS, SPANS, LOGS);

        // Tokens in: 100 + 1,000 of events, twice 7 of spans, 30 of the log record; out alike.
        assertTotal("forms", 1_144, 2_276, 7);
        assertThat(metric("budget_usage_accepted_total{way=\"cloudevents_topic\"}")).isPositive();
        assertThat(metric("budget_usage_accepted_total{way=\"otlp_topic\"}")).isPositive();
    }

    @Test
    void shouldCountOnceWhatIsReadAgainBecauseItsPlaceWasLost() throws Exception {
        for (int i = 0; i < 200; i++) {
            send(EVENTS, i, event("again-" + i, "again", "input", 10));
        }
        send(SPANS, 1, traces(span("again", 3, System.currentTimeMillis())));
        awaitRead(EVENTS, SPANS, LOGS);
        assertTotal("again", 2_007, 13, 201);

        api.close();
        admin.alterConsumerGroupOffsets(
                        ForeignConsumer.GROUP,
                        ends(EVENTS, SPANS, LOGS).keySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                partition -> partition,
                                                _ -> new OffsetAndMetadata(0))))
                .all()
                .get();
        for (int i = 0; i < 50; i++) {
            send(EVENTS, i, event("fresh-" + i, "again", "output", 4));
        }
        startApi();
        awaitRead(EVENTS, SPANS, LOGS);

        assertTotal("again", 2_007, 213, 251);
    }

    @Test
    void shouldBuryWhatCannotCountAndReadOn() throws Exception {
        send(EVENTS, 0, event("before", "poison", "input", 1));
        long garbage = send(EVENTS, 0, "not an event", "content-type", "text/plain", "x", "y");
        long half =
                send(
                        EVENTS,
                        0,
                        "[%s, 7, {\"specversion\": \"1.0\", \"id\": \"h\", \"source\": \"s\", \"type\": \"%s\", \"data\": {\"input_tokens\": 1}}]"
                                .formatted(
                                        event("half", "poison", "input", 2),
                                        "com.tekton.budget.usage.v1"));
        long avro = send(EVENTS, 0, "Obj", "content-type", "application/cloudevents+avro; a=b");
        long old =
                send(
                        EVENTS,
                        0,
                        event("old", "poison", "input", 8)
                                .replaceAll(
                                        "\"time\": \"[^\"]*\"",
                                        "\"time\": \"2020-01-01T00:00:00Z\""));
        send(EVENTS, 0, (byte[]) null);
        long span = send(SPANS, 0, new byte[] {10, 127, 1});
        send(EVENTS, 0, event("behind", "poison", "input", 4));
        send(SPANS, 0, traces(span("poison", 4, System.currentTimeMillis())));
        awaitRead(EVENTS, SPANS);

        assertTotal("poison", 14, 13, 4);
        Map<String, ConsumerRecord<byte[], byte[]>> letters = letters();
        ConsumerRecord<byte[], byte[]> first = letters.get(EVENTS + "-0@" + garbage);
        assertThat(header(first, DeadLetter.REASON)).isEqualTo("unreadable");
        assertThat(header(first, DeadLetter.MESSAGE)).contains("not JSON");
        assertThat(header(first, "x")).isEqualTo("y");
        assertThat(new String(first.value(), UTF_8)).isEqualTo("not an event");
        assertThat(new String(first.key(), UTF_8)).isEqualTo("key");
        ConsumerRecord<byte[], byte[]> second = letters.get(EVENTS + "-0@" + half);
        assertThat(header(second, DeadLetter.REASON)).isEqualTo("invalid");
        assertThat(header(second, DeadLetter.MESSAGE))
                .startsWith("1 counted, 2 not: event 2: context_id")
                .endsWith("event 1: 7 (expected: a JSON object)");
        assertThat(header(letters.get(EVENTS + "-0@" + avro), DeadLetter.MESSAGE))
                .contains("application/cloudevents-batch+json");
        assertThat(header(letters.get(EVENTS + "-0@" + old), DeadLetter.MESSAGE))
                .contains("event 0: timestamp");
        assertThat(header(letters.get(SPANS + "-0@" + span), DeadLetter.REASON))
                .isEqualTo("unreadable");
        assertThat(metric("budget_foreign_dead_letters_total{way=\"cloudevents_topic\"}"))
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void shouldGoOnWhereItWasWhenKafkaDidNotTakeItsUsage() throws Exception {
        String before = setLargestUsage("10");
        int[] sent = {0};
        // Records whose usage could not be written are to be read again. The bound does not hold
        // at once, so the first may still be written.
        Api.await(
                () -> {
                    send(EVENTS, sent[0], event("away-" + sent[0]++, "away", "input", 5));
                    return metric("budget_foreign_lag_records") > 0;
                });
        send(SPANS, 2, traces(span("away", 5, System.currentTimeMillis())));
        setLargestUsage(before);
        awaitRead(EVENTS, SPANS);
        assertTotal("away", 5L * sent[0] + 7, 13, sent[0] + 1);

        broker.restart();
        send(EVENTS, 0, event("away-0", "away", "input", 5));
        send(EVENTS, 1, event("back", "away", "output", 100));
        awaitRead(EVENTS, SPANS);
        assertTotal("away", 5L * sent[0] + 7, 113, sent[0] + 2);
    }

    @Test
    void shouldReadATopicThatIsMadeLater() throws Exception {
        assertThat(api.get("/ready").statusCode()).isEqualTo(200);
        makeTopics(LATE);
        send(LATE, 0, event("late", "late", "input", 3));
        awaitRead(LATE);
        assertTotal("late", 3, 0, 1);
    }

    private static void makeTopics(String... names) throws Exception {
        admin.createTopics(
                        List.of(names).stream()
                                .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
                                .toList())
                .all()
                .get();
    }

    /** Sets the largest usage record that Kafka takes; gives back what it was. */
    private static String setLargestUsage(String bytes) throws Exception {
        ConfigResource topic =
                new ConfigResource(ConfigResource.Type.TOPIC, Topics.USAGE_REPORTED.name());
        String before =
                admin.describeConfigs(List.of(topic))
                        .all()
                        .get()
                        .get(topic)
                        .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                        .value();
        admin.incrementalAlterConfigs(
                        Map.of(
                                topic,
                                List.of(
                                        new AlterConfigOp(
                                                new ConfigEntry(
                                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                                        bytes),
                                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
        return before;
    }

    private static long send(String topic, int partition, String value, String... headers)
            throws Exception {
        return send(topic, partition, value.getBytes(UTF_8), headers);
    }

    private static long send(String topic, int partition, byte[] value, String... headers)
            throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, partition % PARTITIONS, "key".getBytes(UTF_8), value);
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(new RecordHeader(headers[i], headers[i + 1].getBytes(UTF_8)));
        }
        return producer.send(record).get(1, TimeUnit.MINUTES).offset();
    }

    private static String event(String id, String subject, String direction, int tokens) {
        return """
        {"specversion": "1.0", "id": "%s", "source": "%s-bot", "type": "prompt",
         "subject": "%s", "time": "%s", "data": %s}\
        """
                .formatted(id, subject, subject, eventTime, prompt(direction, tokens));
    }

    private static String prompt(String direction, int tokens) {
        return "{\"tokens\": \"%d\", \"model\": \"%s\", \"provider\": \"anthropic\", \"type\": \"%s\"}"
                .formatted(tokens, MODEL, direction);
    }

    private static byte[] traces(Span... spans) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (Span span : spans) {
            scope.addSpans(span);
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    private static Span span(String context, int id, long endMs) {
        return Span.newBuilder()
                .setTraceId(
                        ByteString.copyFrom(
                                new byte[] {
                                    1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, (byte) id
                                }))
                .setSpanId(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) id}))
                .setEndTimeUnixNano(endMs * 1_000_000)
                .addAttributes(text("gen_ai.operation.name", "chat"))
                .addAttributes(text("gen_ai.provider.name", "anthropic"))
                .addAttributes(text("gen_ai.request.model", MODEL))
                .addAttributes(text("gen_ai.conversation.id", context))
                .addAttributes(text("service.name", context + "-bot"))
                .addAttributes(number("gen_ai.usage.input_tokens", 7))
                .addAttributes(number("gen_ai.usage.output_tokens", 13))
                .build();
    }

    /** As the exporter's otlp_json writes it. */
    private static String log(String context, long atMs) {
        return """
        {"resourceLogs":[{"resource":{"attributes":[
          {"key":"service.name","value":{"stringValue":"%s-bot"}}]},"scopeLogs":[{"logRecords":[
          {"timeUnixNano":"%d","body":{"stringValue":"claude_code.api_request"},"attributes":[
           {"key":"session.id","value":{"stringValue":"%s"}},
           {"key":"model","value":{"stringValue":"%s"}},
           {"key":"input_tokens","value":{"stringValue":"30"}},
           {"key":"output_tokens","value":{"intValue":"0"}},
           {"key":"request_id","value":{"stringValue":"req-%s"}}]}]}]}]}\
        """
                .formatted(context, atMs * 1_000_000, context, MODEL, context);
    }

    private static KeyValue text(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue number(String name, long value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    /** Until the group has said that it has read all there is. */
    private static void awaitRead(String... topics) throws Exception {
        Map<TopicPartition, Long> ends = ends(topics);
        Api.await(
                () -> {
                    Map<TopicPartition, OffsetAndMetadata> read =
                            admin.listConsumerGroupOffsets(ForeignConsumer.GROUP)
                                    .partitionsToOffsetAndMetadata()
                                    .get();
                    return ends.entrySet().stream()
                            .allMatch(
                                    end ->
                                            end.getValue() == 0
                                                    || (read.get(end.getKey()) != null
                                                            && read.get(end.getKey()).offset()
                                                                    >= end.getValue()));
                });
    }

    private static Map<TopicPartition, Long> ends(String... topics) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (var topic : admin.describeTopics(List.of(topics)).allTopicNames().get().values()) {
            topic.partitions()
                    .forEach(
                            partition ->
                                    asked.put(
                                            new TopicPartition(topic.name(), partition.partition()),
                                            OffsetSpec.latest()));
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked)
                .all()
                .get()
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** The total of a context, once everything in the usage topic is in it; of our model alone. */
    private static void assertTotal(String context, long input, long output, long records)
            throws Exception {
        String position =
                ends(Topics.USAGE_REPORTED.name()).entrySet().stream()
                        .filter(end -> end.getValue() > 0)
                        .map(
                                end ->
                                        "usage-%d:%d"
                                                .formatted(
                                                        end.getKey().partition(),
                                                        end.getValue() - 1))
                        .collect(Collectors.joining(","));
        HttpResponse<String> answer =
                api.get("/api/totals/contexts/" + context, "Budget-Position", position);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode total = Api.json(answer);
        assertThat(total.get("input_tokens").longValue()).as(answer.body()).isEqualTo(input);
        assertThat(total.get("output_tokens").longValue()).as(answer.body()).isEqualTo(output);
        assertThat(total.get("record_count").longValue()).as(answer.body()).isEqualTo(records);
        assertThat(total.get("total_cost").decimalValue())
                .isEqualByComparingTo(new BigDecimal(input * 15 + output * 75).movePointLeft(6));
    }

    private static double metric(String name) throws Exception {
        return api.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + ' '))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    /** The dead letters by where they were read. */
    private static Map<String, ConsumerRecord<byte[], byte[]>> letters() throws Exception {
        Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            TopicPartition only = new TopicPartition(Topics.DEAD_LETTERS.name(), 0);
            reader.assign(List.of(only));
            reader.seekToBeginning(Set.of(only));
            long end = reader.endOffsets(Set.of(only)).get(only);
            while (reader.position(only) < end) {
                for (ConsumerRecord<byte[], byte[]> letter : reader.poll(Duration.ofSeconds(1))) {
                    letters.put(
                            "%s-%s@%s"
                                    .formatted(
                                            header(letter, DeadLetter.TOPIC),
                                            header(letter, DeadLetter.PARTITION),
                                            header(letter, DeadLetter.OFFSET)),
                            letter);
                }
            }
        }
        return letters;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
