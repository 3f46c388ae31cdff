package tekton.budget.bench.decide;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.bench.control.BenchTopics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a decision through Kafka could cost at the least: a caller sends one record, one writer
 * takes whatever waits, answers each with one record, commits answers and offsets in one
 * transaction, and the caller has its answer when a reader of committed records sees it. Nothing is
 * parsed, decided or remembered. In topics of its own that are deleted at the end; callers, writer
 * and reader are threads of this JVM.
 */
final class TransactionLoop implements AutoCloseable {

    /** About as long as a request and a decision of the product. */
    private static final int BYTES = 400;

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long ANSWER_SECONDS = 30;

    private final String bootstrapServers;
    private final BenchTopics topics;
    private final TopicPartition requests;
    private final TopicPartition decisions;
    private final KafkaProducer<byte[], byte[]> callers;
    private final KafkaProducer<byte[], byte[]> writer;
    private final KafkaConsumer<byte[], byte[]> taken;
    private final KafkaConsumer<byte[], byte[]> seen;
    private final Map<Long, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicReference<String> failed = new AtomicReference<>("");
    private final List<Thread> threads;
    private volatile boolean ending;

    TransactionLoop(String bootstrapServers) throws IOException, InterruptedException {
        this.bootstrapServers = bootstrapServers;
        topics = new BenchTopics(bootstrapServers);
        requests = new TopicPartition(topics.create("requests", 1), 0);
        decisions = new TopicPartition(topics.create("decisions", 1), 0);
        callers = producer(Map.of());
        writer = producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, requests.topic()));
        writer.initTransactions();
        taken = consumer(requests);
        seen = consumer(decisions);
        threads =
                List.of(
                        Thread.ofPlatform().daemon().name("writer").start(() -> run(this::write)),
                        Thread.ofPlatform().daemon().name("reader").start(() -> run(this::read)));
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // A broker may still be at the last transaction; the default waits a tenth of a second.
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 1);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> consumer(TopicPartition partition) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.GROUP_ID_CONFIG,
                                partition.topic(),
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        return consumer;
    }

    private void run(Runnable step) {
        try {
            while (!ending) {
                step.run();
            }
        } catch (WakeupException end) {
            // As asked for.
        } catch (RuntimeException e) {
            failed.set(e.toString());
            waiting.values().forEach(answer -> answer.completeExceptionally(e));
        }
    }

    private void write() {
        ConsumerRecords<byte[], byte[]> waits = taken.poll(POLL);
        if (waits.isEmpty()) {
            return;
        }
        writer.beginTransaction();
        for (ConsumerRecord<byte[], byte[]> request : waits) {
            var _ = writer.send(new ProducerRecord<>(decisions.topic(), 0, null, request.value()));
        }
        writer.sendOffsetsToTransaction(
                Map.of(requests, new OffsetAndMetadata(taken.position(requests))),
                taken.groupMetadata());
        writer.commitTransaction();
    }

    private void read() {
        for (ConsumerRecord<byte[], byte[]> decision : seen.poll(POLL)) {
            CompletableFuture<Void> answer =
                    waiting.remove(ByteBuffer.wrap(decision.value()).getLong());
            if (answer != null) {
                answer.complete(null);
            }
        }
    }

    /** Callers share the producer, as requests share the service's. */
    ClosedLoop.LoopClient caller() {
        return new ClosedLoop.LoopClient() {
            @Override
            public String call(long number) throws Exception {
                if (!failed.get().isEmpty()) {
                    return failed.get();
                }
                long mine = numbers.getAndIncrement();
                CompletableFuture<Void> answer = new CompletableFuture<>();
                waiting.put(mine, answer);
                byte[] value = ByteBuffer.allocate(BYTES).putLong(mine).array();
                var _ = callers.send(new ProducerRecord<>(requests.topic(), 0, null, value));
                answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
                return "";
            }

            @Override
            public void close() {
                // The producer is everybody's.
            }
        };
    }

    @Override
    public void close() throws IOException, InterruptedException {
        ending = true;
        taken.wakeup();
        seen.wakeup();
        for (Thread thread : threads) {
            thread.join();
        }
        callers.close();
        writer.close();
        taken.close();
        seen.close();
        topics.close();
    }
}
