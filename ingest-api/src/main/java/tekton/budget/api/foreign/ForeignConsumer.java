package tekton.budget.api.foreign;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.adapter.otlp.SpanMemory;
import tekton.budget.api.usage.ForeignIntake;
import tekton.budget.api.usage.ForeignMeter;
import tekton.budget.api.usage.ForeignSettings;
import tekton.budget.api.usage.IntakeMeter;
import tekton.budget.kafka.KafkaClients;
import tekton.budget.settings.KafkaConnection;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Reads topics of other programs: CloudEvents, and what OpenTelemetry's Collector writes. All
 * instances are one group and share the partitions. Without such topics there is neither a thread
 * nor a connection.
 *
 * <p>A group without a place begins with the oldest record: what was written before Budget came
 * counts, as far as its time is not refused.
 */
public final class ForeignConsumer implements AutoCloseable {

    /** The group of every instance. */
    public static final String GROUP = "budget-foreign";

    private static final Logger LOG = LoggerFactory.getLogger(ForeignConsumer.class);

    /** A killed instance's partitions go to others after this long. */
    private static final int SESSION_TIMEOUT_MS = 15_000;

    /** Far beyond what a poll's records take, {@link TopicSession#SEND_TIMEOUT} and a delivery. */
    private static final int POLL_INTERVAL_MS = 300_000;

    /** All are in memory decompressed, {@link ForeignIntake#BODY_BYTES_MAX} of each or more. */
    private static final int POLL_RECORDS = 50;

    /** The most bytes of a broker's answer as they are written; a larger batch comes alone. */
    private static final int FETCH_BYTES = 8 * 1024 * 1024;

    /** The most of a partition in it, so that each partition has its turn. */
    private static final int PARTITION_FETCH_BYTES = 1024 * 1024;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** The consumer's goodbye with a last commit, and the two producers' of 5 s each, take less. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final KafkaConnection kafka;
    private final ForeignTopics topics;
    private final TopicIntake intake;
    private final TopicWriter writer;
    private final BooleanSupplier ready;
    private final Thread thread;
    private volatile boolean closing;
    private volatile long lag;

    /**
     * A consumer that has not started.
     *
     * @param settings what foreign fields mean
     * @param spans those that counted lately; shared with all other ways to traces
     * @param timeout how long Kafka may take to acknowledge what is written
     * @param acknowledgedNanos hears of every acknowledged usage record how long that took
     * @param ready whether there is somebody to count, and prices to count by
     */
    public ForeignConsumer(
            KafkaConnection kafka,
            ForeignTopics topics,
            ForeignSettings settings,
            SpanMemory spans,
            ForeignIntake intake,
            Duration timeout,
            IntakeMeter intakes,
            ForeignMeter foreign,
            LongConsumer acknowledgedNanos,
            BooleanSupplier ready,
            InstantSource clock) {
        this.ready = ready;
        this.kafka = kafka;
        this.topics = topics;
        this.intake = new TopicIntake(new TopicBodies(settings, spans), intake, clock);
        writer = new TopicWriter(kafka, timeout, intakes, foreign, acknowledgedNanos);
        thread = Thread.ofPlatform().daemon().name("foreign-topics").unstarted(this::run);
    }

    /** Begins to read, and returns; nothing without topics, nor when it has begun. */
    public synchronized void start() {
        if (!topics.topics().isEmpty() && !closing && thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    /**
     * How many records of the topics this instance has yet to read, as its last fetches knew; 0
     * without topics.
     */
    public long lag() {
        return lag;
    }

    /** Ends reading. A record whose usage is not known to be durable is read again. */
    @Override
    public synchronized void close() {
        closing = true;
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                LOG.warn("Reading topics of others did not end within {}", STOP_TIMEOUT);
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Pauses pauses = new Pauses();
        try {
            while (!ready.getAsBoolean()) {
                Thread.sleep(Pauses.FIRST);
            }
            while (!closing) {
                try {
                    writer.open();
                    follow(pauses);
                } catch (InterruptException stop) {
                    return;
                } catch (RuntimeException failure) {
                    Duration pause = pauses.next();
                    LOG.warn("Topics of others are read again in {}", pause, failure);
                    Thread.sleep(pause);
                } catch (Error failure) {
                    // A record too large for memory, a codec that this machine has not: other
                    // topics can be read all the same, and nobody restarts a process that serves.
                    Duration pause = pauses.next();
                    LOG.error("Topics of others are read again in {}", pause, failure);
                    Thread.sleep(pause);
                }
            }
        } catch (InterruptedException stop) {
            LOG.debug("Reading topics of others ends", stop);
        } finally {
            heedNoInterrupt();
            writer.close();
        }
    }

    /** Clients that are closed while the thread is interrupted do not say goodbye. */
    private static void heedNoInterrupt() {
        boolean _ = Thread.interrupted();
    }

    private void follow(Pauses pauses) throws InterruptedException {
        KafkaConsumer<byte[], byte[]> consumer = KafkaClients.reader(config());
        try {
            TopicSession session = new TopicSession(consumer, topics, intake, writer);
            while (!closing) {
                boolean read;
                try {
                    read = session.step();
                } finally {
                    lag = session.lag();
                }
                if (read) {
                    pauses.over();
                }
            }
        } finally {
            heedNoInterrupt();
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private Map<String, Object> config() {
        Map<String, Object> config = KafkaClients.readerConfig(kafka, GROUP);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MS / 5);
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES);
        // Partitions that stay where they are go on meanwhile.
        config.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        return config;
    }
}
