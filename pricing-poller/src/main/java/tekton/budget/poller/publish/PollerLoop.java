package tekton.budget.poller.publish;

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
import tekton.budget.poller.source.Sources;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * The poller's one thread. It belongs to a consumer group over the request topic, which has one
 * partition: whoever is given it works, the others wait. Sources are asked in threads of their own,
 * so that requests are answered meanwhile.
 */
public final class PollerLoop implements AutoCloseable {

    static final Logger LOG = LoggerFactory.getLogger(PollerLoop.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration ADMIN_CLOSE_WAIT = Duration.ofMillis(500);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);

    private final Clients clients;
    private final int replication;
    private final Sources sources;
    private final PollSchedule schedule;
    private final PollRules rules;
    private final InstantSource clock;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> requests;

    // Of the thread alone.
    private boolean assigned;
    private @Nullable Term term;
    private @Nullable Round round;
    private boolean failing;

    /**
     * Begins to work in the background; nothing needs to be there yet.
     *
     * @param factor how many times a figure may change before it is quarantined
     */
    public PollerLoop(
            KafkaConnection kafka,
            Sources sources,
            PollSchedule schedule,
            int factor,
            InstantSource clock) {
        clients = new Clients(kafka);
        replication = kafka.replication();
        this.sources = sources;
        this.schedule = schedule;
        this.clock = clock;
        rules = new PollRules(sources, factor);
        thread = Thread.ofPlatform().name("pricing-poller").daemon().start(this::run);
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
            if (consumer == null || !thread.join(STOP_PATIENCE)) {
                thread.interrupt();
                thread.join(STOP_PATIENCE);
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
                    LOG.info("Prices cannot be published for now: {}", e.toString());
                }
                failing = true;
            } catch (RuntimeException fault) {
                if (!failing) {
                    LOG.error("Prices cannot be published", fault);
                }
                failing = true;
            }
            if (!pause()) {
                return;
            }
        }
    }

    private void provide() throws InterruptedException, ExecutionException, TimeoutException {
        Admin admin = clients.admin();
        try {
            TopicProvisioning.ensure(admin, Topics.OF_PRICES, topic -> 1, replication);
        } finally {
            admin.close(ADMIN_CLOSE_WAIT);
        }
    }

    private void work() {
        KafkaConsumer<byte[], byte[]> consumer = clients.requests();
        requests = consumer;
        try {
            consumer.subscribe(List.of(Topics.PRICE_REQUESTS.name()), new Membership());
            while (!closing) {
                step(consumer);
            }
        } finally {
            requests = null;
            assigned = false;
            endTerm();
            consumer.close(CloseOptions.timeout(CLOSE_PATIENCE));
        }
    }

    private void step(KafkaConsumer<byte[], byte[]> consumer) {
        ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();
        try {
            records = consumer.poll(POLL);
        } catch (WakeupException roundIsOverOrStop) {
            LOG.trace("woken up");
        }
        if (!assigned || closing) {
            return;
        }
        if (term == null) {
            term = new Term(clients, consumer, sources, rules, clock);
            LOG.debug("this poller works from now on");
        }
        Term current = term;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            current.handle(record);
        }
        failing = false;
        poll(current, consumer);
    }

    private void poll(Term current, KafkaConsumer<byte[], byte[]> consumer) {
        Round asking = round;
        if (asking != null) {
            if (!asking.isOver()) {
                return;
            }
            round = null;
            Sources.Answers answers = asking.answers();
            if (answers != null) {
                current.finish(answers, asking.askedFor());
            }
        }
        Instant now = clock.instant();
        if (current.isPollWanted() || schedule.isDue(now, current.lastPoll())) {
            schedule.begun(now);
            round = new Round(sources, current.takeWaiting(), consumer::wakeup);
        }
    }

    private void endTerm() {
        Round asking = round;
        round = null;
        if (asking != null) {
            asking.cancel();
        }
        Term ending = term;
        term = null;
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

    /** Told, in the loop's thread, who works. */
    private final class Membership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned |= !partitions.isEmpty();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                assigned = false;
                endTerm();
            }
        }
    }
}
