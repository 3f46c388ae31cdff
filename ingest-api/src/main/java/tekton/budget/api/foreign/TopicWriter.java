package tekton.budget.api.foreign;

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
import java.util.function.LongConsumer;

/**
 * Writes what follows from records of topics of others: usage and dead letters, by producers of its
 * own. A backlog of others fills their bound, and not the one behind which reporters are turned
 * away. One thread.
 */
final class TopicWriter implements AutoCloseable {

    /** The producers end every send by their delivery timeout; this is for one that does not. */
    private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

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
        RecordFate fate = new RecordFate(() -> count(way, outcome));
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
        return System.nanoTime() + usage.deliveryTimeout().plus(END_TIMEOUT).toNanos();
    }

    private void count(Way way, RecordOutcome outcome) {
        outcome.usage().forEach(_ -> intakes.accepted(way));
        outcome.refused().forEach(why -> intakes.refused(way, why));
        if (outcome.letter() != null) {
            foreign.deadLettered(way);
        }
    }

    @Override
    public void close() {
        usage.close();
        letters.close();
    }
}
