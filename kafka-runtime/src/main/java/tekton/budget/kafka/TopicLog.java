package tekton.budget.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.topic.Topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Loads topics to their end and follows them, with one consumer without a group and one thread. It
 * begins in the background, waits for Kafka and for every topic, and outlives whatever reading or a
 * follower throws; only an {@link Error} ends it. Any thread may ask how it stands.
 */
public final class TopicLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicLog.class);

    private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LOADING_POLL_TIMEOUT = Duration.ofMillis(50);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(250);

    /** At a first start topics are made while they are looked for; twice as long every time. */
    private static final Duration FIRST_LOOK_AGAIN = Duration.ofMillis(50);

    /** How long silence is believed. */
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);

    /** A broker that is busy takes its time; one that is away takes all of it. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final String name;
    private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, CountDownLatch> caughtUp = new ConcurrentHashMap<>();
    private final Queue<CatchUp> catchUps = new ConcurrentLinkedQueue<>();
    private final UnreadableRecords unreadable = new UnreadableRecords();
    private volatile boolean failing;
    private volatile boolean ended;
    private volatile @Nullable Consumer<byte[], byte[]> reading;

    // Of the thread alone.
    private final Map<TopicPartition, List<Reader>> assigned = new HashMap<>();
    private final Map<TopicPartition, Long> missing = new HashMap<>();
    private boolean complete;
    private Duration lookAgainAfter = FIRST_LOOK_AGAIN;
    private long lookAgainAtNanos = System.nanoTime();
    private long probeAtNanos = System.nanoTime();

    /** Where the reading of a topic begins. */
    public enum StartPosition {
        /** With the first record that there is. */
        BEGINNING,
        /** At the present end, or as far before it as the follower looks back. */
        END
    }

    /** How a log stands. */
    public enum LogState {
        /** Not every topic has been read to its end yet. */
        LOADING,
        /** Every topic was read to its end, and reading goes on. */
        FOLLOWING,
        /** The topics could not be read the last time; that is tried again. */
        FAILING,
        /** It is closed, or an {@link Error} has ended it: only a restart cures that. */
        ENDED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** A follower, its topics, and where it begins. */
    private record Subscription(List<Topic> topics, StartPosition start, TopicFollower follower) {
        Subscription {
            topics = List.copyOf(topics);
        }
    }

    /** A follower of one partition, from an offset on. */
    private record Reader(TopicFollower follower, long from) {}

    /**
     * A log that does not read yet.
     *
     * @param name what it is called in the log and as a thread
     * @param consumers makes its consumer, by {@link KafkaClients#readerConfig}
     */
    public TopicLog(String name, Supplier<? extends Consumer<byte[], byte[]>> consumers) {
        this.name = name;
        this.consumers = consumers;
        thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /** Hands the records of topics to a follower too, once each. Only before {@link #start}. */
    public void follow(List<Topic> topics, StartPosition start, TopicFollower follower) {
        if (thread.getState() != Thread.State.NEW) {
            throw new IllegalStateException(name + ": is read already");
        }
        subscriptions.add(new Subscription(topics, start, follower));
        topics.forEach(topic -> caughtUp.putIfAbsent(topic.name(), new CountDownLatch(1)));
    }

    /** Begins to read in the background, and returns. Once. */
    public void start() {
        thread.start();
    }

    /** How it stands. */
    public LogState state() {
        if (ended) {
            return LogState.ENDED;
        }
        if (failing) {
            return LogState.FAILING;
        }
        boolean loaded = caughtUp.values().stream().allMatch(latch -> latch.getCount() == 0);
        return loaded ? LogState.FOLLOWING : LogState.LOADING;
    }

    /** What its followers could not read. */
    public UnreadableRecords unreadable() {
        return unreadable;
    }

    /** True when the topics could not be read the last time. */
    public boolean isFailing() {
        return failing;
    }

    /** True once a topic has been read to its end, for as long as it is read on. */
    public boolean isCaughtUp(Topic topic) {
        return latch(topic).getCount() == 0 && !ended;
    }

    /** Waits until a topic has been read to its end; false if that takes longer. */
    public boolean awaitCaughtUp(Topic topic, Duration timeout) throws InterruptedException {
        return latch(topic).await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Reads a topic to the end that it has now.
     *
     * @return false if that takes longer, or the log has ended
     */
    public boolean catchUp(Topic topic, Duration timeout) throws InterruptedException {
        CatchUp wanted = new CatchUp(topic.name());
        catchUps.add(wanted);
        Consumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            return wanted.done.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            catchUps.remove(wanted);
        }
    }

    /** Ends the thread and the consumer; waits for it, bounded. */
    @Override
    public void close() {
        closing.countDown();
        if (thread.getState() == Thread.State.NEW) {
            ended = true;
            return;
        }
        Consumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            // Not an interrupt: that would also break off the closing of the consumer.
            consumer.wakeup();
        }
        try {
            thread.join(CLOSE_TIMEOUT);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Consumer<byte[], byte[]> consumer = connect();
            if (consumer == null) {
                return;
            }
            try (consumer) {
                reading = consumer;
                while (!isClosing()) {
                    step(consumer);
                }
            }
        } catch (Error fatal) {
            LOG.error("{} is not read any more; only a restart cures that", name, fatal);
            throw fatal;
        } finally {
            ended = true;
            catchUps.forEach(wanted -> wanted.done.complete(false));
        }
    }

    private @Nullable Consumer<byte[], byte[]> connect() {
        while (!isClosing()) {
            try {
                return consumers.get();
            } catch (RuntimeException e) {
                failed(e);
            }
        }
        return null;
    }

    private void step(Consumer<byte[], byte[]> consumer) {
        try {
            assignMissing(consumer);
            if (assigned.isEmpty()) {
                // Kafka is there; topics are made by others, a moment later.
                failing = false;
                pause(lookAgainAfter);
                return;
            }
            look(consumer);
            boolean behind = !missing.isEmpty() || !catchUps.isEmpty();
            Duration wait = complete ? POLL_TIMEOUT : lookAgainAfter;
            ConsumerRecords<byte[], byte[]> records =
                    consumer.poll(behind ? LOADING_POLL_TIMEOUT : wait);
            hand(records);
            look(consumer);
            probe(consumer, records.isEmpty());
        } catch (WakeupException woken) {
            // Somebody wants it to catch up, or to end; the loop looks.
            LOG.trace("woken up");
        } catch (InvalidOffsetException lost) {
            LOG.warn("{}: {}", name, lost.getMessage());
            // Until they are read to their end again, nobody is told that they are.
            assigned.keySet().removeAll(lost.partitions());
            lost.partitions().forEach(partition -> missing.put(partition, Long.MAX_VALUE));
            lost.partitions().stream()
                    .map(TopicPartition::topic)
                    .distinct()
                    .forEach(topic -> caughtUp.put(topic, new CountDownLatch(1)));
            complete = false;
            lookAgainAfter = FIRST_LOOK_AGAIN;
            lookAgainAtNanos = System.nanoTime();
        } catch (InterruptException stop) {
            closing.countDown();
        } catch (RuntimeException e) {
            // Whatever it is: without this thread nobody hears of anything any more.
            failed(e);
        }
    }

    /** A topic may come later than its reader, and a lost position is found anew. */
    private void assignMissing(Consumer<byte[], byte[]> consumer) {
        if (complete || System.nanoTime() - lookAgainAtNanos < 0) {
            return;
        }
        boolean all = true;
        List<TopicPartition> fresh = new ArrayList<>();
        for (String topic : topics()) {
            List<PartitionInfo> found = consumer.partitionsFor(topic, KAFKA_TIMEOUT);
            all &= found != null && !found.isEmpty();
            for (PartitionInfo info : found == null ? List.<PartitionInfo>of() : found) {
                TopicPartition partition = new TopicPartition(topic, info.partition());
                if (!assigned.containsKey(partition)) {
                    fresh.add(partition);
                }
            }
        }
        assign(consumer, fresh);
        complete = all;
        lookAgainAtNanos = System.nanoTime() + lookAgainAfter.toNanos();
        Duration twice = lookAgainAfter.multipliedBy(2);
        lookAgainAfter = twice.compareTo(POLL_TIMEOUT) < 0 ? twice : POLL_TIMEOUT;
    }

    /**
     * A consumer says nothing of brokers that are away: it just finds no records. Asked for an
     * offset, they answer or they do not.
     */
    private void probe(Consumer<byte[], byte[]> consumer, boolean quiet) {
        long now = System.nanoTime();
        if (!quiet) {
            probeAtNanos = now + PROBE_INTERVAL.toNanos();
        } else if (failing || now - probeAtNanos > 0) {
            consumer.endOffsets(List.of(assigned.keySet().iterator().next()), PROBE_TIMEOUT);
            probeAtNanos = now + PROBE_INTERVAL.toNanos();
        } else {
            return;
        }
        if (failing) {
            LOG.info("{} can be read again", name);
            failing = false;
        }
    }

    private void assign(Consumer<byte[], byte[]> consumer, List<TopicPartition> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(fresh, KAFKA_TIMEOUT);
        Map<TopicPartition, Long> ends = consumer.endOffsets(fresh, KAFKA_TIMEOUT);
        Set<TopicPartition> all = new HashSet<>(assigned.keySet());
        all.addAll(fresh);
        consumer.assign(all);
        for (TopicPartition partition : fresh) {
            long beginning = beginnings.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            List<Reader> readers = new ArrayList<>();
            for (Subscription each : subscriptions) {
                if (each.topics().stream().anyMatch(t -> t.name().equals(partition.topic()))) {
                    TopicFollower follower = each.follower();
                    long from =
                            each.start() == StartPosition.BEGINNING
                                    ? beginning
                                    : Math.max(beginning, end - follower.lookBack(partition));
                    readers.add(new Reader(follower, from));
                    guarded(follower, () -> follower.begins(partition, from, end));
                }
            }
            consumer.seek(partition, readers.stream().mapToLong(Reader::from).min().orElse(end));
            assigned.put(partition, List.copyOf(readers));
            missing.put(partition, end);
        }
    }

    /**
     * One follower after the other, in the order of {@link #follow}: the first waits for nobody.
     */
    private void hand(ConsumerRecords<byte[], byte[]> records) {
        for (Subscription each : subscriptions) {
            boolean taken = false;
            for (TopicPartition partition : records.partitions()) {
                for (Reader reader : assigned.getOrDefault(partition, List.of())) {
                    if (reader.follower().equals(each.follower())) {
                        taken = true;
                        take(reader, records.records(partition));
                    }
                }
            }
            if (taken) {
                guarded(each.follower(), each.follower()::taken);
            }
        }
    }

    private void take(Reader reader, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() >= reader.from()) {
                take(reader.follower(), record);
            }
        }
    }

    private void take(TopicFollower follower, ConsumerRecord<byte[], byte[]> record) {
        try {
            follower.take(record);
        } catch (RuntimeException fault) {
            // The next record is as good as ever.
            unreadable.found(record, follower.getClass().getSimpleName(), fault);
        }
    }

    /** A follower that throws is no reason for the others to miss anything. */
    private void guarded(TopicFollower follower, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException fault) {
            LOG.error("{}: {}", name, follower.getClass().getSimpleName(), fault);
        }
    }

    /** Says to those who wait how far it has come. */
    private void look(Consumer<byte[], byte[]> consumer) {
        missing.entrySet().removeIf(end -> hasReached(consumer, end));
        caughtUp.forEach(
                (topic, latch) -> {
                    if (latch.getCount() > 0 && isReadOnce(topic)) {
                        latch.countDown();
                    }
                });
        catchUps.removeIf(wanted -> wanted.done.isDone());
        for (CatchUp wanted : catchUps) {
            if (wanted.ends == null && isReadOnce(wanted.topic)) {
                wanted.ends = consumer.endOffsets(partitionsOf(wanted.topic), KAFKA_TIMEOUT);
            }
            Map<TopicPartition, Long> ends = wanted.ends;
            if (ends != null
                    && ends.entrySet().stream().allMatch(end -> hasReached(consumer, end))) {
                wanted.done.complete(true);
            }
        }
    }

    private boolean isReadOnce(String topic) {
        return !partitionsOf(topic).isEmpty()
                && missing.keySet().stream().noneMatch(p -> p.topic().equals(topic));
    }

    private List<TopicPartition> partitionsOf(String topic) {
        return assigned.keySet().stream().filter(p -> p.topic().equals(topic)).toList();
    }

    private boolean hasReached(
            Consumer<byte[], byte[]> consumer, Map.Entry<TopicPartition, Long> end) {
        TopicPartition partition = end.getKey();
        return assigned.containsKey(partition)
                && consumer.position(partition, KAFKA_TIMEOUT) >= end.getValue();
    }

    private void failed(RuntimeException failure) {
        if (!failing && !isClosing()) {
            tell(failure);
        }
        failing = true;
        pause(AFTER_FAILURE);
    }

    private void tell(RuntimeException failure) {
        if (!(failure instanceof KafkaException)) {
            LOG.error("{} cannot be read; trying on", name, failure);
        } else if (assigned.isEmpty()) {
            LOG.info("{} waits for Kafka: {}", name, failure.getMessage());
        } else {
            LOG.warn("{} cannot be read; trying on: {}", name, failure.getMessage());
        }
    }

    private void pause(Duration time) {
        try {
            boolean _ = closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            closing.countDown();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private CountDownLatch latch(Topic topic) {
        CountDownLatch latch = caughtUp.get(topic.name());
        if (latch == null) {
            throw new IllegalArgumentException(topic.name() + ": not read by " + name);
        }
        return latch;
    }

    private List<String> topics() {
        return subscriptions.stream()
                .flatMap(each -> each.topics().stream())
                .map(Topic::name)
                .distinct()
                .toList();
    }
}
