package tekton.budget.bench.smoke;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Records whose client hashes keys by CRC32: each in a wrong partition, each counted once. */
final class ForeignClientCheck {

    private static final String TOPIC = "budget.usage";
    private static final long LOOK_AGAIN_MS = 50;

    private final String bootstrapServers;
    private final TotalsClient totals;
    private final Checks checks;

    ForeignClientCheck(String bootstrapServers, TotalsClient totals, Checks checks) {
        this.bootstrapServers = bootstrapServers;
        this.totals = totals;
        this.checks = checks;
    }

    void run(String tag) throws IOException, InterruptedException {
        Map<String, Object> settings =
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all");
        int partitions;
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            partitions = producer.partitionsFor(TOPIC).size();
            String context = misroutedContext("foreign-" + tag, partitions);
            int wrong = Crc32Partitioner.of(context, partitions);
            try {
                // Twice: a client that retries makes its misrouted record a duplicate as well.
                for (int i = 0; i < 2; i++) {
                    producer.send(new ProducerRecord<>(TOPIC, wrong, context, json(context))).get();
                }
            } catch (ExecutionException e) {
                throw new IOException("cannot write " + TOPIC, e);
            }
            counted("CRC32 partition " + wrong, context);
        }
        kcat(misroutedContext("kcat-" + tag, partitions));
    }

    /** A context that CRC32 puts elsewhere than Kafka's murmur2. */
    private static String misroutedContext(String prefix, int partitions) {
        for (int i = 0; i < 10_000; i++) {
            String context = prefix + '-' + i;
            int right =
                    Utils.toPositive(Utils.murmur2(context.getBytes(StandardCharsets.UTF_8)))
                            % partitions;
            if (Crc32Partitioner.of(context, partitions) != right) {
                return context;
            }
        }
        throw new IllegalStateException("with one partition nothing is misrouted");
    }

    private static String json(String context) {
        return ("{\"record_id\":\"%s-1\",\"context_id\":\"%s\",\"component\":\"%s\",\"provider\":"
                        + "\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":1000,"
                        + "\"output_tokens\":200,\"budget_id\":\"%s\"}")
                .formatted(context, context, context, context);
    }

    private void counted(String how, String id) throws IOException, InterruptedException {
        for (Kind kind : Kind.values()) {
            long begun = System.nanoTime();
            TotalsView found = totals.totals(kind, id);
            while (found.records() == 0 && !CheckTimeout.isOver(begun)) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
                found = totals.totals(kind, id);
            }
            checks.equal(how + ", " + kind + " " + id + ", records", 1L, found.records());
            checks.equal(how + ", " + kind + " " + id + ", tokens", 1_200L, found.total());
        }
    }

    private void kcat(String context) throws IOException, InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder(
                                    List.of(
                                            "kcat",
                                            "-P",
                                            "-b",
                                            bootstrapServers,
                                            "-t",
                                            TOPIC,
                                            "-K",
                                            "\t",
                                            "-X",
                                            "topic.partitioner=consistent",
                                            "-X",
                                            "acks=all"))
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            checks.skip("kcat", "it is not installed");
            return;
        }
        try (OutputStream input = process.getOutputStream()) {
            input.write((context + '\t' + json(context) + '\n').getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(CheckTimeout.LIMIT)) {
            process.destroyForcibly();
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            checks.fail("kcat: " + said.strip());
            return;
        }
        counted("kcat (librdkafka)", context);
    }
}
