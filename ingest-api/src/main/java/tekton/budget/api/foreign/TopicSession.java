package tekton.budget.api.foreign;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.http.ProblemException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A membership in the group that reads topics of others. Reads some records, has what follows from
 * them written, and says that they are read when all of it is durable: at least once. A second
 * writing has the same ids, so it counts once.
 *
 * <p>Where Kafka does not take what is to be written, the partitions pause and are polled all the
 * same: a member that polls stays one, and its partitions need not go to another that could write
 * as little. So {@code max.poll.interval.ms} ends only a membership that hangs. Where nobody can
 * say now what a record is worth, its partition alone pauses. One thread.
 */
final class TopicSession implements ConsumerRebalanceListener {

    /** A poll's records are sent within this time, or the rest of them is read again. */
    static final Duration SEND_TIMEOUT = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TopicSession.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Duration REFUSED_AGAIN = Duration.ofMinutes(1);
    private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, ForeignTopic> topics = new LinkedHashMap<>();
    private final TopicIntake intake;
    private final TopicWriter writer;
    private final Set<String> missing = new HashSet<>();

    /** Topics that may not be read, and until when they are not asked for. */
    private final Map<String, Long> refusedUntilNanos = new HashMap<>();

    /** After a write that failed; of all partitions. */
    private final Pauses failures = new Pauses();

    /** Of partitions whose next record cannot be judged yet. */
    private final Map<TopicPartition, Pauses> waits = new HashMap<>();

    private final Map<TopicPartition, Long> resumeAtNanos = new HashMap<>();

    /** Read and durable, but Kafka does not know yet that it is read. */
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();

    private long lookAtNanos = System.nanoTime();

    /** A record whose outcome is on its way. */
    private record TakenRecord(TopicPartition of, long offset, RecordFate fate) {}

    /** How far a poll's records have come. */
    private static final class PollProgress {

        private final List<TakenRecord> sent = new ArrayList<>();

        /** The first record of each partition that is to be read again. */
        private final Map<TopicPartition, Long> again = new LinkedHashMap<>();

        /** Partitions whose next record cannot be judged yet. */
        private final Set<TopicPartition> waiting = new HashSet<>();

        /** Whether Kafka did not take what is to be written. */
        private boolean failing;
    }

    TopicSession(
            Consumer<byte[], byte[]> consumer,
            ForeignTopics topics,
            TopicIntake intake,
            TopicWriter writer) {
        this.consumer = consumer;
        this.intake = intake;
        this.writer = writer;
        topics.topics().forEach(topic -> this.topics.put(topic.name(), topic));
    }

