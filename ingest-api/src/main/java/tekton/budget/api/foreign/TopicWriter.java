package tekton.budget.api.foreign;

import tekton.budget.api.http.ProblemType;
import tekton.budget.api.usage.ForeignMeter;
import tekton.budget.api.usage.IntakeMeter;
import tekton.budget.api.usage.Way;
import tekton.budget.codec.UsageWriter;
import tekton.budget.event.UsageReported;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.DeadLetterParts;

import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Writes what follows from records of topics of others: usage and dead letters, by producers of its
 * own. A backlog of others fills their bound, and not the one behind which reporters are turned
 * away. One thread.
 */
final class TopicWriter implements AutoCloseable {

    private final TopicPublisher usage;
    private final TopicPublisher letters;
    private final IntakeMeter intakes;
    private final ForeignMeter foreign;

    /**
     * A writer, not connected.
     *
     * @param timeout how long Kafka may take to acknowledge
     * @param acknowledgedNanos hears of every acknowledged usage record how long that took
     */
    TopicWriter(
            KafkaConnection kafka,
            Duration timeout,
            IntakeMeter intakes,
            ForeignMeter foreign,
            LongConsumer acknowledgedNanos) {
        usage =
                new TopicPublisher(
                        PublisherSettings.foreignUsage(kafka, timeout), acknowledgedNanos);
        letters = new TopicPublisher(PublisherSettings.foreignDeadLetters(kafka, timeout));
        this.intakes = intakes;
        this.foreign = foreign;
    }

    /**
     * Connects, once.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka is not there; call again
     */
    void open() {
        usage.open();
        letters.open();
    }

    /**
     * Sends what follows from a record.
     *
     * @param deadlineNanos until when to wait for room, by {@link System#nanoTime}
     * @return its fate; it has failed already if not all of it could be sent
     */
    RecordFate send(Way way, RecordOutcome outcome, long deadlineNanos)
            throws InterruptedException {
        RecordFate fate = new RecordFate(count(way, outcome));
        for (UsageReported record : outcome.usage()) {
            fate.sent();
            if (!usage.offer(
                    record.contextId(), UsageWriter.write(record), left(deadlineNanos), fate)) {
                fate.failed();
            }
            if (fate.hasFailed()) {
                return fate;
            }
        }
        DeadLetterParts letter = outcome.letter();
        if (letter != null) {
            fate.sent();
            if (!letters.offer(letter, left(deadlineNanos), fate)) {
                fate.failed();
            }
        }
        return fate;
    }

    private static Duration left(long deadlineNanos) {
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Until when all that was sent is durable or has failed, by {@link System#nanoTime}. */
    long endsAtNanos() {
        return System.nanoTime() + usage.outcomeTimeout().toNanos();
    }

    /** Holds numbers alone: until a whole poll is durable, its records would be in memory twice. */
    private Runnable count(Way way, RecordOutcome outcome) {
        int accepted = outcome.usage().size();
        List<ProblemType> refused = outcome.refused();
        boolean buried = outcome.letter() != null;
        long ignored = outcome.ignored();
        long clamped = outcome.clamped();
        return () -> {
            for (int i = 0; i < accepted; i++) {
                intakes.accepted(way);
            }
            refused.forEach(why -> intakes.refused(way, why));
            if (buried) {
                foreign.deadLettered(way);
            }
            foreign.ignored(way, ignored);
            foreign.clamped(way, clamped);
        };
    }

    @Override
    public void close() {
        usage.close();
        letters.close();
    }
}
