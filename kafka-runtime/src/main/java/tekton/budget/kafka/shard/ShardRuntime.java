package tekton.budget.kafka.shard;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topic;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Runs a shard over a request topic of one partition, on one thread. It belongs to a consumer
 * group: the member that is given the partition owns the shard, the others wait. After a failure
 * the state is loaded again.
 *
 * @param <S> the shard's state
 * @param <I> what it decides about
 */
public final class ShardRuntime<S, I> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ShardRuntime.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofMillis(500);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

    /** How a shard's runtime is doing. */
    public enum ShardState {
        /** It looks for Kafka, or loads. */
        STARTING,
        /** Another process owns the shard. */
        WAITING,
        /** It decides. */
        LEADING,
        /** Kafka or a fault keeps it from deciding; it tries again. */
        FAILING,
        /** It has been closed. */
        CLOSED
    }

    /**
     * What a runtime must know of its shard.
     *
     * @param name of the consumer group and of the transactions; frozen, once it was used
     * @param failing what is not done while it fails, for the log
     * @param requests the request topic
     * @param state the topics that the state is loaded from
     * @param provided the topics that are made where they are missing, of one partition each
     */
    public record Description(
            String name, String failing, Topic requests, List<Topic> state, List<Topic> provided) {
        public Description {
            state = List.copyOf(state);
            provided = List.copyOf(provided);
        }
    }

    private final Description description;
    private final ShardClients clients;
    private final Shard<S, I> shard;
    private final Function<Runnable, OwnInputs<S, I>> inputs;
    private final InstantSource clock;
    private final Thread thread;
    private volatile boolean closing;
    private volatile ShardState state = ShardState.STARTING;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> requests;

    // Of the thread alone.
    private boolean assigned;
    private @Nullable LeaderSession<S, I> session;
    private boolean failing;

    /**
     * Begins to work in the background; nothing needs to be there yet.
     *
     * @param inputs makes the shard's own inputs for one time of ownership; they call the given
     *     wake-up, from any thread, when one has come
     */
    public ShardRuntime(
            Description description,
            KafkaConnection kafka,
            Shard<S, I> shard,
            Function<Runnable, OwnInputs<S, I>> inputs,
            InstantSource clock) {
        this.description = description;
        clients = new ShardClients(kafka, description.name());
        this.shard = shard;
        this.inputs = inputs;
        this.clock = clock;
        thread = Thread.ofPlatform().name(description.name()).daemon().start(this::run);
    }

    /** How it is doing. Any thread. */
    public ShardState state() {
        return closing ? ShardState.CLOSED : state;
    }

    /** Ends the work, and waits for that within a bound. */
    @Override
    public void close() {
        closing = true;
        KafkaConsumer<byte[], byte[]> consumer = requests;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            if (consumer == null || !thread.join(STOP_TIMEOUT)) {
                thread.interrupt();
                thread.join(STOP_TIMEOUT);
            }
        } catch (InterruptedException impatient) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            try {
                provide();
                work();
            } catch (InterruptedException | InterruptException stopped) {
                return;
            } catch (WakeupException woken) {
                LOG.trace("woken up");
            } catch (KafkaException | ExecutionException | TimeoutException e) {
                if (!failing && !closing) {
                    LOG.info("{} for now: {}", description.failing(), e.toString());
                }
                failing = true;
                state = ShardState.FAILING;
            } catch (RuntimeException fault) {
                if (!failing) {
                    LOG.error("{}", description.failing(), fault);
                }
                failing = true;
                state = ShardState.FAILING;
            }
            if (!pause()) {
                return;
            }
        }
    }

    private void provide() throws InterruptedException, ExecutionException, TimeoutException {
        Admin admin = clients.admin();
        try {
            TopicProvisioning.ensure(
                    admin, description.provided(), _ -> 1, clients.kafka().replication());
        } finally {
            admin.close(ADMIN_CLOSE_TIMEOUT);
        }
    }

    private void work() {
        KafkaConsumer<byte[], byte[]> consumer = clients.requests();
        requests = consumer;
        try {
            consumer.subscribe(List.of(description.requests().name()), new Ownership());
            while (!closing) {
                step(consumer);
            }
        } finally {
            requests = null;
            assigned = false;
            endSession();
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private void step(KafkaConsumer<byte[], byte[]> consumer) {
        ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();
        try {
            records = consumer.poll(POLL);
        } catch (WakeupException ownInputOrStop) {
            LOG.trace("woken up");
        }
        if (closing) {
            return;
        }
        if (!assigned) {
            state = failing ? ShardState.FAILING : ShardState.WAITING;
            return;
        }
        LeaderSession<S, I> current = session;
        if (current == null) {
            current =
                    new LeaderSession<>(
                            clients,
                            description.state(),
                            shard,
                            inputs.apply(consumer::wakeup),
                            consumer,
                            clock);
            session = current;
            LOG.debug("{}: this process is the owner from now on", description.name());
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            current.handle(record);
        }
        failing = false;
        state = ShardState.LEADING;
        current.handleOwnInputs();
    }

    private void endSession() {
        LeaderSession<S, I> ending = session;
        session = null;
        if (ending != null) {
            ending.close();
        }
    }

    private boolean pause() {
        try {
            if (!closing) {
                Thread.sleep(AFTER_FAILURE);
            }
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    /** Told, in the runtime's thread, whether this process is the owner. */
    private final class Ownership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned |= !partitions.isEmpty();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                assigned = false;
                endSession();
            }
        }
    }
}
