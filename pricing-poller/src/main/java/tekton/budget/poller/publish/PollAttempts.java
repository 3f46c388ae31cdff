package tekton.budget.poller.publish;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.kafka.shard.OwnInputs;
import tekton.budget.poller.source.Sources;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The polls of one time of ownership: one at a time, when the schedule says so or a request waits
 * for one. The sources are asked in threads of their own, so that requests are answered meanwhile.
 * For one thread.
 */
final class PollAttempts implements OwnInputs<PublishedState, PriceInput> {

    private final Sources sources;
    private final PollSchedule schedule;
    private final Runnable wakeUp;

    /** The requests that a poll has been begun for. */
    private final Set<String> taken = new HashSet<>();

    private @Nullable PollAttempt underWay;

    /**
     * No poll yet.
     *
     * @param wakeUp called, in any thread, when a poll is over
     */
    PollAttempts(Sources sources, PollSchedule schedule, Runnable wakeUp) {
        this.sources = sources;
        this.schedule = schedule;
        this.wakeUp = wakeUp;
    }

    /** The answers of a poll that is over; begins the next when it is time. */
    @Override
    public @Nullable PriceInput next(PublishedState state, Instant now) {
        PollAttempt attempt = underWay;
        if (attempt != null) {
            if (!attempt.isOver()) {
                return null;
            }
            underWay = null;
            Sources.Answers answers = attempt.answers();
            if (answers != null) {
                return new PriceInput.Polled(answers, attempt.askedFor());
            }
        }
        List<String> waiting = waiting(state);
        if (!waiting.isEmpty() || schedule.isDue(now, lastPoll(state))) {
            schedule.begun(now);
            taken.addAll(waiting);
            underWay = new PollAttempt(sources, waiting, wakeUp);
        }
        return null;
    }

    /** Of this owner and of those before it: the requests that were answered with a start only. */
    private List<String> waiting(PublishedState state) {
        List<String> started =
                state.findings().replies().stream()
                        .filter(reply -> reply.outcome() == PriceOutcome.STARTED)
                        .map(PriceReply::requestId)
                        .toList();
        taken.retainAll(started);
        return started.stream().filter(id -> !taken.contains(id)).toList();
    }

    /** When a source was asked last, by whichever poller; the epoch when none ever was. */
    private static Instant lastPoll(PublishedState state) {
        return state.findings().sources().stream()
                .map(SourceState::askedAt)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    @Override
    public void close() {
        PollAttempt attempt = underWay;
        underWay = null;
        if (attempt != null) {
            attempt.cancel();
        }
    }
}