    /**
     * Reads some records, if there are any within a second, and has them written.
     *
     * @return whether there were any
     * @throws KafkaException if this membership cannot go on
     */
    boolean step() throws InterruptedException {
        if (System.nanoTime() - lookAtNanos >= 0) {
            look();
            lookAtNanos = System.nanoTime() + LOOK_AGAIN.toNanos();
        }
        if (consumer.subscription().isEmpty()) {
            Thread.sleep(POLL);
            return false;
        }
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(resume());
        } catch (TopicAuthorizationException refused) {
            refuse(refused);
            Thread.sleep(Pauses.FIRST);
            return false;
        }
        if (!records.isEmpty()) {
            take(records);
        }
        commit();
        return !records.isEmpty();
    }

    /** Lets partitions go on whose time has come; gives how long a poll may wait. */
    private Duration resume() {
        long nowNanos = System.nanoTime();
        long patienceNanos = POLL.toNanos();
        List<TopicPartition> due = new ArrayList<>();
        for (TopicPartition paused : consumer.paused()) {
            long leftNanos = resumeAtNanos.getOrDefault(paused, nowNanos) - nowNanos;
            if (leftNanos <= 0) {
                due.add(paused);
            } else {
                patienceNanos = Math.min(patienceNanos, leftNanos);
            }
        }
        consumer.resume(due);
        return Duration.ofNanos(patienceNanos);
    }

    private void pause(Collection<TopicPartition> partitions, Duration pause) {
        consumer.pause(partitions);
        long untilNanos = System.nanoTime() + pause.toNanos();
        partitions.forEach(each -> resumeAtNanos.put(each, untilNanos));
    }

    /** How many records of its partitions are there and not read, as the last fetches knew. */
    long lag() {
        long lag = 0;
        for (TopicPartition mine : consumer.assignment()) {
            lag += consumer.currentLag(mine).orElse(0);
        }
        return lag;
    }

    /**
     * Subscribes to the topics that there are. One that is missing in a subscription would be asked
     * for ten times a second, each time with a line in the log.
     */
    private void look() {
        Set<String> there = new HashSet<>();
        try {
            for (String name : topics.keySet()) {
                if (!isRefused(name) && isThere(name)) {
                    there.add(name);
                }
            }
        } catch (TimeoutException away) {
            LOG.debug("Topics of others are looked for later", away);
            return;
        }
        if (there.equals(consumer.subscription())) {
            return;
        }
        if (there.isEmpty()) {
            consumer.unsubscribe();
        } else {
            consumer.subscribe(there, this);
        }
    }

    private boolean isThere(String name) {
        String why = "it does not exist";
        try {
            List<PartitionInfo> partitions = consumer.partitionsFor(name, METADATA_TIMEOUT);
            if (partitions != null && !partitions.isEmpty()) {
                if (missing.remove(name) && !refusedUntilNanos.containsKey(name)) {
                    LOG.info("Topic {} is there now, and is read", name);
                }
                return true;
            }
        } catch (AuthorizationException refused) {
            why = refused.toString();
        }
        if (missing.add(name)) {
            LOG.warn("Topic {} is not read: {}; it is looked for again", name, why);
        }
        return false;
    }

    private boolean isRefused(String name) {
        Long untilNanos = refusedUntilNanos.get(name);
        return untilNanos != null && System.nanoTime() - untilNanos < 0;
    }

    /**
     * Leaves topics out for a while that may be described and not read, with the next look: in the
     * subscription they would end every poll, and so the reading of all others.
     *
     * @throws TopicAuthorizationException if it does not say which
     */
    private void refuse(TopicAuthorizationException refused) {
        Set<String> names = refused.unauthorizedTopics();
        if (names.isEmpty()) {
            throw refused;
        }
        long nowNanos = System.nanoTime();
        for (String name : names) {
            refusedUntilNanos.put(name, nowNanos + REFUSED_AGAIN.toNanos());
            if (missing.add(name)) {
                LOG.warn(
                        "Topic {} is not read: {}; it is tried again in {}",
                        name,
                        refused.toString(),
                        REFUSED_AGAIN);
            }
        }
        done.keySet().removeIf(each -> names.contains(each.topic()));
        lookAtNanos = nowNanos;
    }

    private void take(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        PollProgress progress = send(records);
        await(progress);
        progress.again.forEach(consumer::seek);
        if (progress.failing) {
            pause(consumer.assignment(), failures.next());
            return;
        }
        if (!progress.sent.isEmpty()) {
            failures.over();
        }
        for (TopicPartition each : progress.waiting) {
            pause(List.of(each), waits.computeIfAbsent(each, _ -> new Pauses()).next());
        }
    }

    /**
     * Sends what follows from the records: of a partition up to the first that cannot be judged
     * yet, of all up to the first that cannot be written, and as long as there is time.
     */
    private PollProgress send(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        PollProgress progress = new PollProgress();
        long deadline = System.nanoTime() + SEND_TIMEOUT.toNanos();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition of = new TopicPartition(record.topic(), record.partition());
            if (progress.again.containsKey(of)) {
                continue;
            }
            if (progress.failing || System.nanoTime() - deadline > 0) {
                progress.again.put(of, record.offset());
                continue;
            }
            ForeignTopic topic = Objects.requireNonNull(topics.get(record.topic()));
            try {
                RecordFate fate = writer.send(topic.way(), intake.judge(topic, record), deadline);
                progress.sent.add(new TakenRecord(of, record.offset(), fate));
                progress.failing = fate.hasFailed();
            } catch (ProblemException later) {
                LOG.info(
                        "{} at {} is read again: {}",
                        of,
                        record.offset(),
                        later.problem().detail());
                progress.again.put(of, record.offset());
                progress.waiting.add(of);
            }
        }
        return progress;
    }

    /** Waits until all that was sent is durable; the rest is to be read again. */
    private void await(PollProgress progress) throws InterruptedException {
        long deadline = writer.endsAtNanos();
        for (TakenRecord each : progress.sent) {
            Long again = progress.again.get(each.of());
            if (again != null && again < each.offset()) {
                // Behind one that is not read; its acknowledgements are for nothing.
                continue;
            }
            if (each.fate().await(deadline)) {
                each.fate().told();
                done.put(each.of(), new OffsetAndMetadata(each.offset() + 1));
                waits.remove(each.of());
            } else {
                progress.again.put(each.of(), each.offset());
                progress.failing = true;
            }
        }
    }

    /** Says how far it has read; what cannot be said now is said after the next poll. */
    private void commit() {
        if (done.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(Map.copyOf(done), COMMIT_TIMEOUT);
            done.clear();
        } catch (TopicAuthorizationException refused) {
            refuse(refused);
        } catch (RetriableException | RebalanceInProgressException | CommitFailedException later) {
            LOG.debug("How far topics of others are read is said later", later);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.info("Of topics of others this instance reads {} more", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commit();
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        done.keySet().removeAll(partitions);
        waits.keySet().removeAll(partitions);
        resumeAtNanos.keySet().removeAll(partitions);
    }
}
