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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.http.ProblemException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A membership in the group that reads topics of others. Reads some records, has what follows from
 * them written, and says that they are read when all of it is durable: at least once. A second
 * writing has the same ids, so it counts once.
 *
 * <p>Where Kafka does not take what is to be written, the partitions pause and are polled all the
 * same: a member that polls stays one, and its partitions need not go to another that could write
 * as little. So {@code max.poll.interval.ms} ends only a membership that hangs. One thread.
 */
final class TopicSession implements ConsumerRebalanceListener {

    /** A poll's records are sent within this time, or the rest of them is read again. */
    static final Duration SEND_TIMEOUT = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TopicSession.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, ForeignTopic> topics = new LinkedHashMap<>();
    private final TopicIntake intake;
    private final TopicWriter writer;
    private final Pauses pauses = new Pauses();
    private final Set<String> missing = new HashSet<>();

    /** Read and durable, but Kafka does not know yet that it is read. */
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();

    private long lookAtNanos = System.nanoTime();
    private long resumeAtNanos;

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
     * @throws KafkaException if this membership cannot go on
     */
    void step() throws InterruptedException {
        if (System.nanoTime() - lookAtNanos >= 0) {
            look();
            lookAtNanos = System.nanoTime() + LOOK_AGAIN.toNanos();
        }
        if (consumer.subscription().isEmpty()) {
            Thread.sleep(POLL);
            return;
        }
        Duration patience = POLL;
        if (!consumer.paused().isEmpty()) {
            Duration left = Duration.ofNanos(resumeAtNanos - System.nanoTime());
            if (left.isPositive()) {
                patience = left.compareTo(POLL) < 0 ? left : POLL;
            } else {
                consumer.resume(consumer.paused());
            }
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(patience);
        if (!records.isEmpty()) {
            take(records);
        }
        commit();
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
                if (isThere(name)) {
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
                if (missing.remove(name)) {
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

    private void take(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        Iterator<RecordFate> fates = send(records).iterator();
        long deadline = writer.endsAtNanos();
        Map<TopicPartition, Long> again = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition of = new TopicPartition(record.topic(), record.partition());
            RecordFate fate = fates.hasNext() ? fates.next() : null;
            if (again.containsKey(of)) {
                // Behind one that is not read; its acknowledgements are for nothing.
                continue;
            }
            if (fate != null && fate.await(deadline)) {
                fate.told();
                done.put(of, new OffsetAndMetadata(record.offset() + 1));
            } else {
                again.put(of, record.offset());
            }
        }
        if (again.isEmpty()) {
            pauses.over();
        } else {
            again.forEach(consumer::seek);
            consumer.pause(consumer.assignment());
            resumeAtNanos = System.nanoTime() + pauses.next().toNanos();
        }
    }

    /** Sends what follows from the records, up to the first that cannot be sent. */
    private List<RecordFate> send(ConsumerRecords<byte[], byte[]> records)
            throws InterruptedException {
        List<RecordFate> fates = new ArrayList<>(records.count());
        long deadline = System.nanoTime() + SEND_TIMEOUT.toNanos();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            ForeignTopic topic = topics.get(record.topic());
            if (topic == null || System.nanoTime() - deadline > 0) {
                break;
            }
            RecordFate fate;
            try {
                fate = writer.send(topic.way(), intake.judge(topic, record), deadline);
            } catch (ProblemException later) {
                LOG.info(
                        "{}-{} at {} is read again: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        later.problem().detail());
                break;
            }
            fates.add(fate);
            if (fate.hasFailed()) {
                break;
            }
        }
        return fates;
    }

    /** Says how far it has read; what cannot be said now is said after the next poll. */
    private void commit() {
        if (done.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(Map.copyOf(done), COMMIT_TIMEOUT);
            done.clear();
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
    }
}
