package tekton.budget.api.letters;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.QueryPorts;
import tekton.budget.codec.JsonBytes;
import tekton.budget.event.DeadLetter;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.DeadLetterQueries.DeadLetterPage;
import tekton.budget.metering.query.DeadLetterQueries.WholeDeadLetter;
import tekton.budget.value.Positions;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code /dead-letters}: what could not be counted, and sending it again. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class DeadLettersController {

    private static final String KIND = "Dead letter";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Somebody waits, and asks again if there is no room. */
    private static final Duration ROOM_TIMEOUT = Duration.ofSeconds(1);

    private static final String REASONS =
            Arrays.stream(DeadLetter.Reason.values())
                    .map(DeadLetter.Reason::wireName)
                    .collect(Collectors.joining(", "));

    private final Supplier<QueryPorts> ports;
    private final TopicPublisher usage;

    /**
     * The endpoints.
     *
     * @param usage writes the usage topic
     */
    public DeadLettersController(Supplier<QueryPorts> ports, TopicPublisher usage) {
        this.ports = ports;
        this.usage = usage;
    }

    /** A page of dead letters, newest first. */
    @GetMapping("/dead-letters")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        DeadLetter.Reason reason = query.oneOf("reason", DeadLettersController::reason, REASONS);
        String cursor = query.text("cursor");
        DeadLetterPage page = page(reason, cursor, query.limit());
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.array(
                                new JsonBytes(8_192).open('{').name("items"),
                                page.items(),
                                DeadLetterJson::properties)
                        .property("next", page.next())
                        .close('}'));
    }

    /** Writes a record to the topic that it came from again; answers when Kafka has it. */
    @PostMapping("/dead-letters/{id}/resend")
    public void resend(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        WholeDeadLetter letter = known(id);
        Optional<String> refusal = ResendRule.refusal(letter.shown());
        if (refusal.isPresent()) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.NOT_RESENDABLE,
                            "dead letter %s: %s".formatted(id, refusal.get())));
        }
        Positions position = send(letter);
        response.setHeader(Positions.HEADER, position.toString());
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                new JsonBytes(512)
                        .open('{')
                        .property("dead_letter_id", DeadLetterJson.id(letter.shown()))
                        .property("topic", ResendRule.target().name())
                        .property("position", position.toString())
                        .property("message", ResendRule.advice(letter.shown()))
                        .close('}'));
    }

    private DeadLetterPage page(
            DeadLetter.@Nullable Reason reason, @Nullable String cursor, int limit) {
        try {
            return Query.found(
                    ports.get()
                            .deadLetters()
                            .list(reason == null ? null : reason.wireName(), cursor, limit),
                    "Dead letters",
                    "any");
        } catch (IllegalArgumentException notOurs) {
            throw Query.invalid(
                    "query", "cursor", String.valueOf(cursor), "the next of a page before");
        }
    }

    private WholeDeadLetter known(String id) {
        OptionalLong offset = DeadLetterJson.offset(id);
        return Query.found(
                offset.isPresent()
                        ? ports.get().deadLetters().find(offset.getAsLong())
                        : new Answer.Unknown<>(),
                KIND,
                id);
    }

    /** Into the partition where it stood: the same in the topic of moved records. */
    private Positions send(WholeDeadLetter letter) {
        Integer partition = letter.shown().sourcePartition();
        if (!usage.isOpen() || partition == null || partition >= usage.partitions()) {
            throw unavailable("nothing was written: Kafka has not been reached yet");
        }
        Headers headers = new RecordHeaders();
        letter.headers().forEach(header -> headers.add(header.name(), header.value()));
        ResentRecord resent = new ResentRecord();
        try {
            if (!usage.offer(
                    partition, letter.key(), letter.value(), headers, ROOM_TIMEOUT, resent)) {
                throw new ProblemException(
                        Problem.retryLater(
                                ProblemType.TOO_MANY_REQUESTS,
                                "nothing was written: more usage is in flight to Kafka than the"
                                        + " bound allows",
                                RETRY_AFTER));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable("nothing was written: the service is stopping");
        }
        return resent.await()
                .orElseThrow(
                        () ->
                                unavailable(
                                        "the record is not known to be durable: Kafka did not"
                                                + " acknowledge it in time; send it again within 24"
                                                + " hours, then it counts once"));
    }

    private static Optional<DeadLetter.Reason> reason(String text) {
        return Arrays.stream(DeadLetter.Reason.values())
                .filter(each -> each.wireName().equals(text))
                .findFirst();
    }

    private static ProblemException unavailable(String why) {
        return new ProblemException(
                Problem.retryLater(ProblemType.SERVICE_UNAVAILABLE, why, RETRY_AFTER));
    }
}
