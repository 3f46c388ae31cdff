package tekton.budget.bench.hostile;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.bench.oracle.TopicReader;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bytes for topics. Those that programs may write get valid records, changed ones and garbage;
 * those that only the product writes get what nobody can read, because what can be read there is
 * believed. Any thread.
 */
final class TopicPoison implements AutoCloseable {

    static final String USAGE = "budget.usage";

    /** Begins the context of every record of usage that is written by this. */
    static final String CONTEXT = "tc-";

    private static final String REQUESTS = "budget.requests";
    private static final int SAMPLES_MAX = 200;
    private static final long ACKNOWLEDGED_SECONDS = 60;

    private static final List<String> INTERNAL =
            List.of(
                    "budget.usage-strays",
                    "budget.hand-overs",
                    "budget.ledger-deltas",
                    "budget.decisions",
                    "budget.status",
                    "budget.session-limits",
                    "budget.events",
                    "budget.alert-requests",
                    "budget.alert-outcomes",
                    "budget.alert-channels",
                    "budget.alert-state",
                    "budget.prices",
                    "budget.price-requests",
                    "budget.price-status",
                    "budget.dead-letters",
                    "budget.audit");

    private final KafkaProducer<byte[], byte[]> producer;
    private final ApiDocument topics;
    private final List<String> foreign;
    private final SpanRequests spans;
    private final List<byte[]> samples = new ArrayList<>();
    private final Queue<PoisonPlace> unreadable = new ConcurrentLinkedQueue<>();

    /** Where a record stands. */
    record PoisonPlace(String topic, int partition, long offset) {}

    /**
     * @param foreign a topic of CloudEvents, and one of spans
     */
    TopicPoison(
            String bootstrapServers, ApiDocument topics, List<String> foreign, SpanRequests spans)
            throws IOException {
        this.topics = topics;
        this.foreign = List.copyOf(foreign);
        this.spans = spans;
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        TopicReader.read(
                bootstrapServers,
                REQUESTS,
                record -> {
                    if (samples.size() < SAMPLES_MAX && record.value() != null) {
                        samples.add(record.value());
                    }
                });
    }

    /** Writes the record of a number, and returns the topic when Kafka has it. */
    String write(Dice dice) throws IOException, InterruptedException {
        int where = dice.below(20);
        if (where < 11) {
            return usage(dice);
        }
        if (where < 14) {
            return requests(dice);
        }
        return where < 17 ? foreign(dice) : internal(dice);
    }

    private String usage(Dice dice) throws IOException, InterruptedException {
        SchemaValues values = new SchemaValues(topics, dice, Instant.now());
        JsonNode good =
                ((ObjectNode) values.value(topics.payload("usageReported")))
                        .put("context_id", CONTEXT + dice.number())
                        .put("record_id", "tr-" + dice.number());
        JsonMutator mutator = new JsonMutator(dice);
        byte[] valid = good.toString().getBytes(StandardCharsets.UTF_8);
        byte[] value =
                switch (dice.below(4)) {
                    case 0 -> valid;
                    case 1 -> mutator.garbage(valid);
                    default -> mutator.mutated(good);
                };
        return send(USAGE, bytes(CONTEXT + dice.number()), value);
    }

    private String requests(Dice dice) throws IOException, InterruptedException {
        JsonMutator mutator = new JsonMutator(dice);
        byte[] key = bytes("hb-" + dice.below(8));
        if (samples.isEmpty() || dice.chance(40)) {
            return sendUnreadable(REQUESTS, key);
        }
        return send(REQUESTS, key, mutator.flipped(dice.pick(samples)));
    }

    private String foreign(Dice dice) throws IOException, InterruptedException {
        String topic = dice.pick(foreign);
        if (dice.chance(30)) {
            return sendUnreadable(topic, dice.bytes(8));
        }
        if (topic.equals(foreign.getLast())) {
            return send(topic, dice.bytes(8), spans.changed(dice));
        }
        byte[] event =
                """
                {"specversion":"1.0","id":"he-%d","source":"h","type":"budget.usage","data":\
                {"context_id":"%s%d","record_id":"tr-%d","component":"h","provider":"nobody",\
                "model":"none","input_tokens":5,"output_tokens":1}}\
                """
                        .formatted(dice.number(), CONTEXT, dice.number(), dice.number())
                        .getBytes(StandardCharsets.UTF_8);
        return send(topic, dice.bytes(8), new JsonMutator(dice).flipped(event));
    }

    private String internal(Dice dice) throws IOException, InterruptedException {
        String topic = dice.pick(INTERNAL);
        // Kafka itself refuses a record without a key where it compacts.
        return send(topic, dice.bytes(1 + dice.below(40)), JsonMutator.NOTHING.clone());
    }

    private String sendUnreadable(String topic, byte[] key)
            throws IOException, InterruptedException {
        RecordMetadata at = sent(topic, key, JsonMutator.NOTHING.clone());
        unreadable.add(new PoisonPlace(topic, at.partition(), at.offset()));
        return topic;
    }

    private String send(String topic, byte[] key, byte[] value)
            throws IOException, InterruptedException {
        sent(topic, key, value);
        return topic;
    }

    private RecordMetadata sent(String topic, byte[] key, byte[] value)
            throws IOException, InterruptedException {
        try {
            return producer.send(new ProducerRecord<>(topic, key, value))
                    .get(ACKNOWLEDGED_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(topic + ": not written: " + e, e);
        }
    }

    /** Records of which each must be a dead letter. */
    List<PoisonPlace> unreadable() {
        return List.copyOf(unreadable);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close();
    }
}
