package tekton.budget.api.alerts;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertRequest;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.http.Unanswered;
import tekton.budget.codec.AlertCodec;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.RequestReply;
import tekton.budget.kafka.RequestReply.Request;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Partitions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Asks alerting for one HTTP request: its answer, or the problem that the client is told. Any
 * thread.
 */
public final class AlertClient implements AutoCloseable {

    /** The most HTTP requests that wait for alerting. */
    private static final int WAITING_MAX = 100;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final TopicLog results;
    private final RequestReply<RequestAnswered> asking;
    private final AlertFeed feed;
    private final Duration timeout;

    /**
     * A client that reads as soon as the log is started.
     *
     * @param results a log that is not started yet
     * @param publishTimeout how long Kafka may take to acknowledge a request
     * @param timeout how long to wait for an answer
     */
    public AlertClient(
            KafkaConnection kafka, TopicLog results, Duration publishTimeout, Duration timeout) {
        this.results = results;
        this.timeout = timeout;
        asking =
                new RequestReply<>(
                        new TopicPublisher(PublisherSettings.alertRequests(kafka, publishTimeout)),
                        results,
                        AlertFeed.TOPICS,
                        timeout,
                        WAITING_MAX);
        feed =
                new AlertFeed(
                        results,
                        answer ->
                                asking.answered(
                                        replyId(answer.requestId(), answer.partition()), answer));
    }

    /** What became of deliveries since this began to read. */
    public DeliveryCounts deliveries() {
        return feed.deliveries();
    }

    /**
     * What there is to read.
     *
     * @throws ProblemException 503 until it has been read once, and while it cannot be read on
     */
    AlertView view() {
        if (results.isFailing()) {
            throw unavailable("the alerts cannot be read at present");
        }
        if (!AlertFeed.TOPICS.stream().allMatch(results::isCaughtUp)) {
            throw unavailable("the alerts have not been read yet");
        }
        return feed.view();
    }

    /** The answer of the partition that a name belongs to. */
    RequestAnswered ask(AlertRequest request, String name) {
        return ask(request, Partitions.of(name, connected()));
    }

    /** The answer of one partition. */
    RequestAnswered ask(AlertRequest request, int partition) {
        connected();
        return ask(request, List.of(partition)).getFirst();
    }

    /** The answers of all partitions. */
    List<RequestAnswered> askAll(AlertRequest request) {
        return ask(request, IntStream.range(0, connected()).boxed().toList());
    }

    /** How many partitions requests go to, each with its own budgets. */
    private int connected() {
        view();
        try {
            // Few ask alerting for anything: nothing is connected before somebody does.
            asking.open();
            return asking.partitions();
        } catch (KafkaException away) {
            throw unavailable("Kafka does not take the request");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable("the service is stopping");
        }
    }

    private List<RequestAnswered> ask(AlertRequest request, List<Integer> partitions) {
        byte[] bytes = AlertCodec.write(request);
        String id = request.requestId();
        List<RequestAnswered> answers = new ArrayList<>();
        try {
            for (ReplyOutcome<RequestAnswered> outcome :
                    asking.ask(
                            partitions.stream()
                                    .map(p -> new Request(replyId(id, p), id, p, () -> bytes))
                                    .toList())) {
                if (!(outcome
                        instanceof
                        ReplyOutcome.Answered<RequestAnswered>(RequestAnswered answer, var _))) {
                    throw new ProblemException(
                            Unanswered.problem(
                                    outcome,
                                    ProblemType.NOT_ANSWERED,
                                    "alerting",
                                    "it may do so later, and the request may be repeated"));
                }
                answers.add(answer);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable("the service is stopping");
        }
        // What an answer speaks of stands in other topics, and may be read a moment later.
        boolean _ = await(() -> areReadable(answers) ? true : null);
        answers.forEach(AlertClient::requireDone);
        return answers;
    }

    /**
     * What is in the view, as soon as it is there. What an answer speaks of stands in other topics,
     * and may be read a moment later.
     *
     * @throws ProblemException 504 if it is not there in time
     */
    <T> T await(Supplier<@Nullable T> wanted) {
        try {
            T found = feed.view().await(wanted, timeout);
            if (found == null) {
                throw new ProblemException(
                        Problem.retryLater(
                                ProblemType.NOT_ANSWERED,
                                "alerting has not answered within %d ms; it may do so later, and the request may be repeated"
                                        .formatted(timeout.toMillis()),
                                RETRY_AFTER));
            }
            return found;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable("the service is stopping");
        }
    }

    /** True when the events that the answers name are there. */
    private boolean areReadable(List<RequestAnswered> answers) {
        return answers.stream()
                .flatMap(answer -> answer.eventIds().stream())
                .allMatch(eventId -> feed.view().find(eventId).isPresent());
    }

    private static String replyId(String requestId, int partition) {
        return requestId + '#' + partition;
    }

    @Override
    public void close() {
        asking.close();
    }

    private static void requireDone(RequestAnswered answer) {
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
