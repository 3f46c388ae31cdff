package tekton.budget.kafka;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.topic.Topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks by topic: registers a waiter, writes a request, and waits for the reply that a follower of a
 * {@link TopicLog} hands over. The process that answers may be this one or another, and may change
 * while somebody waits. Any thread.
 */
public final class RequestReply<R> implements AutoCloseable {

    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(2);

    private final TopicPublisher publisher;
    private final TopicLog log;
    private final List<Topic> replies;
    private final Duration timeout;
    private final Semaphore places;
    private final Map<String, Waiter<R>> waiting = new ConcurrentHashMap<>();

    /**
     * A request.
     *
     * @param replyId what its reply will be handed over under
     * @param key decides about the partition, unless one is given
     * @param partition the partition, or null
     */
    public record Request(String replyId, String key, @Nullable Integer partition, Payload value) {}

    /** The bytes of a request. */
    @FunctionalInterface
    public interface Payload {
        byte[] bytes();
    }

    /**
     * One who asks, and is not connected yet.
     *
     * @param log follows the replies
     * @param replies what has to be read to its end before anything is asked
     * @param timeout how long to wait for a reply
     * @param waitingMax how many may wait at a time
     */
    public RequestReply(
            TopicPublisher publisher,
            TopicLog log,
            List<Topic> replies,
            Duration timeout,
            int waitingMax) {
        this.publisher = publisher;
        this.log = log;
        this.replies = List.copyOf(replies);
        this.timeout = timeout;
        places = new Semaphore(waitingMax);
    }

    /**
     * Connects; does nothing if that is done.
     *
     * @throws KafkaException if Kafka or a topic is not there within seconds; call again
     */
    public void open() throws InterruptedException {
        // First the replies: what is written before they are followed may be answered unheard.
        for (Topic topic : replies) {
            if (!log.awaitCaughtUp(topic, OPEN_TIMEOUT)) {
                throw new KafkaException(topic.name() + ": not read to its end yet");
            }
        }
        publisher.open();
    }

    /** True while replies are read, and requests can be written. */
    public boolean isOpen() {
        return publisher.isOpen() && replies.stream().allMatch(log::isCaughtUp);
    }

    /** True when the latest request could not be written, or replies cannot be read. */
    public boolean isFailing() {
        return publisher.isFailing() || log.isFailing();
    }

    /** How many partitions requests go to; 0 before {@link #open}. */
    public int partitions() {
        return publisher.partitions();
    }

    /** How many replies are waited for. */
    public int waitingCount() {
        return waiting.size();
    }

    /** True while somebody waits for that reply: all others need not even be read. */
    public boolean isAwaited(String replyId) {
        return waiting.containsKey(replyId);
    }

    /** A reply has come. */
    public void answered(String replyId, R reply) {
        Waiter<R> waiter = waiting.get(replyId);
        if (waiter != null) {
            waiter.reply.complete(reply);
        }
    }

    /** A reply has come that stands if no other comes in time. */
    public void begun(String replyId, R reply) {
        Waiter<R> waiter = waiting.get(replyId);
        if (waiter != null) {
            waiter.begun = reply;
        }
    }

    /** Asks, and waits within the bound. */
    public ReplyOutcome<R> ask(String replyId, String key, byte[] request)
            throws InterruptedException {
        return ask(List.of(new Request(replyId, key, null, () -> request))).getFirst();
    }

    /**
     * Asks several at once, and waits for all of them within the one bound. Where one cannot be
     * written, none is waited for any longer: the others are perhaps written.
     */
    public List<ReplyOutcome<R>> ask(List<Request> requests) throws InterruptedException {
        if (!isOpen()) {
            return Collections.nCopies(requests.size(), NotWritten.notConnected());
        }
        if (!places.tryAcquire()) {
            return Collections.nCopies(requests.size(), NotWritten.full());
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            List<Waiter<R>> sent = new ArrayList<>();
            for (Request request : requests) {
                Waiter<R> waiter = new Waiter<>();
                waiting.put(request.replyId(), waiter);
                boolean offered =
                        publisher.offer(
                                request.partition(),
                                request.key(),
                                request.value().bytes(),
                                Duration.ZERO,
                                waiter);
                if (!offered && sent.isEmpty()) {
                    return Collections.nCopies(requests.size(), NotWritten.full());
                }
                sent.add(waiter);
                if (!offered) {
                    // What stands before it is on its way.
                    waiter.failed();
                    break;
                }
            }
            // Nobody waits for the rest of what has failed in part.
            for (Waiter<R> waiter : sent) {
                CompletableFuture<R> _ =
                        waiter.reply.whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        sent.forEach(other -> other.reply.cancel(false));
                                    }
                                });
            }
            List<ReplyOutcome<R>> outcomes = new ArrayList<>();
            for (Waiter<R> waiter : sent) {
                outcomes.add(waiter.outcome(deadline, timeout));
            }
            outcomes.addAll(
                    Collections.nCopies(requests.size() - sent.size(), new MaybeWritten<>()));
            return outcomes;
        } finally {
            requests.forEach(request -> waiting.remove(request.replyId()));
            places.release();
        }
    }

    @Override
    public void close() {
        publisher.close();
    }

    /** One request's wait for its acknowledgement and its reply. */
    private static final class Waiter<R> implements Acknowledgement {

        private final CompletableFuture<@Nullable Position> position = new CompletableFuture<>();
        private final CompletableFuture<R> reply = new CompletableFuture<>();
        private volatile @Nullable R begun;

        @Override
        public void acknowledged(int partition, long offset) {
            position.complete(new Position(partition, offset));
        }

        @Override
        public void failed() {
            position.complete(null);
            // Ends the wait, unless the reply is there: then Kafka has taken the request.
            reply.cancel(false);
        }

        ReplyOutcome<R> outcome(long deadline, Duration timeout) throws InterruptedException {
            try {
                R answer = reply.get(left(deadline), TimeUnit.NANOSECONDS);
                return new Answered<>(answer, positionBy(deadline));
            } catch (TimeoutException tooLate) {
                Position written = position.getNow(null);
                R provisional = begun;
                if (provisional != null) {
                    return new Answered<>(provisional, written);
                }
                return written == null ? new MaybeWritten<>() : new NotAnswered<>(written, timeout);
            } catch (CancellationException notWritten) {
                return new MaybeWritten<>();
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /** The acknowledgement may come a moment after the reply, which another thread reads. */
        private @Nullable Position positionBy(long deadline) throws InterruptedException {
            try {
                return position.get(left(deadline), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException unknown) {
                return null;
            }
        }

        private static long left(long deadline) {
            return Math.max(0, deadline - System.nanoTime());
        }
    }
}
