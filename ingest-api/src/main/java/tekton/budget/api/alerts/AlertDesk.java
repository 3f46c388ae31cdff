package tekton.budget.api.alerts;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome.Answered;
import tekton.budget.alert.AlertRequest;
import tekton.budget.api.problem.Problem;
import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.problem.ProblemType;
import tekton.budget.topic.Partitions;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Asks alerting for one HTTP request: its answer, or the problem that the client is told. */
public final class AlertDesk {

    /** The most HTTP requests that wait for alerting. */
    private static final int WAITING_MAX = 100;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AlertLink link;
    private final Duration patience;
    private final Semaphore places = new Semaphore(WAITING_MAX);

    /**
     * A desk.
     *
     * @param patience how long to wait for an answer
     */
    public AlertDesk(AlertLink link, Duration patience) {
        this.link = link;
        this.patience = patience;
    }

    /**
     * What there is to read.
     *
     * @throws ProblemException 503 until it has been read once
     */
    AlertBook book() {
        if (!link.isOpen()) {
            throw unavailable("the alerts have not been read yet");
        }
        return link.book();
    }

    /** The answer of the partition that a name belongs to. */
    Answered ask(AlertRequest request, String name) {
        book();
        return ask(request, Partitions.of(name, link.partitions()));
    }

    /** The answer of one partition. */
    Answered ask(AlertRequest request, int partition) {
        return ask(request, List.of(partition)).iterator().next();
    }

    /** The answers of all partitions. */
    Collection<Answered> askAll(AlertRequest request) {
        book();
        return ask(request, IntStream.range(0, link.partitions()).boxed().toList());
    }

    private Collection<Answered> ask(AlertRequest request, List<Integer> partitions) {
        AlertBook book = book();
        if (!places.tryAcquire()) {
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.TOO_MANY_REQUESTS,
                            "nothing was written: as many requests wait for alerting as may",
                            RETRY_AFTER));
        }
        String id = request.requestId();
        try {
            book.expect(id);
            partitions.forEach(partition -> link.send(request, partition));
            Collection<Answered> answers = await(() -> complete(book, id, partitions.size()));
            answers.forEach(AlertDesk::requireDone);
            return answers;
        } catch (KafkaException away) {
            throw unavailable("Kafka does not take the request");
        } finally {
            book.forget(id);
            places.release();
        }
    }

    /**
     * What is in the book, as soon as it is there. What an answer speaks of stands in other topics,
     * and may be read a moment later.
     *
     * @throws ProblemException 504 if it is not there in time
     */
    <T> T await(Supplier<@Nullable T> wanted) {
        try {
            T found = link.book().await(wanted, patience);
            if (found == null) {
                throw new ProblemException(
                        Problem.retryLater(
                                ProblemType.NOT_ANSWERED,
                                "alerting has not answered within %d ms; it may do so later, and the request may be repeated"
                                        .formatted(patience.toMillis()),
                                RETRY_AFTER));
            }
            return found;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable("the service is stopping");
        }
    }

    /** All answers, once they and the events they name are there; else null. */
    private static @Nullable Collection<Answered> complete(
            AlertBook book, String requestId, int count) {
        Collection<Answered> answers = book.answers(requestId);
        boolean there =
                answers.size() == count
                        && answers.stream()
                                .flatMap(answer -> answer.eventIds().stream())
                                .allMatch(eventId -> book.find(eventId).isPresent());
        return there ? answers : null;
    }

    private static void requireDone(Answered answer) {
        switch (answer.code()) {
            case DONE, DELIVERY_FAILED, CHANNEL_CHANGED -> {
                // What a test delivery came to is no failure of the request, and a change that
                // came too late is made again.
            }
            case CHANNEL_NOT_FOUND ->
                    throw new ProblemException(
                            Problem.of(ProblemType.RESOURCE_NOT_FOUND, answer.message()));
            case CHANNEL_UNAVAILABLE -> throw unavailable(answer.message());
            case TOO_MANY ->
                    throw new ProblemException(Problem.of(ProblemType.TOO_MANY, answer.message()));
        }
    }

    private static ProblemException unavailable(String why) {
        return new ProblemException(
                Problem.retryLater(ProblemType.SERVICE_UNAVAILABLE, why, RETRY_AFTER));
    }
}
