package tekton.budget.api.usage;

import tekton.budget.api.http.Problem;
import tekton.budget.codec.UsageWriter;
import tekton.budget.kafka.TopicPublisher;

import java.time.Duration;

/** Sends the records of one request after the other, and awaits what became of them. Any thread. */
final class RecordSender {

    private final TopicPublisher publisher;
    private final Duration roomPatience;

    /**
     * A sender.
     *
     * @param roomPatience how long one record waits for room before the request is given up
     */
    RecordSender(TopicPublisher publisher, Duration roomPatience) {
        this.publisher = publisher;
        this.roomPatience = roomPatience;
    }

    /** Counts or sends one record; false when Kafka takes no more. */
    boolean take(long index, Judgement judgement, BatchTally tally) throws InterruptedException {
        switch (judgement) {
            case Judgement.RefusedUsage(Problem problem) -> tally.refused(index, problem);
            case Judgement.AcceptedUsage accepted -> {
                tally.sent();
                if (!publisher.offer(
                        accepted.usage().contextId(),
                        UsageWriter.write(accepted.usage()),
                        roomPatience,
                        tally)) {
                    tally.failed();
                }
            }
        }
        return !tally.hasFailed();
    }

    /** Whether all that was sent has been acknowledged; waits until that is known. */
    boolean awaitAll(BatchTally tally) throws InterruptedException {
        return tally.awaitAll(publisher.outcomeTimeout()) && !tally.hasFailed();
    }
}
