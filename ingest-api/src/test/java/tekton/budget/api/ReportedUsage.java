package tekton.budget.api;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;

/** Writes usage of every kind: late, repeated, contradictory, misplaced, impossible. */
final class ReportedUsage implements AutoCloseable {

    static final List<String> BUDGETS = List.of("default", "team-a", "team-b", "a");
    static final List<String> COMPONENTS = List.of("chat", "=SUM(A1)", "a,\"b\"", "ünï");
    static final List<String> MODELS =
            List.of(
                    "anthropic claude-3-opus-20240229",
                    "anthropic claude-3-haiku-20240307",
                    "ollama llama3",
                    "nobody -unknown/model");
    static final List<String> TIERS =
            List.of("local_lightweight", "local_midweight", "remote_heavyweight");
    static final List<String> TASKS = List.of("default", "coding", "@analysis");

    /** Beside those whose records name no user. */
    static final List<String> USERS = List.of("ann", "ann/2", "+bob");

    private static final int CONTEXTS = 15;

    private final Random random;
    private final ToIntFunction<String> partitionOf;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<String> inPlace = new ArrayList<>();
    private final List<String> contexts = new ArrayList<>();
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private int ids;

    ReportedUsage(String bootstrapServers, ToIntFunction<String> partitionOf, Random random) {
        this.random = random;
        this.partitionOf = partitionOf;
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /** Writes so many records to the topic. */
    void write(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String context = "ctx/" + random.nextInt(CONTEXTS);
            int right = partitionOf.applyAsInt(context);
            int kind = random.nextInt(100);
            if (kind < 75 || inPlace.isEmpty()) {
                String value = record(context, "r" + ids++, random.nextInt(5) > 0);
                inPlace.add(value);
                contexts.add(context);
                send(right, context, value);
            } else if (kind < 88) {
                int which = random.nextInt(inPlace.size());
                String known = contexts.get(which);
                String value = inPlace.get(which);
                // The same again, or the same id with more tokens.
                send(
                        partitionOf.applyAsInt(known),
                        known,
                        kind < 85
                                ? value
                                : value.replace("\"output_tokens\":", "\"output_tokens\":9"));
            } else if (kind < 95) {
                String value = record(context, "s" + ids++, true);
                switch (random.nextInt(3)) {
                    case 0 -> send((right + 1 + random.nextInt(5)) % 6, context, value);
                    case 1 -> send((right + 1 + random.nextInt(5)) % 6, null, value);
                    default -> send(right, "another key", value);
                }
            } else {
                send(right, context, impossible(context));
            }
        }
        awaitWritten();
    }

    /** So many records as a JSON array, for the HTTP interface. */
    String array(int count) {
        List<String> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(record("ctx/" + random.nextInt(CONTEXTS), "h" + ids++, true));
        }
        return records.toString();
    }

    /** Writes one known record again and again. */
    void repeat(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            send(
                    partitionOf.applyAsInt(contexts.getFirst()),
                    contexts.getFirst(),
                    inPlace.getFirst());
        }
        awaitWritten();
    }

    @Override
    public void close() {
        producer.close();
    }

    private String impossible(String context) {
        return switch (random.nextInt(3)) {
            case 0 -> "{broken";
            case 1 -> record(context, "i" + ids++, false).replace("\"model\"", "\"no_model\"");
            default ->
                    record(context, "i" + ids++, false)
                            .replace(
                                    "{\"record_id\"",
                                    "{\"timestamp\":\"%s\",\"record_id\""
                                            .formatted(Instant.now().minus(Duration.ofDays(40))));
        };
    }

    private String record(String context, String id, boolean late) {
        String[] model = pick(MODELS).split(" ", 2);
        int input = 1 + random.nextInt(100_000);
        String at =
                late
                        ? "\"timestamp\":\"%s\","
                                .formatted(
                                        Instant.ofEpochMilli(
                                                System.currentTimeMillis()
                                                        - random.nextLong(
                                                                Duration.ofDays(34).toMillis())))
                        : "";
        String user = random.nextInt(3) == 0 ? "" : "\"user_id\":\"%s\",".formatted(pick(USERS));
        return ("{\"record_id\":\"%s\",\"context_id\":\"%s\",%s%s\"budget_id\":\"%s\","
                        + "\"component\":\"%s\",\"provider\":\"%s\",\"model\":\"%s\","
                        + "\"tier\":\"%s\",\"task_type\":\"%s\",\"input_tokens\":%d,"
                        + "\"output_tokens\":%d,\"cached_input_tokens\":%d}")
                .formatted(
                        id,
                        context,
                        at,
                        user,
                        pick(BUDGETS),
                        pick(COMPONENTS).replace("\"", "\\\""),
                        model[0],
                        model[1],
                        pick(TIERS),
                        pick(TASKS),
                        input,
                        random.nextInt(50_000),
                        random.nextBoolean() ? 0 : random.nextInt(input));
    }

    private String pick(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void awaitWritten() throws Exception {
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
        sent.clear();
    }

    private void send(int partition, String key, String value) {
        sent.add(
                producer.send(
                        new ProducerRecord<>(
                                "budget.usage",
                                partition,
                                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                                value.getBytes(StandardCharsets.UTF_8))));
    }
}
